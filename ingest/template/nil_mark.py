"""The mark of a sheet with which the sender says that nothing happened in the period: a drop-down above the title.

An empty cell is missing until the mark says otherwise. Red where the mark says "nothing at all" and a figure stands in
the sheet. One sheet offers to say for all that nothing happened beside what is filled in: that holds for sheets without
a mark of their own in which somebody has written. Belongs here: how the mark is written, and the formula that tells
whether it holds. Does not belong here: how it is read (`ingest/normalise/sql/nil_marks.sql`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.addresses import a1_address
from ingest.template.layout import MARK_ROW, ORDINAL_COLUMN, SheetLayout
from ingest.template.paper import merge, row_height
from ingest.template.styles import Styles
from ingest.words import EVERYWHERE, NOTHING, NOTHING_ELSE, words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_ROW_HEIGHT = 22.0
_PROMPT_TITLE = "Không phát sinh (nothing)"
_PROMPTS = {
    (NOTHING, NOTHING_ELSE): (
        "Chọn dòng đầu: cả trang không có gì. Chọn dòng sau: chỉ ghi ô có số, ô trống là 0 (trừ ô tổng). Không chọn: ô "
        "trống là chưa ghi. (Nothing at all; nothing else: empty cells are 0, totals apart.)"
    ),
    (NOTHING, NOTHING_ELSE, EVERYWHERE): (
        "Dòng 1: cả trang không có gì. Dòng 2: ô trống là 0, trừ ô tổng. Dòng 3: như dòng 2, cho mọi trang đã ghi; "
        "trang trống hẳn thì chọn riêng. (Nothing; nothing else; nothing else on any sheet written in.)"
    ),
    (NOTHING,): "Danh sách trống là đúng, không phải quên ghi. (The list is empty on purpose.)",
}


def write_mark(sheet: Worksheet, styles: Styles, layout: SheetLayout, said: str | None) -> None:
    """Write the mark's label and its drop-down; ``said`` is what it says already (None: nothing)."""
    first, last = layout.mark_columns
    offered = {code: words().nil_answers[code][0] for code in _offered(layout)}
    needed = row_height([(text, layout.width(first, last)) for text in offered.values()], wide=True)
    sheet.set_row(MARK_ROW - 1, max(_ROW_HEIGHT, needed))
    merge(sheet, styles, MARK_ROW, (ORDINAL_COLUMN, first - 1), words().nil_question, "mark_label")
    merge(sheet, styles, MARK_ROW, (first, last), offered[said] if said else "", "mark")
    rule = {
        "validate": "list",
        "source": list(offered.values()),
        "input_title": _PROMPT_TITLE,
        "input_message": _PROMPTS[_offered(layout)],
        "error_title": "Chọn trong danh sách",
        "error_message": "Hãy chọn trong danh sách hoặc để trống. (Choose from the list, or leave it empty.)",
    }
    sheet.data_validation(MARK_ROW - 1, first - 1, MARK_ROW - 1, first - 1, rule)
    wrong = f"=AND({_says(layout.mark_cell, NOTHING)},{_filled(layout)}>0)"
    area = (MARK_ROW - 1, first - 1, MARK_ROW - 1, last - 1)
    sheet.conditional_format(*area, {"type": "formula", "criteria": wrong, "format": styles["red"]})


def mark_holds(layout: SheetLayout, code: str, all_layouts: Sequence[SheetLayout] = ()) -> str:
    """A formula without ``=``: true where the mark says ``code`` and no figure of the sheet contradicts it.

    ``all_layouts``: the sheets of the workbook, of which one's mark may speak for this one.
    """
    sheet = f"'{layout.sheet}'!"
    mark = f"{sheet}{layout.mark_cell}"
    if code == NOTHING:
        return f"AND({_says(mark, code)},{_filled(layout, sheet)}=0)"
    own = [_says(mark, code), *([] if layout.form.kind == "list" else [_says(mark, EVERYWHERE)])]
    for_all = [
        _says(f"'{other.sheet}'!{other.mark_cell}", EVERYWHERE)
        for other in all_layouts
        if other.form.nil_mark is not None and other.form.kind == "matrix" and other is not layout
    ]
    if for_all:
        own.append(f'AND(TRIM({mark})="",OR({",".join(for_all)}),{_written(layout, sheet)}>0)')
    return f"OR({','.join(own)})"


def _offered(layout: SheetLayout) -> tuple[str, ...]:
    mark = layout.form.nil_mark
    assert mark is not None
    if layout.form.kind == "list":
        return (NOTHING, NOTHING_ELSE) if mark.of_records else (NOTHING,)
    return (NOTHING, NOTHING_ELSE, EVERYWHERE) if mark.for_all else (NOTHING, NOTHING_ELSE)


def _says(mark: str, code: str) -> str:
    """A formula: true where ``mark`` holds a text of ``code``; Excel compares without regard to case."""
    return "OR(" + ",".join(f'TRIM({mark})="{text}"' for text in words().nil_answers[code]) + ")"


def _filled(layout: SheetLayout, sheet: str = "") -> str:
    """A formula: how many cells of which the mark speaks hold a figure other than 0 (of a list: anything)."""
    if layout.form.kind == "list":
        return _in_list(layout, sheet, "COUNTA")
    spoken = _areas(layout, lambda item, column: bool(layout.form.zero_under(item, column)))
    return "+".join(f'COUNTIF({sheet}{area},">0")' for area in spoken)


def _written(layout: SheetLayout, sheet: str) -> str:
    """A formula: how many cells that only the sender fills in hold a number (of a list: anything)."""
    if layout.form.kind == "list":
        return _in_list(layout, sheet, "COUNTA")
    return "+".join(f"COUNT({sheet}{area})" for area in _areas(layout, layout.form.is_typed)) or "0"


def _in_list(layout: SheetLayout, sheet: str, count: str) -> str:
    """``count`` of the columns of a list that its sender fills in."""
    first, last = layout.first_body_row, layout.last_body_row
    columns = [column for field, column in layout.heads.items() if layout.form.is_typed(field)]
    areas = [f"{sheet}{a1_address(first, column)}:{a1_address(last, column)}" for column in columns]
    return "+".join(f"{count}({area})" for area in areas)


def _areas(layout: SheetLayout, is_meant: Callable[[str, str], bool]) -> Iterator[str]:
    """The cells of a matrix that are meant, as areas of whole lines or single cells."""
    run: list[int] = []
    columns = sorted(layout.heads.values())
    for item, row in layout.lines.items():
        spoken = [column for column in layout.heads if layout.is_asked(item, column) and is_meant(item, column)]
        if len(spoken) == len(layout.heads):
            run.append(row)
            continue
        if run:
            yield f"{a1_address(run[0], columns[0])}:{a1_address(run[-1], columns[-1])}"
            run = []
        yield from (f"{a1_address(row, layout.heads[column])}" for column in spoken)
    if run:
        yield f"{a1_address(run[0], columns[0])}:{a1_address(run[-1], columns[-1])}"
