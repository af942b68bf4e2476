"""The mark of a sheet with which the sender says that nothing happened in the period: a drop-down above the title.

An empty cell is missing until the mark says otherwise. Red where the mark says "nothing at all" and a figure stands in
the sheet. Belongs here: how the mark is written, and the formula that tells whether it holds. Does not belong here: how
it is read (`ingest/normalise/sql/nil_marks.sql`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.addresses import a1_address
from ingest.template.layout import MARK_ROW, ORDINAL_COLUMN, SheetLayout
from ingest.template.paper import merge
from ingest.template.styles import Styles
from ingest.words import NOTHING, NOTHING_ELSE, words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_ROW_HEIGHT = 22.0
_PROMPT_TITLE = "Không phát sinh (nothing)"
_PROMPT = {
    "matrix": (
        "Chọn dòng đầu: cả trang không có gì. Chọn dòng sau: chỉ ghi ô có số, ô trống là 0 (trừ ô tổng). Không chọn: ô "
        "trống là chưa ghi. (Nothing at all; nothing else: empty cells are 0, totals apart.)"
    ),
    "list": "Danh sách trống là đúng, không phải quên ghi. (The list is empty on purpose.)",
}


def write_mark(sheet: Worksheet, styles: Styles, layout: SheetLayout, said: str | None) -> None:
    """Write the mark's label and its drop-down; ``said`` is what it says already (None: nothing)."""
    first, last = layout.mark_columns
    sheet.set_row(MARK_ROW - 1, _ROW_HEIGHT)
    offered = {code: words().nil_answers[code][0] for code in _offered(layout)}
    merge(sheet, styles, MARK_ROW, (ORDINAL_COLUMN, first - 1), words().nil_question, "mark_label")
    merge(sheet, styles, MARK_ROW, (first, last), offered[said] if said else "", "mark")
    rule = {
        "validate": "list",
        "source": list(offered.values()),
        "input_title": _PROMPT_TITLE,
        "input_message": _PROMPT[layout.form.kind],
        "error_title": "Chọn trong danh sách",
        "error_message": "Hãy chọn trong danh sách hoặc để trống. (Choose from the list, or leave it empty.)",
    }
    sheet.data_validation(MARK_ROW - 1, first - 1, MARK_ROW - 1, first - 1, rule)
    wrong = f"=AND({_says(layout.mark_cell, NOTHING)},{_filled(layout)}>0)"
    area = (MARK_ROW - 1, first - 1, MARK_ROW - 1, last - 1)
    sheet.conditional_format(*area, {"type": "formula", "criteria": wrong, "format": styles["red"]})


def mark_holds(layout: SheetLayout, code: str) -> str:
    """A formula without ``=``: true where the mark says ``code`` and no figure of the sheet contradicts it."""
    sheet = f"'{layout.sheet}'!"
    says = _says(f"{sheet}{layout.mark_cell}", code)
    return says if code == NOTHING_ELSE else f"AND({says},{_filled(layout, sheet)}=0)"


def _offered(layout: SheetLayout) -> tuple[str, ...]:
    return (NOTHING,) if layout.form.kind == "list" else (NOTHING, NOTHING_ELSE)


def _says(mark: str, code: str) -> str:
    """A formula: true where ``mark`` holds a text of ``code``; Excel compares without regard to case."""
    return "OR(" + ",".join(f'TRIM({mark})="{text}"' for text in words().nil_answers[code]) + ")"


def _filled(layout: SheetLayout, sheet: str = "") -> str:
    """A formula: how many cells of which the mark speaks hold a figure other than 0 (of a list: anything)."""
    if layout.form.kind == "list":
        columns = sorted(layout.heads.values())
        first, last = layout.first_body_row, layout.last_body_row
        return f"COUNTA({sheet}{a1_address(first, columns[0])}:{a1_address(last, columns[-1])})"
    return "+".join(f'COUNTIF({sheet}{area},">0")' for area in _areas(layout))


def _areas(layout: SheetLayout) -> Iterator[str]:
    """The cells of a matrix of which the mark speaks, as areas of whole lines or single cells."""
    run: list[int] = []
    columns = sorted(layout.heads.values())
    for item, row in layout.lines.items():
        spoken = [
            column for column in layout.heads if layout.is_asked(item, column) and layout.form.zero_under(item, column)
        ]
        if len(spoken) == len(layout.heads):
            run.append(row)
            continue
        if run:
            yield f"{a1_address(run[0], columns[0])}:{a1_address(run[-1], columns[-1])}"
            run = []
        yield from (f"{a1_address(row, layout.heads[column])}" for column in spoken)
    if run:
        yield f"{a1_address(run[0], columns[0])}:{a1_address(run[-1], columns[-1])}"
