"""What `khoi demo` does: registers and inboxes of the example committees, the whole job, where to look."""

from __future__ import annotations

from demo.place import DemoPlace
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.cli.output import as_json, out, showing_progress
from khoi.cli.summary import print_summary, summary
from khoi.deployment import Home

_EXAMPLES = (
    ("khoi reconcile", "số công bố so với kho / published figures against the warehouse"),
    (
        "khoi compare members_total --from 2020H2 --to 2023H1 --committee TH --like-for-like",
        "như báo cáo và cùng phạm vi / as reported and like for like",
    ),
    ("khoi trace members_total@TV@2022H1", "một con số đến từ những ô nào / the cells of a figure"),
    ('khoi query "select * from rpt_headlines limit 5"', "truy vấn SQL / read-only SQL"),
    ("khoi serve", "xem số liệu, kiểm tra tệp, duyệt; giao diện điều phối / figures, checks, decisions; orchestration"),
)


def run_demo(home: Home, *, fresh: bool, json: bool) -> None:
    """Fill ``home`` and run the whole job on it; ``fresh`` starts over. Raises NotForDemo where it serves others."""
    place = DemoPlace.take(home)
    if fresh:
        place.empty()
    with showing_progress(quiet=json) as progress:
        place.fill(None if progress is None else lambda done, total: progress("generate", done, total))
        # What the demo tells happened years ago: its files bear the day on which they are to have arrived.
        terms = ArrivalTerms(vouched="tệp của bản minh họa / files of the demo")
        stages.run(home, settle_seconds=0, terms=terms, progress=progress)
    told = summary(home)
    if json:
        as_json(told)
        return
    print_summary(told)
    _print_where_to_look(home)


def _print_where_to_look(home: Home) -> None:
    out.print(f"\nXem tiếp / where to look  (KHOI_HOME={home.root})", style="bold")
    pages = f"{home.reports / 'quality' / 'index.html'}", "trang chất lượng, mở bằng trình duyệt / quality pages"
    for command, meaning in (pages, *_EXAMPLES):
        out.print(f"  {command}\n      {meaning}")
