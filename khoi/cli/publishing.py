"""`khoi publications list|show|rollback|prune`: every publication by its number, going back, making room."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from khoi.cli.deciding import ByRole, Reason
from khoi.cli.output import AsJson, as_json, number, out, table
from khoi.deployment.home import Home

if TYPE_CHECKING:
    import pandas as pd

Name = Annotated[str, typer.Argument(help="Số thứ tự, tên, current hoặc previous / number or name")]
_COLUMNS = {
    "number": "Số",
    "published_at": "Lúc (UTC)",
    "workbooks_received": "Biểu nhận",
    "workbooks_counted": "Được tính",
    "changed": "Đầu vào đổi",
    "standing": "Trạng thái",
    "reasons": "Lý do",
}


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(no_args_is_help=True, help="Các lần công bố: xem, quay lại, dọn chỗ / every publication")
    group.command("list")(listed)
    group.command("show")(show)
    group.command("rollback")(rollback)
    group.command("prune")(prune)
    app.add_typer(group, name="publications")


def listed(json: AsJson = False) -> None:
    """Mọi lần công bố theo số thứ tự, kèm lý do / every publication by its number, with reasons."""
    import pandas as pd

    from khoi.warehouse.publications import publications

    frame = pd.DataFrame([asdict(one) for one in publications(Home.from_environment())])
    if json:
        as_json(frame)
    elif frame.empty:
        out.print("Chưa công bố lần nào; hãy chạy `khoi run` / nothing is published yet; run `khoi run`")
    else:
        table(_for_people(frame), _COLUMNS, "Các lần công bố / publications")


def show(name: Name, json: AsJson = False) -> None:
    """Một lần công bố: từ đâu mà có, vì sao, còn giữ gì / one publication: of what, why, what is kept of it."""
    from khoi.warehouse.publications import publication

    found = publication(Home.from_environment(), name)
    if json:
        as_json(found)
        return
    for field, value in asdict(found).items():
        told = ", ".join(value) if isinstance(value, tuple) else number(value)
        out.print(f"{field:<20} {told or '–'}")


def rollback(
    name: Name,
    by: ByRole,
    reason: Reason,
    json: AsJson = False,
) -> None:
    """Cho đọc lại một lần công bố trước / let people read an earlier publication again."""
    from khoi import stages
    from khoi.deployment.lock import locked
    from khoi.warehouse.bi import renew
    from khoi.warehouse.publications import roll_back

    home = Home.from_environment()
    with locked(home):
        found = roll_back(home, name, by=by, reason=reason)
        renew(home)
        stages.write_quality_pages(home)
    if json:
        as_json(found)
        return
    out.print(
        f"Nay đọc bản số {found.number} ({found.published_at[:16]}); `khoi run` chỉ công bố mới khi đầu vào thay đổi / "
        "is read now; a run publishes anew once an input changes"
    )


def prune(
    keep: Annotated[int, typer.Option("--keep", help="Số kho gần nhất giữ nguyên / last warehouses to keep")] = 3,
    json: AsJson = False,
) -> None:
    """Bỏ bớt tệp kho cũ; bản đang đọc và nội dung từng lần công bố luôn được giữ / remove old warehouse files."""
    from khoi.deployment.lock import locked
    from khoi.warehouse.publications import prune as pruned

    home = Home.from_environment()
    with locked(home):
        numbers = pruned(home, keep)
    if json:
        as_json({"removed": numbers})
    else:
        out.print(f"Đã bỏ tệp kho của {len(numbers)} lần công bố / warehouses removed: {numbers}")


def _for_people(frame: pd.DataFrame) -> pd.DataFrame:
    standing = [
        "đang đọc" if row.is_current else "còn tệp kho" if row.is_whole else "chỉ còn nội dung"
        for row in frame.itertuples()
    ]
    reasons = [
        "; ".join(
            text
            for text in (
                f"cổng mở vì: {row.accepted_break}" if row.accepted_break else "",
                f"đã quay lại bản trước vì: {row.taken_back}" if row.taken_back else "",
            )
            if text
        )
        for row in frame.itertuples()
    ]
    changed = [", ".join(kinds) for kinds in frame["changed"]]
    moments = frame["published_at"].str.slice(0, 16)
    return frame.assign(standing=standing, reasons=reasons, changed=changed, published_at=moments)
