"""The report as a .docx of the template, and beside it the workbook that leads every figure to its cells."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.durable import replacing
from khoi.deployment.home import Home
from khoi.reports.word.figures import Figure, report_figures
from khoi.reports.word.prose import Section, declared_sections, measures_of, written_sections
from khoi.reports.word.rounding import printed
from khoi.reports.word.spans import Span, Subject
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

TEMPLATE = Path(__file__).with_name("templates") / "bao-cao.docx"
_TITLES = {
    "half-year": "công tác xây dựng Đảng",
    "annual": "công tác xây dựng Đảng",
    "mid-term": "giữa nhiệm kỳ, công tác xây dựng Đảng",
}
_CHART_INCHES = 5.8


@dataclass(frozen=True)
class Written:
    """The report, its companion, how many sentences it has and which could not be said."""

    report: str
    companion: str
    sentences: int
    left_out: tuple[str, ...]


def write_report(
    home: Home, connection: duckdb.DuckDBPyConnection, kind: str, subject: Subject, span: Span, path: Path
) -> Written:
    """Write the report to ``path`` and its companion beside it.

    Raises WarehouseError where there are no figures, the name does not end in .docx or a file cannot be written.
    """
    if path.suffix.lower() != ".docx":
        raise WarehouseError(f"{path}: tên tệp phải kết thúc bằng .docx\n{path}: the name must end in .docx")
    from khoi.reports.word.companion import write_companion

    declared = declared_sections()
    figures = report_figures(connection, subject.committee, span, declared["membership"]["opening"])
    # A flow that was not asked for in every period stands in the appendix, with that said beside it.
    said = {code: one for code, one in figures.items() if not one.is_flow or len(one.periods) == len(span.periods)}
    sections = written_sections(declared, said)
    companion = path.with_suffix(".xlsx")
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(rendered(template_of(home), kind, subject, span, sections, figures, declared))
        with replacing(companion) as temporary:
            write_companion(connection, temporary, subject, _told(declared, figures))
    except OSError as error:
        raise WarehouseError(
            f"{path}: không ghi được ({error.strerror}); đóng tệp nếu đang mở\n"
            f"{path}: cannot be written ({error.strerror}); close it if it is open"
        ) from error
    left_out = tuple(text for section in sections for text in section.left_out)
    return Written(str(path), str(companion), sum(len(section.sentences) for section in sections), left_out)


def template_of(home: Home) -> Path:
    """The deployment's own template where it has one."""
    own = home.config / "reports" / TEMPLATE.name
    return own if own.is_file() else TEMPLATE


def _told(declared: Mapping[str, Any], figures: Mapping[str, Figure]) -> list[Figure]:
    """The figures that can stand in the report, each once, in its order."""
    codes = [
        code for one in declared["sections"] for sentence in one["sentences"] for code in measures_of(sentence["text"])
    ]
    return [figures[code] for code in dict.fromkeys(codes) if code in figures]


def rendered(
    template: Path,
    kind: str,
    subject: Subject,
    span: Span,
    sections: list[Section],
    figures: Mapping[str, Figure],
    declared: Mapping[str, Any],
) -> bytes:
    """The bytes of the finished document."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(template)
    shown = [
        {
            "title": f"{number}. {section.title}",
            "sentences": section.sentences,
            "chart": _chart(document, declared, figures) if section.chart else "",
        }
        for number, section in enumerate(sections, start=1)
    ]
    document.render(
        {
            "superior": f"TỈNH ỦY {subject.province.upper()}" if subject.province else "",
            "committee": subject.name.upper(),
            "place": subject.province,
            "year": subject.year,
            "title": f"{_TITLES[kind]} {subject.period_label}",
            "sections": shown,
            "appendix": _appendix(_told(declared, figures), span),
            "value_title": span.value_title,
            "before_title": span.before_title,
            **_notes(subject, span, figures),
        },
        autoescape=True,
    )
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _appendix(figures: list[Figure], span: Span) -> list[dict[str, str]]:
    return [
        {
            "label": one.label,
            "unit": one.unit,
            "value": printed(one.value),
            "before": "–" if one.before is None else printed(one.before),
            "coverage": _coverage(one, span),
        }
        for one in figures
    ]


def _coverage(one: Figure, span: Span) -> str:
    counted = f"{one.counted}/{one.expected}"
    return (
        f"{counted} ({len(one.periods)}/{len(span.periods)} kỳ)"
        if one.is_flow and len(one.periods) < len(span.periods)
        else counted
    )


def _notes(subject: Subject, span: Span, figures: Mapping[str, Figure]) -> dict[str, Any]:
    """What the footnotes of the template say: coverage, open queries, how figures are made and printed.

    ``notes`` are the same texts for a deployment's own template that prints them one below the other.
    """
    levels = [one for one in figures.values() if one.periods == span.periods[-1:]] or list(figures.values())
    whole = max(levels, key=lambda one: one.expected)
    counted = max(one.counted for one in levels)
    coverage = (
        f"Số liệu lấy từ báo cáo được chấp nhận của {counted} trong số {whole.expected} tổ chức phải gửi"
        f"{' ở kỳ cuối' if len(span.periods) > 1 else ''}; "
        "phụ lục ghi số tổ chức được tính của từng chỉ tiêu."
    )
    summed = (
        " Số phát sinh là tổng của các kỳ báo cáo, cột cuối của phụ lục đếm báo cáo của các kỳ ấy; "
        "số có đến thời điểm là của kỳ cuối."
    )
    told = {
        "coverage_note": coverage,
        "queries_note": f"Số câu hỏi còn mở với các tổ chức: {subject.open_queries}.",
        "rounding_note": "Tỷ lệ được tính từ các số đã in, làm tròn đến hai chữ số thập phân."
        + (summed if len(span.periods) > 1 else ""),
    }
    return {**told, "notes": list(told.values())}


def _chart(document: Any, declared: Mapping[str, Any], figures: Mapping[str, Figure]) -> Any:
    """The membership from opening to closing; nothing where it does not add up."""
    from docx.shared import Inches
    from docxtpl import InlineImage

    from khoi.reports.charts.draw import as_png
    from khoi.reports.charts.kinds import Step, waterfall

    told = declared["membership"]
    ends = [figures.get(told["opening"]), figures.get(told["closing"])]
    if ends[0] is None or ends[1] is None:
        return ""
    moves = [(figures[code], 1) for code in told["came"] if code in figures]
    moves += [(figures[code], -1) for code in told["went"] if code in figures]
    if ends[0].value + sum(sign * one.value for one, sign in moves) != ends[1].value:
        return ""
    steps = [Step(one.label, float(sign * one.value)) for one, sign in moves]
    first, last = (Step(end.label, float(end.value), True) for end in ends if end)
    picture = as_png(waterfall([first, *steps, last], "đảng viên"))
    return InlineImage(document, io.BytesIO(picture), width=Inches(_CHART_INCHES))
