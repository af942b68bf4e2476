"""The workbook beside a report: every figure, the query that gives it, and the cells it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.new_workbook import new_workbook
from khoi.figures.names import measure_figure
from khoi.figures.trace import CELL_COLUMNS, cell_texts, traces
from khoi.reports.word.figures import Figure
from khoi.reports.word.spans import Subject

if TYPE_CHECKING:
    import duckdb

FIGURES, CELLS = "Số liệu", "Ô nguồn"
_FIGURES = ("Số liệu", "Chỉ tiêu", "Đơn vị", "Giá trị", "Tổ chức được tính", "Phải gửi", "Câu truy vấn", "Xem các ô")


def write_companion(connection: duckdb.DuckDBPyConnection, path: Path, subject: Subject, figures: list[Figure]) -> None:
    """One row a figure on the first sheet, one row a figure and cell on the second."""
    traced = traces(connection, [name for one in figures for name in _opened(one, subject)])
    with path.open("wb") as file, new_workbook(file, in_memory=True) as book:
        bold = book.add_format({"bold": True})
        first, second = book.add_worksheet(FIGURES), book.add_worksheet(CELLS)
        first.write_row(0, 0, _FIGURES, bold)
        second.write_row(0, 0, ("figure", *CELL_COLUMNS, "contribution"), bold)
        first.set_column(0, 1, 42)
        second.set_column(0, 9, 22)
        at = 1
        for row, one in enumerate(figures, start=1):
            name = measure_figure(one.measure, subject.committee, subject.period)
            first.write_row(row, 0, (name, one.label, one.unit, float(one.value), one.counted, one.expected))
            first.write_row(
                row, 6, (_query(one, subject), "; ".join(f"khoi trace {each}" for each in _opened(one, subject)))
            )
            for line in (line for each in _opened(one, subject) for line in traced[each].lines.to_dict("records")):
                second.write_row(at, 0, (name, *cell_texts(line)))
                second.write_number(at, len(CELL_COLUMNS) + 1, float(line["contribution"]))
                at += 1


def _opened(one: Figure, subject: Subject) -> list[str]:
    """The names that open a figure: its measure in each of its periods."""
    return [measure_figure(one.measure, subject.committee, period) for period in one.periods]


def _query(one: Figure, subject: Subject) -> str:
    value = "value" if len(one.periods) == 1 else "sum(value) as value"
    periods = ", ".join(f"'{period}'" for period in one.periods)
    return (
        f"select {value} from rpt_committee_measures where measure_code = '{one.measure}' "
        f"and committee_code = '{subject.committee}' and period_code in ({periods})"
    )
