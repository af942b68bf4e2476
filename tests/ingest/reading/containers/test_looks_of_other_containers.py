"""Cells of .xls and .ods look as those of .xlsx do: the same signs become the same marks and the same shown text."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
import xlwt
from packages import packed

from ingest.reading.cells import address
from ingest.reading.limits import Limits
from ingest.reading.odf_styles import OdfStyles, dressed_text, number_shown_otherwise
from ingest.reading.preflight import preflight, read_cells

EXPECTED = {
    "A1": ("1", "100%", None),
    "B1": ("45", "45 nghìn", None),
    "C1": ("7", None, "struck"),
    "D1": ("451", "45¹", "raised"),
    "E1": ("12 345", "1\u03362\u0336 345", "struck_part"),
    "A2": ("8", None, "hidden_row"),
    "F1": ("9", None, "hidden_column"),
    "G1": ("1234", None, None),
    "H1": ("Kh«ng", None, "tcvn3"),
}


def looks(content: bytes) -> dict[str, tuple[str, str | None, str | None]]:
    """(text, shown, marks) by address."""
    return {address(cell[1], cell[2]): (cell[4], cell[6], cell[7]) for cell in read_cells(preflight(content, Limits()))}


def test_how_cells_of_excel_97_look() -> None:
    book, target = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("S")
    struck, raised = xlwt.easyfont("struck_out true"), xlwt.easyfont("escapement superscript")
    plain = xlwt.easyfont("")
    sheet.write(0, 0, 1, xlwt.easyxf(num_format_str="0%"))
    sheet.write(0, 1, 45, xlwt.easyxf(num_format_str='0" nghìn"'))
    sheet.write(0, 2, 7, xlwt.easyxf("font: struck_out true"))
    sheet.write_rich_text(0, 3, [("45", plain), ("1", raised)])
    sheet.write_rich_text(0, 4, [("12", struck), (" 345", plain)])
    sheet.write(1, 0, 8)
    sheet.row(1).hidden = True
    sheet.write(0, 5, 9)
    sheet.col(5).hidden = True
    sheet.write(0, 6, 1234, xlwt.easyxf(num_format_str="#,##0"))
    sheet.write(0, 7, "Kh«ng", xlwt.easyxf("font: name .VnTime"))
    sheet.write_merge(3, 4, 0, 2, 6)
    sheet.write_merge(5, 5, 0, 2, "Ghi chú")
    unseen = book.add_sheet("T")
    unseen.write(8, 8, 5)
    unseen.visibility = 1
    book.save(target)
    of_merged = {"A4": ("6", None, "merged_2x3"), "A6": ("Ghi chú", None, None)}
    assert looks(target.getvalue()) == {**EXPECTED, **of_merged, "I9": ("5", None, "hidden_sheet")}


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "table", "text", "style"))
_STYLES = (
    '<style:style style:name="struck" style:family="cell"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style><style:style style:name="raised"><style:text-properties '
    'style:text-position="super 58%"/></style:style><style:style style:name="derived" '
    'style:parent-style-name="struck"/><style:style style:name="old"><style:text-properties '
    'style:font-name=".VnTime"/></style:style><style:style style:name="gone"><style:table-properties '
    'table:display="false"/></style:style>'
)


def _number(value: str, shown: str, more: str = "") -> str:
    return f'<table:table-cell {more} office:value-type="float" office:value="{value}"><text:p>{shown}</text:p></table:table-cell>'  # noqa: E501


def _text(paragraph: str, more: str = "") -> str:
    return f'<table:table-cell {more} office:value-type="string"><text:p>{paragraph}</text:p></table:table-cell>'


def test_how_cells_of_an_open_document_look() -> None:
    columns = (
        '<table:table-column table:number-columns-repeated="5"/><table:table-column table:visibility="collapse"/>'
        '<table:table-column table:default-cell-style-name="x" table:number-columns-repeated="4"/>'
    )
    first = (
        _number("1", "100%")
        + _number("45", "45 nghìn")
        + _number("7", "7", 'table:style-name="derived"')
        + _text('45<text:span text:style-name="raised">1</text:span>')
        + _text('<text:span text:style-name="struck">12</text:span> 345')
        + _number("9", "9")
        + _number("1234", "1.234")
        + _text("Kh«ng", 'table:style-name="old"')
    )
    covered = _number("6", "6").replace("table:table-cell", "table:covered-table-cell")
    spread = 'table:number-columns-spanned="3" table:number-rows-spanned="2"'
    first_of_all = _number("6", "6", spread) + _text("Ghi chú", spread)
    hidden = f'<table:table-row table:visibility="collapse">{_number("8", "8")}</table:table-row>'
    body = (
        f"<office:document-content {_SPACES}><office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="S">{columns}'
        f"<table:table-row>{first}{covered}{first_of_all}</table:table-row>{hidden}</table:table>"
        f'<table:table table:name="T" table:style-name="gone">'
        f'<table:table-row table:number-rows-repeated="8"/><table:table-row><table:table-cell '
        f'table:number-columns-repeated="8"/>{_number("5", "5")}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    content = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": body})
    of_merged = {"J1": ("6", None, "merged_2x3"), "K1": ("Ghi chú", None, None)}
    assert looks(content) == {**EXPECTED, "I1": ("6", None, "covered"), **of_merged, "I9": ("5", None, "hidden_sheet")}


def test_an_hour_of_an_open_document_is_the_text_that_was_shown() -> None:
    hour = (
        '<table:table-cell office:value-type="time" office:time-value="PT07H30M00S"><text:p>07:30</text:p>'
        "</table:table-cell>"
    )
    body = (
        f'<office:document-content {_SPACES}><office:body><office:spreadsheet><table:table table:name="S">'
        f"<table:table-row>{hour}</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    content = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": body})
    (cell,) = read_cells(preflight(content, Limits()))
    assert (cell[3], cell[4]) == ("text", "07:30"), cell


@pytest.mark.parametrize(
    ("position", "raised"),
    [("super 58%", True), ("sub 58%", False), ("33% 58%", True), ("-33% 58%", False), ("0% 100%", None)],
)
def test_a_raised_and_a_lowered_run_of_an_open_document_are_told_apart(position: str, raised: bool | None) -> None:
    tree = ElementTree.fromstring(
        f'<office:styles {_SPACES}><style:style style:name="run"><style:text-properties '
        f'style:text-position="{position}"/></style:style></office:styles>'
    )
    assert OdfStyles([tree]).is_raised("run") is raised


@pytest.mark.parametrize(
    ("text", "shown", "otherwise"),
    [
        ("1234", "1.234", None),
        ("1234", "1,234.00", None),
        ("-5", "(5)", None),
        ("4.6", "4,60", None),
        ("4.6", "5", "5"),
        ("1", "100%", "100%"),
        ("450", "4500", "4500"),
        ("5", "5 vụ", None),
        ("5", "5 nghìn", "5 nghìn"),
        ("5", "", None),
    ],
)
def test_a_shown_number_is_held_against_the_stored_one(text: str, shown: str, otherwise: str | None) -> None:
    assert number_shown_otherwise(text, shown) == otherwise


@pytest.mark.parametrize(
    ("text", "shown", "dressed"),
    [("15", "015", "015"), ("5", "5 vụ", "5 vụ"), ("1234", "1.234", None), ("5", "", None)],
)
def test_what_an_open_document_shows_around_a_number(text: str, shown: str, dressed: str | None) -> None:
    assert dressed_text(text, shown) == dressed
