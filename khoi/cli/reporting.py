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
    targets = "targets"
    bieu = "bieu"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    kind: Annotated[
        Kind,
        typer.Argument(
            help="half-year: sáu tháng; annual: năm; mid-term: giữa nhiệm kỳ; targets: bảng chỉ tiêu; "
            "bieu: biểu gửi cấp trên / which report"
        ),
    ],
    committee: Annotated[str, typer.Option("--committee", help="Mã đảng bộ / committee")],
    period: Annotated[str, typer.Option("--period", help="Kỳ của báo cáo, hoặc kỳ cuối / its (last) period")],
    to: Annotated[Path, typer.Option("--out", "-o", help="Tệp .docx, kèm một tệp .xlsx; bieu: tệp .xlsx / the file")],
    begin: Annotated[
        str | None, typer.Option("--from", help="mid-term: kỳ đầu tiên được tính / the first period")
    ] = None,
    json: AsJson = False,
) -> None:
    """Báo cáo của đảng bộ ra Word, kèm tệp Excel dẫn từng số đến các ô / the report in Word, with its sources."""
    if begin is not None and kind in (Kind.targets, Kind.bieu):
        raise typer.BadParameter("--from chỉ dùng cho mid-term / goes with mid-term only")
    if kind is Kind.bieu:
        _tables(committee, period, to, json)
    else:
        _in_word(kind, committee, period, to, begin, json)


def _in_word(kind: Kind, committee: str, period: str, to: Path, begin: str | None, json: bool) -> None:
    """A report in Word with its companion."""
    from khoi.access import code_words, note_read
    from khoi.reports.word.spans import report_committee, report_span, report_subject, table_span
    from khoi.reports.word.targets import write_targets
    from khoi.reports.word.write import write_report

    home = Home.from_environment()
    with published() as connection:
        code = report_committee(connection, committee)
        if kind is Kind.targets:
            subject = report_subject(connection, code, table_span(connection, code, period)[0])
            written = write_targets(home, connection, subject, to)
        else:
            span = report_span(connection, kind.value, code, period, begin)
            written = write_report(home, connection, kind.value, report_subject(connection, code, span), span, to)
    asked = code_words({"kind": kind.value, "committee": committee, "from": begin or "", "period": period})
    note_read(home, "report", asked, written.sentences)
    if json:
        as_json(written)
        return
    counted = "chỉ tiêu" if kind is Kind.targets else "câu"
    out.print(f"Đã ghi {written.report} ({written.sentences} {counted}) và {written.companion} / written")
    for text in written.left_out:
        out.print(f"  để ngoài, chưa đủ số liệu / left out: {text}")


def _tables(committee: str, period: str, to: Path, json: bool) -> None:
    """The statutory tables that the committee sends on."""
    from khoi.access import code_words, note_read
    from khoi.reports.statutory.write import write_tables
    from khoi.reports.word.spans import report_committee, report_subject, table_span

    with published() as connection:
        code = report_committee(connection, committee)
        span, sort, day = table_span(connection, code, period)
        written = write_tables(connection, report_subject(connection, code, span), span, sort, day, to)
    asked = code_words({"kind": Kind.bieu.value, "committee": committee, "period": period})
    note_read(Home.from_environment(), "report", asked, written.filled)
    if json:
        as_json(written)
        return
    names = ", ".join(written.tables)
    out.print(f"Đã ghi {written.report}: Biểu {names}, {written.filled} ô có số ({written.authority}) / written")
    if written.in_force:
        out.print(
            f"  ! Kỳ này đã áp dụng {written.in_force}, chưa có mẫu để in: hãy đối chiếu trước khi gửi / another "
            "guidance is in force, whose tables are not known: compare before sending"
        )
    for text in written.left_empty:
        out.print(f"  để trống / left empty: {text}")
