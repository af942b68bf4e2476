"""How cells look where that changes what is read: each sign is met at its cell and nowhere else."""

from __future__ import annotations

from packages import packed, parts_of

from ingest.reading.cells import address
from ingest.reading.limits import Limits
from ingest.reading.preflight import preflight, read_cells

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="0&quot; nghìn&quot;"/>'
    "</numFmts>"
    '<fonts count="3"><font><sz val="11"/></font><font><strike/><name val="Times New Roman"/></font>'
    '<font><strike val="0"/><name val=".VnTime"/></font></fonts><cellXfs count="5"><xf numFmtId="0" fontId="0"/>'
    '<xf numFmtId="9" fontId="0"/><xf numFmtId="170" fontId="0"/><xf numFmtId="0" fontId="1"/>'
    '<xf numFmtId="0" fontId="2"/></cellXfs></styleSheet>'
)


def looks(
    rows: str, *, before: str = "", after: str = "", book: str = "", shared: str = "", styles: str = STYLES
) -> dict[str, tuple]:
    """(text, shown, marks) by address of a sheet with these rows."""
    parts = {**parts_of(S=rows), "xl/styles.xml": styles}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = (
        parts[part].replace("<sheetData>", f"{before}<sheetData>").replace("</sheetData>", f"</sheetData>{after}")
    )
    if book:
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace('sheetId="1"', f'sheetId="1" {book}')
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{shared}</sst>'
        relations = "xl/_rels/workbook.xml.rels"
        parts[relations] = parts[relations].replace(
            "</Relationships>",
            '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
    content = packed(parts)
    found = read_cells(preflight(content, Limits()))
    return {address(cell[1], cell[2]): (cell[4], cell[6], cell[7]) for cell in found}


def test_formats_and_fonts_of_cells() -> None:
    rows = (
        '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"><v>45</v></c><c r="C1" s="3"><v>7</v></c>'
        '<c r="D1" s="4" t="inlineStr"><is><t>Kh«ng</t></is></c><c r="E1"><v>7</v></c></row>'
    )
    assert looks(rows) == {
        "A1": ("1", "100%", None),
        "B1": ("45", "45 nghìn", None),
        "C1": ("7", None, "struck"),
        "D1": ("Kh«ng", None, "tcvn3"),
        "E1": ("7", None, None),
    }


RUNS = (
    '<r><t>45</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>',
    '<r><rPr><strike/></rPr><t>12</t></r><r><t xml:space="preserve"> 345</t></r>',
    "<r><rPr><strike/></rPr><t>12</t></r><r><rPr><strike/></rPr><t>3</t></r>",
    "<r><t>4</t></r><r><rPr><b/></rPr><t>5</t></r>",
)
LOOKS = {
    "A1": ("451", "45¹", "raised"),
    "B1": ("12 345", "1\u03362\u0336 345", "struck_part"),
    "C1": ("123", None, "struck"),
    "D1": ("45", None, None),
}


def test_runs_within_a_text_inline_or_shared() -> None:
    inline = "".join(
        f'<c r="{letter}1" t="inlineStr"><is>{runs}</is></c>' for letter, runs in zip("ABCD", RUNS, strict=True)
    )
    assert looks(f'<row r="1">{inline}</row>') == LOOKS
    cells = "".join(f'<c r="{letter}1" t="s"><v>{number}</v></c>' for number, letter in enumerate("ABCD"))
    assert looks(f'<row r="1">{cells}</row>', shared="".join(f"<si>{runs}</si>" for runs in RUNS)) == LOOKS


def test_what_the_eye_does_not_meet() -> None:
    cells = '<c r="A{0}"><v>1</v></c><c r="B{0}"><v>2</v></c><c r="D{0}"><v>3</v></c>'
    rows = "".join(
        f'<row r="{number}"{more}>{cells.format(number)}</row>'
        for number, more in ((1, ""), (2, ' hidden="1"'), (3, ' ht="0" customHeight="1"'), (4, ' ht="15"'))
    )
    found = looks(
        rows,
        before='<cols><col min="4" max="6" width="9" hidden="true"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
    )
    marks = {place: cell[2] for place, cell in found.items()}
    assert marks == {
        **{"A1": "merged_1x2", "B1": "covered", "D1": "hidden_column", "A2": "hidden_row", "B2": "hidden_row"},
        **{"D2": "hidden_column hidden_row", "A3": "hidden_row", "B3": "hidden_row", "D3": "hidden_column hidden_row"},
        **{"A4": None, "B4": None, "D4": "hidden_column"},
    }


def test_a_figure_in_merged_cells_says_so_and_a_heading_over_several_does_not() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Xếp loại</t></is></c></row><row r="2"><c r="B2"><v>12</v></c>'
        '<c r="E2" t="inlineStr"><is><t> 7 </t></is></c><c r="G2"><v>3</v></c></row>'
    )
    merged = ("A1:D1", "B2:D3", "E2:F2", "G2:G2")
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    found = looks(rows, after=f'<mergeCells count="4">{ranges}</mergeCells>')
    marks = {place: cell[2] for place, cell in found.items()}
    assert marks == {"A1": None, "B2": "merged_2x3", "E2": "merged_1x2", "G2": None}


def test_cells_of_a_hidden_sheet() -> None:
    assert looks('<row r="1"><c r="A1"><v>1</v></c></row>', book='state="hidden"') == {
        "A1": ("1", None, "hidden_sheet")
    }


def test_a_serial_number_beyond_the_calendar_and_a_letter_by_number_are_told() -> None:
    styles = STYLES.replace('<xf numFmtId="9" fontId="0"/>', '<xf numFmtId="14" fontId="0"/>')
    rows = (
        '<row r="1"><c r="A1" s="1"><v>8714436</v></c><c r="B1" t="inlineStr"><is><t>_x0034_5</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>45_x000D_</t></is></c>'
        '<c r="D1" t="str"><f>"4"&amp;"5"</f><v>_x0034_5</v></c></row>'
    )
    found = looks(rows, styles=styles)
    assert found["A1"] == ("8714436", "ngày, giờ", None)
    assert found["B1"][1] == "_x0034_5"
    assert found["D1"][1] == "_x0034_5"
    assert found["C1"][1] is None


def test_an_apostrophe_within_a_format_does_not_end_it() -> None:
    """A format that adds an apostrophe was read up to it, and 2 shown as 2' was taken for 2."""
    styles = STYLES.replace("0&quot; nghìn&quot;", "0&quot;'9&quot;")
    assert looks('<row r="1"><c r="A1" s="2"><v>2</v></c></row>', styles=styles) == {"A1": ("2", "2'9", None)}
