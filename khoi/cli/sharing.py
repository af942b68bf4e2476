"""`khoi share`: the figures for people outside, small counts masked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khoi.cli.output import AsJson, as_json, err, out
from khoi.deployment.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("share")(share)


def share(
    folder: Annotated[
        Path, typer.Option("--out", "-o", help="Thư mục để giao cho người nhận / the folder to hand out")
    ],
    below: Annotated[
        int,
        typer.Option("--below", min=2, max=1000, help="Che số đếm từ 1 đến nhỏ hơn N / mask counts of 1 to below N"),
    ] = 5,
    json: AsJson = False,
) -> None:
    """Ghi bộ số liệu để chia sẻ, số đếm nhỏ được che sao cho không suy ngược ra được / figures to share, small counts
    masked so that nothing gives them back."""
    from khoi.access import note_read
    from khoi.deployment.lock import locked
    from khoi.sharing.share import share as shared

    home = Home.from_environment()
    with locked(home):
        written = shared(home, folder, below)
    note_read(home, "share", f"below={below}", written.figures)
    if json:
        as_json(written)
        return
    out.print(
        f"Đã ghi {written.figures} số liệu vào {written.folder}, trong đó {written.masked} được che (đọc README.txt) "
        "/ figures written, of them masked"
    )
    if written.given_back:
        err.print(
            f"Chú ý: {written.given_back} số đếm nhỏ suy ra được từ các lần chia sẻ trước, khi ngưỡng còn thấp hơn / "
            "small counts that follow from earlier shares, made with a lower threshold"
        )
