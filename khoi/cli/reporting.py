"""`khoi report`: the committee's own report in Word."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from khoi.cli.output import AsJson, as_json, out
from khoi.cli.reading import published
from khoi.deployment.home import Home


class Kind(StrEnum):
    """The reports there are."""

    half_year = "half-year"
    annual = "annual"
    mid_term = "mid-term"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    kind: Annotated[
        Kind, typer.Argument(help="half-year: sáu tháng; annual: năm; mid-term: giữa nhiệm kỳ / which report")
    ],
    committee: Annotated[str, typer.Option("--committee", help="Mã đảng bộ / committee")],
    period: Annotated[str, typer.Option("--period", help="Kỳ của báo cáo, hoặc kỳ cuối / its (last) period")],
    to: Annotated[Path, typer.Option("--out", "-o", help="Tệp .docx; kèm một tệp .xlsx / the file")],
    begin: Annotated[
        str | None, typer.Option("--from", help="mid-term: kỳ đầu tiên được tính / the first period")
    ] = None,
    json: AsJson = False,
) -> None:
    """Báo cáo của đảng bộ ra Word, kèm tệp Excel dẫn từng số đến các ô / the report in Word, with its sources."""
    from khoi.access import code_words, note_read
    from khoi.reports.word.spans import report_committee, report_span, report_subject
    from khoi.reports.word.write import write_report

    home = Home.from_environment()
    with published() as connection:
        code = report_committee(connection, committee)
        span = report_span(connection, kind.value, code, period, begin)
        subject = report_subject(connection, code, span)
        written = write_report(home, connection, kind.value, subject, span, to)
    asked = code_words({"kind": kind.value, "committee": committee, "from": begin or "", "period": period})
    note_read(home, "report", asked, written.sentences)
    if json:
        as_json(written)
        return
    out.print(f"Đã ghi {written.report} ({written.sentences} câu) và {written.companion} / written", soft_wrap=True)
    for text in written.left_out:
        out.print(f"  để ngoài, chưa đủ số liệu / left out: {text}", soft_wrap=True)
