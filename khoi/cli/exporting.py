"""`khoi export`: figures to take along, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khoi.cli.lookup import Memory, Spill, Timeout, bounds_of
from khoi.cli.output import AsJson, as_json, out
from khoi.deployment.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    what: Annotated[
        str,
        typer.Argument(
            metavar="MART|FIGURE|SQL",
            help="Bảng, số liệu (measure@ĐẢNG BỘ@KỲ hoặc mã số công bố) hoặc câu SQL / a table, figure or query",
        ),
    ],
    to: Annotated[Path, typer.Option("--out", "-o", help="Tệp .xlsx, .csv hoặc .parquet / the file")],
    separator: Annotated[
        str, typer.Option("--separator", help="Của .csv: , hoặc ; (kèm dấu phẩy thập phân) / of a .csv: , or ;")
    ] = ",",
    timeout: Timeout = None,
    memory: Memory = None,
    spill: Spill = None,
    json: AsJson = False,
) -> None:
    """Ghi ra tệp: một bảng, các ô của một số liệu, kết quả truy vấn / a table, a figure or a query as a file."""
    from khoi.access import note_read
    from khoi.exports.files import export as exported

    home = Home.from_environment()
    written = exported(home, what, to, bounds_of(timeout, memory, spill), separator)
    note_read(home, "export", what, written.rows)
    if json:
        as_json(written)
    else:
        out.print(f"Đã ghi {written.rows} dòng vào {written.path} / rows written")
