"""The workbook of the registers: a sheet per register, days as days, drop-downs, explanations, keys that are locked.

Every sheet has the Vietnamese heading over the column's name; the name is what is read back. Mistakes stand at their
cells. A hidden sheet notes what the registers were, so that a workbook does not undo what was changed after it was
written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from ingest.durable import replacing
from ingest.new_workbook import new_workbook
from ingest.reference import SEED_COLUMNS, Reference
from ingest.register_files.declared import column_heading, declared_registers
from ingest.register_files.mistakes import Mistake
from khoi.registers.columns import ColumnShape, column_shapes

GUIDE_SHEET, LISTS_SHEET, STATE_SHEET = "Hướng dẫn", "Danh mục chọn", "khoi"
HEADING_ROW, NAME_ROW, FIRST_ROW = 2, 3, 4
"""Rows from 0: the headings for people, the names that are read back, the first line of the register."""
_SPARE_ROWS = 2000
# What a committee changes every half year comes first.
_FIRST = ("committees", "organizations", "organization_events", "reporting_periods", "corrections", "rule_parameters")

_GUIDE = (
    ("Sổ đăng ký của đảng bộ", "The registers of the committee"),
    (
        "Mỗi trang là một sổ; dòng đầu mỗi trang nói sổ ghi gì.",
        "A sheet per register; its first line says what it holds.",
    ),
    (
        "Thêm dòng ngay dưới dòng cuối. Không đổi tên trang, tên cột; cột có thể đổi chỗ.",
        "Add lines below the last. Keep the names of sheets and columns; columns may change places.",
    ),
    (
        "Mã của dòng đã có được khóa: mã không bao giờ đổi hay dùng lại. Gõ nhầm mã thì bỏ bảo vệ trang (không có mật "
        "khẩu).",
        "Keys of existing lines are locked: a code is never changed or used again. Unprotect the sheet to mend one "
        "that was mistyped (there is no password).",
    ),
    ("Ô tô đỏ có ghi chú nói lỗi và cách sửa.", "Red cells carry a note with the mistake and its remedy."),
    (
        "Lưu tệp rồi chạy: khoi registers edit --from TỆP. Còn lỗi thì không ghi gì; trạng thái cũ luôn được giữ lại.",
        "Save, then run: khoi registers edit --from FILE. Nothing is written while there is a mistake; the state "
        "before is always kept.",
    ),
)


def write_register_workbook(
    path: Path, reference: Reference, names: Iterable[str], state: Mapping[str, str], mistakes: Iterable[Mistake] = ()
) -> Path:
    """Write the registers ``names`` of ``reference`` to ``path``; returns it.

    ``state``: register -> the fingerprint of its file; ``mistakes`` are marked at their cells.
    """
    listed = sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    with replacing(path) as temporary:
        workbook = new_workbook(str(temporary))
        writer = _Writer(workbook, reference, list(mistakes))
        writer.guide()
        for name in listed:
            writer.sheet(name)
        writer.lists()
        writer.state(state)
        workbook.close()
    return path


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, workbook: Workbook, reference: Reference, mistakes: list[Mistake]) -> None:
        self._workbook, self._reference = workbook, reference
        self._mistakes: dict[tuple[str, int, str], list[Mistake]] = {}
        for one in mistakes:
            row = self._row_of(one)
            if row is not None and one.place.column:
                self._mistakes.setdefault((one.register, row, one.place.column), []).append(one)
        self._lists: dict[tuple[str, ...], str] = {}
        self._list_columns: list[list[str]] = []
        base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
        self._made = {
            "title": workbook.add_format({**base, "bold": True, "font_size": 14}),
            "note": workbook.add_format({**base, "italic": True, "font_color": "#595959"}),
            "heading": workbook.add_format(
                {**base, "bold": True, "text_wrap": True, "border": 1, "bg_color": "#DDE7F0"}
            ),
            "name": workbook.add_format({**base, "font_size": 9, "italic": True, "border": 1, "bg_color": "#EEF3F8"}),
        }
        self._base = base

    def _row_of(self, one: Mistake) -> int | None:
        lines = self._reference.places_of(one.register).lines
        return lines.index(one.place.line) if one.place.line in lines else None

    def _cell(self, shape: ColumnShape, *, locked: bool, wrong: bool) -> Format:
        key = f"{shape.kind} {locked} {wrong}"
        if key not in self._made:
            number = {"date": "dd/mm/yyyy", "count": "0", "number": "General", "text": "@"}[shape.kind]
            look: dict[str, Any] = {**self._base, "num_format": number, "locked": locked}
            look |= {"bg_color": "#F8B4B4"} if wrong else {"bg_color": "#F2F2F2"} if locked else {}
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]

    def guide(self) -> None:
        """The first sheet: what to do."""
        sheet = self._workbook.add_worksheet(GUIDE_SHEET)
        sheet.set_column(0, 0, 120)
        for row, (vi, en) in enumerate(_GUIDE):
            sheet.write_string(2 * row, 0, vi, self._made["title"] if row == 0 else None)
            sheet.write_string(2 * row + 1, 0, en, self._made["note"])

    def sheet(self, name: str) -> None:
        """One register."""
        declared, table = declared_registers()[name], self._reference.stored(name)
        sheet = self._workbook.add_worksheet(declared.title.vi)
        sheet.write_string(0, 0, declared.about.vi, self._made["title"])
        sheet.write_string(1, 0, declared.about.en, self._made["note"])
        last = FIRST_ROW + len(table) + _SPARE_ROWS
        for number, shape in enumerate(column_shapes(name, self._reference)):
            self._column(sheet, name, number, shape, last)
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.autofilter(NAME_ROW, 0, max(NAME_ROW + len(table), FIRST_ROW), len(SEED_COLUMNS[name]) - 1)
        free = ("insert_rows", "sort", "autofilter", "format_columns", "format_rows", "format_cells", "delete_rows")
        sheet.protect("", dict.fromkeys(free, True))

    def _column(self, sheet: Worksheet, name: str, number: int, shape: ColumnShape, last: int) -> None:
        heading = column_heading(shape.name)
        values = [None if value is None else str(value) for value in self._reference.stored(name)[shape.name]]
        wide = max([len(heading.vi), *(min(len(shape.choices.get(value or "", value or "")), 48) for value in values)])
        sheet.set_column(number, number, max(12, wide + 2), self._cell(shape, locked=False, wrong=False))
        sheet.write_string(HEADING_ROW, number, heading.vi, self._made["heading"])
        sheet.write_string(NAME_ROW, number, shape.name, self._made["name"])
        sheet.write_comment(HEADING_ROW, number, f"{heading.vi}\n{heading.en}\n{shape.name}", {"visible": False})
        for row, value in enumerate(values):
            told = self._mistakes.get((name, row, shape.name), [])
            locked = shape.is_key and not told and value is not None
            self._value(
                sheet, FIRST_ROW + row, number, shape, value, self._cell(shape, locked=locked, wrong=bool(told))
            )
            if told:
                text = "\n".join(f"{one.told('vi')}\n{one.told('en')}" for one in told)
                sheet.write_comment(FIRST_ROW + row, number, text, {"x_scale": 3, "y_scale": 2})
        if rule := self._rule(shape):
            sheet.data_validation(FIRST_ROW, number, last, number, rule)

    def _value(
        self, sheet: Worksheet, row: int, number: int, shape: ColumnShape, value: str | None, look: Format
    ) -> None:
        """A stored value as a cell of its kind; as text where it would not come back the same."""
        if value is None:
            sheet.write_blank(row, number, None, look)
        elif shape.kind == "date" and (day := _day(value)):
            sheet.write_datetime(row, number, day, look)
        elif shape.kind in ("count", "number") and _comes_back(value):
            sheet.write_number(row, number, float(value), look)
        else:
            sheet.write_string(row, number, shape.choices.get(value, value), look)

    def _rule(self, shape: ColumnShape) -> dict[str, Any] | None:
        """The validation of a column's cells."""
        if shape.choices:
            kind = "stop" if shape.strict else "warning"
            told = "Chọn trong danh sách. (Choose from the list.)"
            return {"validate": "list", "source": self._list(shape.choices), "error_type": kind, "error_message": told}
        if shape.kind == "date":
            told = "Ghi ngày/tháng/năm, ví dụ 31/12/2025. (A day: day/month/year.)"
            first = dt.date(1930, 1, 1)
            return {"validate": "date", "criteria": ">=", "value": first, "error_message": told}
        if shape.kind == "count":
            told = "Số nguyên từ 0 trở lên; chưa biết thì để trống. (A whole number; empty where unknown.)"
            return {"validate": "integer", "criteria": ">=", "value": 0, "error_message": told}
        return None

    def _list(self, choices: Mapping[str, str]) -> str:
        """The range of a drop-down on the sheet of lists; equal lists share one."""
        texts = tuple(choices.values())
        if texts not in self._lists:
            column = len(self._list_columns)
            self._list_columns.append(list(texts))
            self._lists[texts] = f"='{LISTS_SHEET}'!{xl_range_abs(0, column, len(texts) - 1, column)}"
        return self._lists[texts]

    def lists(self) -> None:
        """The hidden sheet of drop-downs."""
        sheet = self._workbook.add_worksheet(LISTS_SHEET)
        for number, texts in enumerate(self._list_columns):
            for row, text in enumerate(texts):
                sheet.write_string(row, number, text)
        sheet.hide()

    def state(self, state: Mapping[str, str]) -> None:
        """The hidden sheet that says of which state of the registers the workbook is."""
        sheet = self._workbook.add_worksheet(STATE_SHEET)
        for row, (name, fingerprint) in enumerate(sorted(state.items())):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, fingerprint)
        sheet.very_hidden()


def _day(value: str) -> dt.datetime | None:
    try:
        day = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year >= 1901 else None  # Excel counts days from 1900, and 1900 wrongly


def _comes_back(value: str) -> bool:
    """True where the number is read back as the same text."""
    try:
        number = float(value)
    except ValueError:
        return False
    return value == (str(int(number)) if number.is_integer() and abs(number) < 1e12 else repr(number))
