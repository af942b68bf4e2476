"""One printed sheet: head, title, table, notes, signatures, print set-up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ingest.catalogue import Field
from ingest.catalogue.model import RECORD_VALUE_HEADER
from ingest.template.content import Value
from ingest.template.layout import (
    FIRST_VALUE_COLUMN,
    HEADER_ROW,
    LABEL_COLUMN,
    ORDINAL_COLUMN,
    PERIOD_ROW,
    TITLE_ROW,
    UNIT_ROW,
    SheetLayout,
)
from ingest.template.styles import Styles, input_style

if TYPE_CHECKING:
    from ingest.template.workbook import CodeList

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
    "value": dt.date(1930, 1, 1),
    "ignore_blank": True,
    "error_title": "Chỉ nhận ngày",
    "error_message": "Ghi ngày theo dạng dd/mm/yyyy, ví dụ 15/03/2022. (A date: dd/mm/yyyy.)",
}
_FIXED_FIELDS = {"ORGANIZATION_CODE", "ORGANIZATION_NAME", "PERIOD_CODE", "FORM_SET"}
_SIGNATURES = ("NGƯỜI LẬP BIỂU", "T/M CẤP ỦY")
_WIDTHS = {"count": 12, "date": 14, "code": 26, "text": 20, "flag": 10}


class SheetWriter:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Workbook, styles: Styles, codes: dict[str, CodeList], footer: str) -> None:
        self._book = book
        self._styles = styles
        self._codes = codes
        self._footer = footer

    def write(
        self,
        sheet: Worksheet,
        layout: SheetLayout,
        heads: tuple[str, str, str],
        values: dict[tuple[str, str], Value] | list[dict[str, Value]],
    ) -> None:
        """Write one form's sheet with ``values`` filled in (empty: blank)."""
        self._head(sheet, layout, heads)
        if isinstance(values, dict):
            self._matrix(sheet, layout, values)
        elif layout.form.kind == "record":
            self._record(sheet, layout, values[0] if values else {})
        else:
            self._list(sheet, layout, values)
        self._foot(sheet, layout)
        self._print(sheet, layout)

    def _head(self, sheet: Worksheet, layout: SheetLayout, heads: tuple[str, str, str]) -> None:
        committee, organization, period = heads
        last = layout.last_column
        left = max(LABEL_COLUMN, last // 2) if layout.form.kind == "list" else LABEL_COLUMN
        self._merge(sheet, 1, 1, left, committee.upper(), "left_head")
        self._merge(sheet, 2, 1, left, organization, "left_head_bold")
        self._merge(sheet, 1, left + 1, last, "ĐẢNG CỘNG SẢN VIỆT NAM", "right_head")
        self._merge(sheet, 2, left + 1, last, "……, ngày … tháng … năm ……", "place_date")
        self._merge(sheet, TITLE_ROW, 1, last, layout.version.title, "title")
        self._merge(sheet, PERIOD_ROW, 1, last, f"Kỳ: {period}", "period")
        self._merge(sheet, UNIT_ROW, 1, last, layout.version.unit, "unit")
        sheet.set_row(1, 32)

    def _merge(
        self, sheet: Worksheet, row_no: int, first: int, last: int, text: str, style: str, rows: int = 1
    ) -> None:
        if first == last and rows == 1:
            sheet.write_string(row_no - 1, first - 1, text, self._styles[style])
        else:
            sheet.merge_range(row_no - 1, first - 1, row_no + rows - 2, last - 1, text, self._styles[style])

    def _matrix(self, sheet: Worksheet, layout: SheetLayout, values: dict[tuple[str, str], Value]) -> None:
        self._merge(sheet, HEADER_ROW, ORDINAL_COLUMN, ORDINAL_COLUMN, "TT", "header", layout.header_rows)
        self._merge(sheet, HEADER_ROW, LABEL_COLUMN, LABEL_COLUMN, "Nội dung", "header", layout.header_rows)
        self._column_heads(sheet, layout)
        numbering = layout.first_body_row - 1
        marks = ["A", "B", *(str(n) for n in range(1, layout.last_column - 1))]
        for column_no, mark in enumerate(marks[: layout.last_column], start=1):
            sheet.write_string(numbering - 1, column_no - 1, mark, self._styles["numbering"])
        self._lines(sheet, layout)
        blocked = set(layout.version.not_applicable)
        for item, row_no in layout.lines.items():
            for column, column_no in layout.heads.items():
                if f"{item}.{column}" in blocked:
                    sheet.write_string(row_no - 1, column_no - 1, "x", self._styles["numbering"])
                    continue
                self._value(sheet, row_no, column_no, "count", values.get((item, column)))
        first, last = layout.first_body_row - 1, layout.last_body_row - 1
        sheet.data_validation(first, FIRST_VALUE_COLUMN - 1, last, layout.last_column - 1, _COUNT_RULE)
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 1, 30 if len(layout.heads) > 3 else 54)
        sheet.set_column(2, layout.last_column - 1, 11 if len(layout.heads) > 3 else 28)

    def _lines(self, sheet: Worksheet, layout: SheetLayout) -> None:
        for row in layout.version.rows:
            line = layout.form.items[row.item] if layout.form.kind == "matrix" else layout.form.fields[row.item]
            strong = len(row.ordinal) == 1 and row.ordinal.isalpha()
            number = layout.lines[row.item] - 1
            sheet.write_string(number, 0, row.ordinal, self._styles["ordinal"])
            sheet.write_string(
                number, 1, row.label or line.label.vi, self._styles["label_strong" if strong else "label"]
            )
            sheet.set_row(number, 20 if len(line.label.vi) < 48 else 34)

    def _column_heads(self, sheet: Worksheet, layout: SheetLayout) -> None:
        groups: dict[str, list[int]] = {}
        for column in layout.version.columns:
            head = layout.form.columns.get(column.column) or layout.form.fields[column.column]
            place = layout.heads[column.column]
            if column.group:
                groups.setdefault(column.group, []).append(place)
                sheet.write_string(HEADER_ROW, place - 1, column.label or head.label.vi, self._styles["header"])
            else:
                self._merge(
                    sheet,
                    HEADER_ROW,
                    place,
                    place,
                    column.label or head.label.vi,
                    "header",
                    layout.header_rows,
                )
        for group, places in groups.items():
            self._merge(sheet, HEADER_ROW, min(places), max(places), group, "header")
        sheet.set_row(HEADER_ROW - 1, 32)
        if layout.header_rows > 1:
            sheet.set_row(HEADER_ROW, 48)

    def _record(self, sheet: Worksheet, layout: SheetLayout, record: dict[str, Value]) -> None:
        for column_no, text in enumerate(("TT", "Nội dung", RECORD_VALUE_HEADER.vi, "Cách ghi"), start=1):
            sheet.write_string(HEADER_ROW - 1, column_no - 1, text, self._styles["header"])
        self._lines(sheet, layout)
        for name, row_no in layout.lines.items():
            field = layout.form.fields[name]
            if name in _FIXED_FIELDS:
                sheet.write_string(
                    row_no - 1, FIRST_VALUE_COLUMN - 1, str(record.get(name, "")), self._styles["fixed_text"]
                )
            else:
                self._value(sheet, row_no, FIRST_VALUE_COLUMN, field.type, record.get(name), field)
                self._rule(sheet, field, row_no, row_no, FIRST_VALUE_COLUMN)
            sheet.write_string(
                row_no - 1, FIRST_VALUE_COLUMN, field.help.vi if field.help else "", self._styles["help"]
            )
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 2, 34)
        sheet.set_column(3, 3, 26)

    def _list(self, sheet: Worksheet, layout: SheetLayout, records: list[dict[str, Value]]) -> None:
        last_row = max(layout.last_body_row, layout.first_body_row + len(records) - 1)
        self._merge(sheet, HEADER_ROW, ORDINAL_COLUMN, ORDINAL_COLUMN, "STT", "header", layout.header_rows)
        self._column_heads(sheet, layout)
        for index, row_no in enumerate(range(layout.first_body_row, last_row + 1)):
            record = records[index] if index < len(records) else {}
            sheet.write_number(row_no - 1, 0, index + 1, self._styles["ordinal"])
            for name, column_no in layout.heads.items():
                self._value(
                    sheet,
                    row_no,
                    column_no,
                    layout.form.fields[name].type,
                    record.get(name),
                    layout.form.fields[name],
                )
        sheet.set_column(0, 0, 6)
        for name, column_no in layout.heads.items():
            field = layout.form.fields[name]
            self._rule(sheet, field, layout.first_body_row, last_row, column_no)
            sheet.set_column(column_no - 1, column_no - 1, _WIDTHS[field.type])

    def _value(
        self,
        sheet: Worksheet,
        row_no: int,
        column_no: int,
        kind: str,
        value: Value | None,
        field: Field | None = None,
    ) -> None:
        style = self._styles[input_style(kind)]
        if value is None:
            sheet.write_blank(row_no - 1, column_no - 1, None, style)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row_no - 1, column_no - 1, value, style)
        elif isinstance(value, int | float):
            sheet.write_number(row_no - 1, column_no - 1, value, style)
        else:
            labels = self._codes[field.code_list].labels if field and field.code_list else {}
            sheet.write_string(row_no - 1, column_no - 1, labels.get(value, value), style)

    def _rule(self, sheet: Worksheet, field: Field, first: int, last: int, column_no: int) -> None:
        rules: dict[str, dict[str, Any]] = {"count": _COUNT_RULE, "date": _DATE_RULE}
        rule = rules.get(field.type)
        if field.code_list:
            rule = {
                "validate": "list",
                "source": self._codes[field.code_list].source,
                "error_title": "Chọn trong danh sách",
                "error_message": "Hãy chọn một giá trị trong danh sách. (Choose from the list.)",
            }
        if rule:
            sheet.data_validation(first - 1, column_no - 1, last - 1, column_no - 1, rule)

    def _foot(self, sheet: Worksheet, layout: SheetLayout) -> None:
        row_no = layout.last_body_row + 2
        for note in layout.version.notes:
            self._merge(sheet, row_no, 1, layout.last_column, note, "note")
            row_no += 1
        middle = max(LABEL_COLUMN, layout.last_column // 2)
        for text, first, last in (
            (_SIGNATURES[0], 1, middle),
            (_SIGNATURES[1], middle + 1, layout.last_column),
        ):
            self._merge(sheet, row_no + 1, first, last, text, "sign")
            self._merge(sheet, row_no + 2, first, last, "(Ký, đóng dấu trên bản giấy)", "sign_note")

    def _print(self, sheet: Worksheet, layout: SheetLayout) -> None:
        sheet.set_paper(9)
        if layout.last_column > 5:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.8, right=0.5, top=0.6, bottom=0.7)
        sheet.repeat_rows(HEADER_ROW - 1, HEADER_ROW + layout.header_rows - 2)
        sheet.set_footer(self._footer)
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.hide_gridlines(2)
