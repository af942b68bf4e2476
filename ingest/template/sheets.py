"""The table of one sheet: header rows, printed lines, input cells with their validation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ingest.catalogue import Field
from ingest.catalogue.model import EARLIEST_DAY, RECORD_VALUE_HEADER
from ingest.template.content import Value
from ingest.template.layout import (
    FIRST_VALUE_COLUMN,
    HEADER_ROW,
    LABEL_COLUMN,
    ORDINAL_COLUMN,
    SheetLayout,
)
from ingest.template.paper import merge, row_height, set_up_print, write_foot, write_head
from ingest.template.styles import Styles, input_style

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_COUNT_RULE: dict[str, Any] = {
    "validate": "integer",
    "criteria": ">=",
    "value": 0,
    "ignore_blank": True,
    "error_title": "Chỉ nhận số đếm",
    "error_message": "Ô này chỉ nhận số nguyên từ 0 trở lên, không ghi chữ hoặc đơn vị. (Whole number, 0 or more.)",
}
_DATE_RULE: dict[str, Any] = {
    "validate": "date",
    "criteria": ">=",
    "value": EARLIEST_DAY,
    "ignore_blank": True,
    "error_title": "Chỉ nhận ngày",
    "error_message": "Ghi ngày theo dạng dd/mm/yyyy, ví dụ 15/03/2022. (A date: dd/mm/yyyy.)",
}
_LIST_RULE: dict[str, Any] = {
    "validate": "list",
    "error_title": "Chọn trong danh sách",
    "error_message": "Hãy chọn một giá trị trong danh sách. (Choose from the list.)",
}
_KNOWN_PROMPT: dict[str, Any] = {
    "input_title": "Đã điền sẵn (filled in)",
    "input_message": "Theo kỳ trước hoặc danh sách tổ chức; sai thì sửa. (From the last period or the register; correct"
    " it where it is wrong.)",
}
_TOTAL_PROMPT: dict[str, Any] = {
    "input_title": "Tự cộng (added up)",
    "input_message": "Ô này tự cộng từ các ô thành phần, không phải ghi. (Added up from its parts; leave it.)",
}
_FIXED_FIELDS = {"ORGANIZATION_CODE", "ORGANIZATION_NAME", "PERIOD_CODE", "FORM_SET"}
_GROUP_ROW_HEIGHT = 22.0

Values = dict[tuple[str, str], Value] | list[dict[str, Value]]


@dataclass(frozen=True)
class CodeList:
    """One drop-down: code -> Vietnamese label, and where its labels stand on the hidden sheet."""

    labels: dict[str, str]
    source: str


class SheetWriter:
    """Writes the sheets of one workbook."""

    def __init__(
        self,
        styles: Styles,
        codes: dict[str, CodeList],
        footer: str,
        is_prefilled: bool = False,
        totals: Mapping[str, Mapping[tuple[str, str], str]] = MappingProxyType({}),
    ) -> None:
        """``is_prefilled``: the values to be written are known already, not typed by the sender.

        ``totals``: the formulas of cells that add up others (`totals.total_formulas`), where they have no value.
        """
        self._is_prefilled = is_prefilled
        self._totals = totals
        self._styles = styles
        self._codes = codes
        self._footer = footer

    def write(self, sheet: Worksheet, layout: SheetLayout, heads: tuple[str, str, str], values: Values) -> None:
        """Write one form's sheet with ``values`` filled in (empty: blank)."""
        if layout.form.kind == "list":
            layout = layout.with_room_for(len(values))
        write_head(sheet, self._styles, layout, heads)
        if isinstance(values, dict):
            self._matrix(sheet, layout, values)
        elif layout.form.kind == "record":
            self._record(sheet, layout, values[0] if values else {})
        else:
            self._list(sheet, layout, values)
        write_foot(sheet, self._styles, layout)
        set_up_print(sheet, layout, self._footer)

    def _matrix(self, sheet: Worksheet, layout: SheetLayout, values: dict[tuple[str, str], Value]) -> None:
        for column_no, text in ((ORDINAL_COLUMN, "TT"), (LABEL_COLUMN, "Nội dung")):
            self._head_cell(sheet, layout, column_no, text)
        self._column_heads(sheet, layout)
        marks = ["A", "B", *(str(number) for number in range(1, layout.last_column - 1))]
        for index, mark in enumerate(marks):
            sheet.write_string(layout.first_body_row - 2, index, mark, self._styles["numbering"])
        self._lines(sheet, layout)
        blocked = set(layout.version.not_applicable)
        totals = self._totals.get(layout.form.form, {})
        for item, row_no in layout.lines.items():
            for column, column_no in layout.heads.items():
                value = values.get((item, column)) if f"{item}.{column}" not in blocked else None
                formula = totals.get((item, column))
                if value is None and formula is not None:
                    # Without a stored value every program computes the formula when it opens the workbook.
                    sheet.write_formula(row_no - 1, column_no - 1, f"={formula}", self._styles["total_count"], "")
                elif value is None and not layout.is_asked(item, column):
                    sheet.write_string(row_no - 1, column_no - 1, "x", self._styles["numbering"])
                else:
                    self._value(sheet, row_no, column_no, value)
        for item in layout.lines:
            self._validate_line(sheet, layout, item, values)

    def _validate_line(
        self, sheet: Worksheet, layout: SheetLayout, item: str, values: dict[tuple[str, str], Value]
    ) -> None:
        """The rule of a line's cells, with a prompt where they are filled in; a total has its own."""
        row, totals = layout.lines[item] - 1, self._totals.get(layout.form.form, {})
        added = [column for column in layout.heads if (item, column) in totals and (item, column) not in values]
        is_known = self._is_prefilled and all((item, column) in values for column in layout.heads)
        prompts = {False: _KNOWN_PROMPT if is_known else {}, True: _TOTAL_PROMPT}
        for is_added, group in groupby(layout.heads, key=lambda column: column in added):
            numbers = [layout.heads[column] - 1 for column in group]
            if not layout.form.items[item].signed:
                sheet.data_validation(row, numbers[0], row, numbers[-1], _COUNT_RULE | prompts[is_added])

    def _lines(self, sheet: Worksheet, layout: SheetLayout) -> None:
        for row in layout.version.rows:
            field = layout.form.fields.get(row.item)
            label = row.label or (field or layout.form.items[row.item]).label.vi
            strong = len(row.ordinal) == 1 and row.ordinal.isalpha()
            index = layout.lines[row.item] - 1
            sheet.write_string(index, 0, row.ordinal, self._styles["ordinal"])
            sheet.write_string(index, 1, label, self._styles["label_strong" if strong else "label"])
            texts = [(label, layout.widths[LABEL_COLUMN - 1])]
            if field and field.help:
                texts.append((field.help.vi, layout.widths[-1]))
            sheet.set_row(index, row_height(texts))

    def _head_cell(self, sheet: Worksheet, layout: SheetLayout, column_no: int, text: str) -> None:
        merge(sheet, self._styles, HEADER_ROW, (column_no, column_no), text, "header", layout.header_rows)

    def _column_heads(self, sheet: Worksheet, layout: SheetLayout) -> None:
        groups: dict[str, list[int]] = {}
        texts = []
        for column in layout.version.columns:
            head = layout.form.columns.get(column.column) or layout.form.fields[column.column]
            label, column_no = column.label or head.label.vi, layout.heads[column.column]
            texts.append((label, layout.widths[column_no - 1]))
            if column.group:
                groups.setdefault(column.group, []).append(column_no)
                sheet.write_string(HEADER_ROW, column_no - 1, label, self._styles["header"])
            else:
                self._head_cell(sheet, layout, column_no, label)
        for group, numbers in groups.items():
            merge(sheet, self._styles, HEADER_ROW, (min(numbers), max(numbers)), group, "header")
        if groups:
            sheet.set_row(HEADER_ROW - 1, _GROUP_ROW_HEIGHT)
        sheet.set_row(HEADER_ROW + layout.header_rows - 2, row_height(texts, wide=True))

    def _record(self, sheet: Worksheet, layout: SheetLayout, record: dict[str, Value]) -> None:
        for index, text in enumerate(("TT", "Nội dung", RECORD_VALUE_HEADER.vi, "Cách ghi")):
            sheet.write_string(HEADER_ROW - 1, index, text, self._styles["header"])
        self._lines(sheet, layout)
        for name, row_no in layout.lines.items():
            field = layout.form.fields[name]
            if name in _FIXED_FIELDS:
                text = str(record.get(name, ""))
                sheet.write_string(row_no - 1, FIRST_VALUE_COLUMN - 1, text, self._styles["fixed_text"])
            elif record.get(name) is None and not layout.is_asked(name):
                sheet.write_string(row_no - 1, FIRST_VALUE_COLUMN - 1, "x", self._styles["numbering"])
            else:
                self._value(sheet, row_no, FIRST_VALUE_COLUMN, record.get(name), field)
                is_known = self._is_prefilled and record.get(name) is not None
                self._validate(sheet, field, (row_no, row_no), FIRST_VALUE_COLUMN, _KNOWN_PROMPT if is_known else {})
            help_text = field.help.vi if field.help else ""
            sheet.write_string(row_no - 1, FIRST_VALUE_COLUMN, help_text, self._styles["help"])

    def _list(self, sheet: Worksheet, layout: SheetLayout, records: list[dict[str, Value]]) -> None:
        self._head_cell(sheet, layout, ORDINAL_COLUMN, "STT")
        self._column_heads(sheet, layout)
        fields = [(name, layout.form.fields[name], column_no) for name, column_no in layout.heads.items()]
        height = row_height(self._longest_labels(layout))
        for index, row_no in enumerate(range(layout.first_body_row, layout.last_body_row + 1)):
            record = records[index] if index < len(records) else {}
            sheet.set_row(row_no - 1, height)
            sheet.write_number(row_no - 1, 0, index + 1, self._styles["ordinal"])
            for name, field, column_no in fields:
                self._value(sheet, row_no, column_no, record.get(name), field)
        for _, field, column_no in fields:
            self._validate(sheet, field, (layout.first_body_row, layout.last_body_row), column_no)

    def _longest_labels(self, layout: SheetLayout) -> list[tuple[str, float]]:
        """The longest choice of every drop-down of a list, with its column's width."""
        lists = {name: layout.form.fields[name].code_list for name in layout.heads}
        return [
            (max(self._codes[code_list].labels.values(), key=len, default=""), layout.widths[layout.heads[name] - 1])
            for name, code_list in lists.items()
            if code_list
        ]

    def _value(
        self, sheet: Worksheet, row_no: int, column_no: int, value: Value | None, field: Field | None = None
    ) -> None:
        """Write one input cell; without a field it is a count of a matrix."""
        is_known = self._is_prefilled and value is not None
        style = self._styles[input_style(field.type if field else "count", is_known)]
        at = (row_no - 1, column_no - 1)
        if value is None:
            sheet.write_blank(*at, None, style)
        elif isinstance(value, dt.date):
            sheet.write_datetime(*at, value, style)
        elif isinstance(value, int | float):
            sheet.write_number(*at, value, style)
        else:
            labels = self._codes[field.code_list].labels if field and field.code_list else {}
            sheet.write_string(*at, labels.get(value, value), style)

    def _validate(
        self,
        sheet: Worksheet,
        field: Field,
        rows: tuple[int, int],
        column_no: int,
        prompt: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        rule = {"count": _COUNT_RULE, "date": _DATE_RULE}.get(field.type)
        if field.code_list:
            rule = {**_LIST_RULE, "source": self._codes[field.code_list].source}
        if rule:
            sheet.data_validation(rows[0] - 1, column_no - 1, rows[1] - 1, column_no - 1, {**rule, **prompt})
