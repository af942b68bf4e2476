"""`khoi demo`: the whole job on the three example committees, offline."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer

from khoi.cli.output import AsJson, as_json, out, refuse, showing_progress
from khoi.cli.summary import print_summary, summary
from khoi.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Làm lại từ đầu: xóa dữ liệu minh họa cũ / start over")
    ] = False,
    json: AsJson = False,
) -> None:
    """Dựng ba đảng bộ minh họa và chạy toàn bộ công việc / build the three example committees and run the whole job."""
    from khoi import stages
    from khoi.demo import generate_demo
    from khoi.warehouse.errors import WarehouseError

    home = Home.from_environment()
    marker = home.root / ".demo"
    if fresh and marker.exists():
        shutil.rmtree(home.root)
    if home.inbox.exists() and any(home.inbox.iterdir()) and not marker.exists():
        refuse(f"{home.inbox} đã có tệp thật; hãy đặt KHOI_HOME tới thư mục khác / the inbox is in use; set KHOI_HOME")
    home.create()
    marker.touch()
    with showing_progress(quiet=json) as progress:
        if not any(home.inbox.iterdir()):
            step = None if progress is None else lambda done, total: progress("generate", done, total)
            generate_demo(home.inbox, home.catalogue(), home.reference(), progress=step)
        try:
            stages.run(home, settle_seconds=0, progress=progress)
        except (stages.AnotherRun, WarehouseError) as error:
            refuse(error)
    told = summary(home)
    if json:
        as_json(told)
        return
    print_summary(told)
    out.print(f"\n[bold]Xem tiếp / where to look[/bold]  (KHOI_HOME={home.root})", highlight=False)
    for command, meaning in (
        (f"{home.reports / 'quality' / 'index.html'}", "trang chất lượng, mở bằng trình duyệt / quality pages"),
        ("khoi reconcile", "số công bố so với kho / published figures against the warehouse"),
        ("khoi compare members_total --from 2020H2 --to 2023H1 --committee TH --like-for-like", "so sánh cùng phạm vi"),
        ("khoi trace tv2022h1-126", "số 6.177 đến từ những ô nào / the cells of a figure"),
        ('khoi query "select * from rpt_headlines limit 5"', "truy vấn SQL / read-only SQL"),
        ("khoi serve", "giao diện điều phối / orchestration UI"),
    ):
        out.print(f"  {command}\n      {meaning}", highlight=False, soft_wrap=True)
