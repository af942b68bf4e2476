"""The same workbook as clerks really send it: older formats, edited templates, numbers typed as text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from ingest.template import WorkbookContent
from ingest.template.content import Value

_MOMENT = dt.datetime(2020, 1, 1)


def with_text_numbers(content: WorkbookContent) -> WorkbookContent:
    """Numbers as many clerks type them: text, with thousands separators, a leading zero or a unit."""
    matrix: dict[str, dict[tuple[str, str], Value]] = {
        form: {key: _as_typed(value, index) for index, (key, value) in enumerate(cells.items())}
        for form, cells in content.matrix.items()
    }
    return dataclasses.replace(content, matrix=matrix)


def _as_typed(value: Any, index: int) -> str:
    grouped = f"{value:,}".replace(",", ".")
    if index % 7 == 3:
        return f" {value:02d} đ/c"
    return f"0{value}" if value < 10 and index % 3 == 1 else f" {grouped}\u00a0"


def as_xls(source: Path, target: Path) -> None:
    """The values of an .xlsx as an .xls (Excel 97-2003)."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in _values(source).items():
        sheet = book.add_sheet(name)
        for row_no, row in enumerate(rows):
            for column_no, value in enumerate(row):
                if value is not None:
                    sheet.write(
                        row_no,
                        column_no,
                        value,
                        _DATE_STYLE(xlwt) if isinstance(value, dt.datetime) else xlwt.Style.default_style,
                    )
    book.save(str(target))


def _DATE_STYLE(xlwt: Any) -> Any:
    return xlwt.easyxf(num_format_str="DD/MM/YYYY")


def as_ods(source: Path, target: Path) -> None:
    """The values of an .xlsx as an OpenDocument spreadsheet."""
    from odf.element import Element
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    # odfpy keeps one list of namespaces a process: without this a file tells what was written before it.
    Element.namespaces.clear()
    document = OpenDocumentSpreadsheet()
    for name, rows in _values(source).items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                line.addElement(_ods_cell(TableCell, P, value))
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(target))
    _forget_moment(target)


def _ods_cell(cell: Any, paragraph: Any, value: Any) -> Any:
    if value is None:
        return cell()
    if isinstance(value, dt.datetime):
        made = cell(valuetype="date", datevalue=value.date().isoformat())
    elif isinstance(value, int | float):
        made = cell(valuetype="float", value=str(value))
    else:
        made = cell(valuetype="string")
    made.addElement(paragraph(text=str(value)))
    return made


def _values(source: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(source)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def rename_label(path: Path, sheet: str, label: str, written: str) -> None:
    """Overwrite one printed label, as a sender who edits the template does."""
    book = openpyxl.load_workbook(path)
    for row in book[sheet].iter_rows():
        for cell in row:
            if cell.value == label:
                cell.value = written
    _save(book, path)


def insert_row(path: Path, sheet: str, above: int) -> None:
    """Insert an empty row into the table."""
    book = openpyxl.load_workbook(path)
    book[sheet].insert_rows(above)
    _save(book, path)


def _save(book: Workbook, path: Path) -> None:
    book.properties.created = book.properties.modified = _MOMENT
    # Not Workbook.save: it stamps the file with the present.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    _forget_moment(path)


def _forget_moment(path: Path) -> None:
    """Pack the file again with one date on every part, so that the same content is the same bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(part, archive.read(part)) for part in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts:
            dated = zipfile.ZipInfo(part.filename, _MOMENT.timetuple()[:6])
            dated.compress_type = part.compress_type
            archive.writestr(dated, content)
