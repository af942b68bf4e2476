"""`khoi demo`: the whole job on the example committees, offline."""

from __future__ import annotations

from typing import Annotated

import typer

from khoi.cli.output import AsJson, as_json, out, refuse, showing_progress
from khoi.cli.summary import print_summary, summary
from khoi.deployment.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Làm lại từ đầu / remove the old demo and start over")] = False,
    json: AsJson = False,
) -> None:
    """Dựng các đảng bộ minh họa và chạy toàn bộ công việc / build the example committees and run the whole job."""
    from demo.place import DemoPlace, NotForDemo
    from khoi import stages

    home = Home.from_environment()
    try:
        place = DemoPlace.take(home)
    except NotForDemo as error:
        refuse(error)
    if fresh:
        place.empty()
    with showing_progress(quiet=json) as progress:
        place.fill(None if progress is None else lambda done, total: progress("generate", done, total))
        stages.run(home, settle_seconds=0, progress=progress)
    told = summary(home)
    if json:
        as_json(told)
        return
    print_summary(told)
    _print_where_to_look(home)


def _print_where_to_look(home: Home) -> None:
    out.print(f"\n[bold]Xem tiếp / where to look[/bold]  (KHOI_HOME={home.root})", highlight=False)
    for command, meaning in (
        (f"{home.reports / 'quality' / 'index.html'}", "trang chất lượng, mở bằng trình duyệt / quality pages"),
        ("khoi reconcile", "số công bố so với kho / published figures against the warehouse"),
        (
            "khoi compare members_total --from 2020H2 --to 2023H1 --committee TH --like-for-like",
            "như báo cáo và cùng phạm vi / as reported and like for like",
        ),
        ("khoi trace members_total@TV@2022H1", "một con số đến từ những ô nào / the cells of a figure"),
        ('khoi query "select * from rpt_headlines limit 5"', "truy vấn SQL / read-only SQL"),
        ("khoi serve", "giao diện điều phối / orchestration UI"),
    ):
        out.print(f"  {command}\n      {meaning}", highlight=False, soft_wrap=True)
