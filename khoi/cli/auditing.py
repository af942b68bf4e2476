"""`khoi audit`: the contradictions of a report in prose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, out, refuse
from khoi.cli.reading import published

if TYPE_CHECKING:
    from quality.prose import KnownFigure, ReportFinding, ReportPeriod

KINDS = {
    "share": "Tỷ lệ",
    "parts": "Tổng và các phần",
    "of_which": "Trong đó",
    "growth": "Tăng, giảm",
    "repeated": "Nêu hai lần",
    "date": "Ngày tháng",
    "anniversary": "Số năm",
    "warehouse": "So với kho",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(
    file: Annotated[Path, typer.Argument(help="Báo cáo .docx, .odt, .pdf hoặc .txt / a report")],
    committee: Annotated[str | None, typer.Option(help="Đảng bộ của báo cáo / the report's committee")] = None,
    period: Annotated[str | None, typer.Option(help="Kỳ của báo cáo / the report's period")] = None,
    json: AsJson = False,
) -> None:
    """Soát một báo cáo bằng lời: những con số mâu thuẫn nhau / what contradicts itself in a report in prose."""
    from ingest.documents import read_document
    from quality.prose import audit_report

    if (committee is None) != (period is None):
        refuse("--committee và --period đi cùng nhau / go together")
    paragraphs = read_document(file)
    known, days = _known(committee, period)
    findings = audit_report(paragraphs, known, days)
    if json:
        as_json(findings)
    else:
        _print(file, findings)
    raise typer.Exit(FINDINGS if findings else 0)


def _known(committee: str | None, period: str | None) -> tuple[list[KnownFigure], ReportPeriod | None]:
    if committee is None or period is None:
        return [], None
    from khoi.figures.known import known_figures, period_days

    with published() as connection:
        return known_figures(connection, committee, period), period_days(connection, period)


def _print(file: Path, findings: list[ReportFinding]) -> None:
    for finding in findings:
        sure = "gần như chắc" if finding.certainty >= 0.9 else "có khả năng"
        out.print(f"trang {finding.page}, {KINDS[finding.kind]} ({sure}): {finding.reason_vi}", style="bold")
        out.print(f"    {finding.sentence}")
        out.print(f"    {finding.reason_en}", style="dim")
    told = "không thấy mâu thuẫn / no contradiction found"
    count = f"{len(findings)} mâu thuẫn / contradictions" if findings else told
    out.print(f"{file.name}: {count}")
