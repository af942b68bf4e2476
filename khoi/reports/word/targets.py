"""The scoreboard of a committee's targets as a .docx of its template, and beside it the workbook of its figures."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.durable import replacing
from khoi.deployment.home import Home
from khoi.figures.target_words import RESULTS, aim_vi
from khoi.reports.word.companion import write_companion
from khoi.reports.word.figures import Figure
from khoi.reports.word.rounding import printed, rounded
from khoi.reports.word.spans import Subject
from khoi.reports.word.write import Written
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

TEMPLATE = Path(__file__).with_name("templates") / "bang-chi-tieu.docx"
_TARGETS = """
    select targets.*, measures.label_vi as measure_vi, measures.unit_vi
    from rpt_targets as targets left join dim_measures as measures using (measure_code)
    where targets.committee_code = ? and targets.period_code = ?
    order by targets.target_set, targets.target_id
"""


def write_targets(home: Home, connection: duckdb.DuckDBPyConnection, subject: Subject, path: Path) -> Written:
    """Write the targets of one period to ``path`` and the figures they are judged by beside it.

    Raises WarehouseError where no target applies, the name does not end in .docx or a file cannot be written.
    """
    if path.suffix.lower() != ".docx":
        raise WarehouseError(f"{path}: tên tệp phải kết thúc bằng .docx\n{path}: the name must end in .docx")
    rows = target_rows(connection, subject)
    if not rows:
        raise WarehouseError(
            f"{subject.committee} {subject.period}: không có chỉ tiêu nào cho đảng bộ và kỳ này (sổ `targets`)\n"
            f"{subject.committee} {subject.period}: no target applies to this committee and period (register `targets`)"
        )
    own = home.config / "reports" / TEMPLATE.name
    companion = path.with_suffix(".xlsx")
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(rendered_targets(own if own.is_file() else TEMPLATE, subject, rows))
        with replacing(companion) as temporary:
            write_companion(connection, temporary, subject, _figures(connection, subject, rows))
    except OSError as error:
        raise WarehouseError(
            f"{path}: không ghi được ({error.strerror}); đóng tệp nếu đang mở\n"
            f"{path}: cannot be written ({error.strerror}); close it if it is open"
        ) from error
    open_ones = tuple(
        f"{row['label_vi']}: {row['reason_vi'] or RESULTS['not_assessable'][0]}"
        for row in rows
        if row["status"] == "not_assessable"
    )
    return Written(str(path), str(companion), len(rows), open_ones)


def target_rows(connection: duckdb.DuckDBPyConnection, subject: Subject) -> list[dict[str, Any]]:
    """The rows of `rpt_targets` of the subject's committee and period, with the label and unit of the measure."""
    asked = connection.execute(_TARGETS, [subject.committee, subject.period])
    names = [column[0] for column in asked.description or []]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def rendered_targets(template: Path, subject: Subject, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of the finished document."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(template)
    document.render(
        {
            "superior": f"TỈNH ỦY {subject.province.upper()}" if subject.province else "",
            "committee": subject.name.upper(),
            "place": subject.province,
            "year": subject.year,
            "title": subject.period_label[:1].upper() + subject.period_label[1:],
            "overview": _overview(rows),
            "rows": [_line(row) for row in rows],
            "notes": _notes(subject, rows),
        },
        autoescape=True,
    )
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _overview(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many targets came to what; how many there are is the number of the last line."""
    counted = Counter(row["status"] for row in rows)
    parts = [f"{words[0]}: {counted[status]} chỉ tiêu" for status, words in RESULTS.items() if counted[status]]
    parts += [f"{status}: {count} chỉ tiêu" for status, count in counted.items() if status not in RESULTS]
    return f"Kết quả – {'; '.join(parts)}."


def _line(row: Mapping[str, Any]) -> dict[str, str]:
    # The unit stands once, in the label: a percentage beside the counts of the row above would read as their share.
    unit = " (%)" if row["unit"] == "percent" else ""
    value, low, high = row["value"], row["lowest_value"], row["highest_value"]
    settled = low is None or low == value == high
    bounds = "" if settled else f"{_number(low)} – {'không giới hạn' if high is None else _number(high)}"
    expected = row["organizations_expected"]
    return {
        "label": row["label_vi"] + unit,
        "aim": aim_vi(row, _number),
        "value": "–" if value is None else _number(value),
        "bounds": bounds,
        "coverage": f"{row['organizations_counted'] or 0}, phải gửi {expected}" if expected else "",
        "result": RESULTS.get(row["status"], (row["status"],))[0],
    }


def _number(value: float) -> str:
    return printed(rounded(value)) if math.isfinite(value) else "không giới hạn"


def _notes(subject: Subject, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the columns mean, and why a target cannot be judged."""
    notes = [
        "Kết quả xét theo số đang có của các tổ chức được tính; khoảng là mức thấp nhất và cao nhất có thể khi các tổ "
        "chức còn lại gửi biểu.",
        f"Số câu hỏi còn mở với các tổ chức: {subject.open_queries}.",
    ]
    reasons = Counter(row["reason_vi"] for row in rows if row["status"] == "not_assessable" and row["reason_vi"])
    return notes + [f"Không xét được {count} chỉ tiêu: {why}." for why, count in reasons.items()]


def _figures(
    connection: duckdb.DuckDBPyConnection, subject: Subject, rows: Sequence[Mapping[str, Any]]
) -> list[Figure]:
    """The measures that the targets are judged by in this period, each once."""
    wanted = list(dict.fromkeys(row["measure_code"] for row in rows if row["measure_code"]))
    held = connection.execute(
        "select measure_code, label_vi, unit_vi, value, organizations_counted, organizations_expected "
        "from rpt_committee_measures where committee_code = ? and period_code = ? and value is not null "
        "and list_contains(?, measure_code)",
        [subject.committee, subject.period, wanted],
    ).fetchall()
    found = {
        code: Figure(code, label, unit or "", rounded(value), None, counted, expected, (subject.period,))
        for code, label, unit, value, counted, expected in held
    }
    return [found[code] for code in wanted if code in found]
