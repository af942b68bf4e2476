"""One protocol, a reader per kind of file: each file is claimed by one of them, told by its content alone."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlwt
from binary_book import binary_book, sheet
from compound import compound
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import ONE_ROW, ole2, packed, parts_of, workbook
from python_calamine import CalamineWorkbook

from ingest.reading.cells import Cell, address
from ingest.reading.containers import containers
from ingest.reading.limits import Limits
from ingest.reading.preflight import UnsafeFile, preflight, read_cells, sniff
from ingest.reading.sheetshape import addressed, compacted

LIMITS = Limits()
NO_LOOK = (None, None)
STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def cells_of(content: bytes) -> list[Cell]:
    return read_cells(preflight(content, LIMITS))


def placed(content: bytes) -> dict[str, tuple[str, str]]:
    return {f"{cell[0]}!{address(cell[1], cell[2])}": (cell[3], cell[4]) for cell in cells_of(content)}


def renamed(parts: dict[str, str], old: str, new: str) -> dict[str, str]:
    """The same package with a part of another name, in everything that speaks of it."""
    return {name.replace(old, new): text.replace(old, new) for name, text in parts.items()}


def xls(**sheets: dict[tuple[int, int], object]) -> bytes:
    """An .xls of sheets given as (row, column) -> value."""
    book, target = xlwt.Workbook(), io.BytesIO()
    for name, values in sheets.items():
        written = book.add_sheet(name)
        for (row, column), value in values.items():
            written.write(row, column, value)
    book.save(target)
    return target.getvalue()


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def flat(rows: str, names: str = "S") -> bytes:
    """A .fods: the body of an OpenDocument spreadsheet as one XML file."""
    spaces = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "table", "text"))
    return (
        f'<?xml version="1.0"?><office:document {spaces} office:mimetype="application/vnd.oasis.opendocument'
        f'.spreadsheet"><office:body><office:spreadsheet><table:table table:name="{names}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document>"
    ).encode()


def ods(rows: str) -> bytes:
    body = (
        flat(rows)
        .replace(b"office:document ", b"office:document-content ")
        .replace(b"office:document>", b"office:document-content>")
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="x"/>',
            "content.xml": body,
        },
        compression=zipfile.ZIP_STORED,
    )


FLOAT = '<table:table-cell office:value-type="float" office:value="57"><text:p>57</text:p></table:table-cell>'
SAMPLES = {
    "xlsx": [workbook(), packed(renamed(parts_of(S=ONE_ROW), "workbook.xml", "so lieu.xml"))],
    "xlsb": [binary_book(S=sheet([[57.0]]))],
    "xls": [xls(S={(0, 0): 57}), compound({"Book": b"\x09\x08"}), b"\x09\x04\x06\x00" + b"\0" * 40],
    "ods": [ods(f"<table:table-row>{FLOAT}</table:table-row>"), flat(f"<table:table-row>{FLOAT}</table:table-row>")],
    "csv": ["Mã;Số\nAA-1;57\n".encode(), "Mã\tSố\r\nAA-1\t57\r\n".encode("utf-16"), b"a,b\n1,2\n"],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_is_claimed_by_its_own_reader_and_by_no_other(name: str) -> None:
    for content in SAMPLES[name]:
        assert [one.name for one in containers() if one.claims(sniff(content, LIMITS))] == [name]


def test_there_is_a_sample_of_every_reader_and_a_file_of_its_own_for_each() -> None:
    assert sorted(SAMPLES) == sorted(one.name for one in containers())
    folder = Path(containers.__wrapped__.__code__.co_filename).parent
    assert len([path for path in folder.glob("*.py") if path.stem != "__init__"]) == len(SAMPLES)


# Excel packages that other programs, or Excel's own menus, write.


def test_the_strict_form_is_read_like_the_usual_one() -> None:
    parts = parts_of(S='<row r="1"><c r="A1"><v>57</v></c><c r="B1" t="d"><v>2026-06-30</v></c></row>')
    strict = {}
    for name, text in parts.items():
        for old, new in STRICT:
            text = text if name == "[Content_Types].xml" else text.replace(old, new)
        strict[name] = text
    assert placed(packed(strict)) == {"S!A1": ("number", "57"), "S!B1": ("date", "2026-06-30")}


@pytest.mark.parametrize("place", ["xl/workbook22.xml", "so/lieu.xml", "Workbook.xml", "xl/WORKBOOK.XML"])
def test_the_workbook_is_the_part_that_the_package_names(place: str) -> None:
    parts = parts_of(S=ONE_ROW, T='<row r="2"><c r="B2" t="e"><v>#REF!</v></c></row>')
    folder, _, name = place.rpartition("/")
    parts[place] = parts.pop("xl/workbook.xml")
    relations = parts.pop("xl/_rels/workbook.xml.rels").replace('Target="', 'Target="/xl/')
    parts[f"{folder}/_rels/{name}.rels".lstrip("/")] = relations
    parts["_rels/.rels"] = parts["_rels/.rels"].replace("xl/workbook.xml", place)
    expected = {"S!A1": ("number", "57"), "S!B1": ("text", "đảng viên"), "T!B2": ("error", "#REF!")}
    assert placed(packed(parts)) == expected


def test_backslashes_in_part_names_are_slashes() -> None:
    parts = {name.replace("/", "\\"): text for name, text in parts_of(S=ONE_ROW).items()}
    assert len(placed(packed(parts))) == 2


def test_sheets_texts_and_formats_outside_their_usual_folder_are_found() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>-1</v></c><c r="C1" s="2"><v>46203</v></c></row>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = renamed(parts_of(S=rows), "xl/worksheets/", "trang/")
    relations = parts["xl/_rels/workbook.xml.rels"].replace("worksheets/", "/trang/")
    for kind in ("styles", "sharedStrings"):
        one = f'<Relationship Id="{kind}" Type="{office}/{kind}" Target="/khac/{kind}.xml"/></Relationships>'
        relations = relations.replace("</Relationships>", one)
    parts |= {
        "xl/_rels/workbook.xml.rels": relations,
        "khac/sharedStrings.xml": f"<sst {main}><si><t>Biểu 1</t></si></sst>",
        "khac/styles.xml": f'<styleSheet {main}><numFmts><numFmt numFmtId="170" formatCode="0;(0)"/></numFmts>'
        '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    assert [cell[3:] for cell in cells_of(packed(parts))] == [
        ("text", "Biểu 1", None, None, None),
        ("number", "-1", "0;(0)", "(1)", "dressed"),
        ("date", "2026-06-30", None, *NO_LOOK),
    ]


def test_a_sheet_of_charts_only_is_no_sheet_of_cells() -> None:
    parts = parts_of(S=ONE_ROW, Chart="")
    parts["xl/_rels/workbook.xml.rels"] = re.sub(
        r'worksheet" Target="worksheets/sheet2',
        'chartsheet" Target="chartsheets/sheet2',
        parts["xl/_rels/workbook.xml.rels"],
    )
    parts["xl/chartsheets/sheet2.xml"] = parts.pop("xl/worksheets/sheet2.xml")
    assert set(placed(packed(parts))) == {"S!A1", "S!B1"}


def test_cells_without_an_address_stand_right_of_the_one_before() -> None:
    rows = (
        '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c t="e"><v>#REF!</v></c></row><row/><row r="7">'
        "<c/><c><f>SUM(Z1:Z2)</f></c></row><row><c><v>8</v></c></row>"
    )
    assert placed(workbook(rows)) == {
        "S!A1": ("number", "1"),
        "S!D1": ("number", "4"),
        "S!E1": ("error", "#REF!"),
        "S!B7": ("no_cache", ""),
        "S!A8": ("number", "8"),
    }


def test_a_formatted_cell_in_the_last_row_costs_nothing_and_a_filled_one_is_read_there() -> None:
    far = '<row r="1"><c r="A1"><v>57</v></c></row><row r="1048576"><c r="XFD1048576"{}</row>'
    assert placed(workbook(far.format(' s="0"/>'))) == {"S!A1": ("number", "57")}
    assert placed(workbook(far.format(' t="e"><v>#N/A</v></c>')))["S!XFD1048576"] == ("error", "#N/A")
    assert placed(workbook(far.format("><v>8</v></c>"))) == {
        "S!A1": ("number", "57"),
        "S!XFD1048576": ("number", "8"),
    }


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.tuples(st.integers(1, 400), st.integers(1, 60)), st.integers(0, 9), min_size=1, max_size=25))
def test_moving_cells_together_or_leaving_addresses_out_loses_and_moves_no_value(
    values: dict[tuple[int, int], int],
) -> None:
    rows = sorted({row for row, _ in values})
    cell = '<c r="{}"><v>{}</v></c>'
    lines = [
        f'<row r="{row}">' + "".join(cell.format(address(*at), values[at]) for at in sorted(values) if at[0] == row)
        for row in rows
    ]
    xml = "<sheetData>" + "</row>".join([*lines, "</sheetData>"])
    near, row_numbers, column_numbers = compacted(xml.encode())
    moved = re.findall(rb'<c r="([A-Z]+)(\d+)"><v>(\d)</v>', near)
    letters = {address(1, number)[:-1]: column for number, column in enumerate(column_numbers, start=1)}
    assert {(row_numbers[int(row) - 1], letters[col.decode()]): int(value) for col, row, value in moved} == values
    bare = "<sheetData>" + "".join("<row><c><v>7</v></c></row>" for _ in range(max(rows))) + "</sheetData>"
    expected = "".join(f'<row r="{row}">{cell.format(f"A{row}", 7)}</row>' for row in range(1, max(rows) + 1))
    assert addressed(bare.encode()).decode() == f"<sheetData>{expected}</sheetData>"


# Binary workbooks.


def test_a_binary_workbook_gives_its_cells_and_its_errors() -> None:
    content = binary_book(**{"Bìa": sheet([["Đảng bộ", None, 57.0]]), "Biểu 1": sheet([["#REF!", True, 2.5]], 4)})
    assert placed(content) == {
        "Bìa!A1": ("text", "Đảng bộ"),
        "Bìa!C1": ("number", "57"),
        "Biểu 1!A5": ("error", "#REF!"),
        "Biểu 1!B5": ("bool", "1"),
        "Biểu 1!C5": ("number", "2.5"),
    }


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10_000), st.binary(max_size=12))
def test_a_mangled_binary_sheet_gets_a_verdict(at: int, change: bytes) -> None:
    part = bytearray(sheet([["Đảng bộ", None, 57.0], ["#REF!", True, 2.5]]))
    part[at % len(part) : at % len(part) + len(change)] = change
    found = "fine"
    try:
        preflight(binary_book(S=bytes(part)), LIMITS)
    except UnsafeFile as refused:
        found = refused.finding
    assert found in ("fine", "damaged", "too_large")


# Excel 97-2003.


def test_a_workbook_that_speaks_of_other_programs_is_still_a_workbook() -> None:
    content = xls(S={(0, 0): "WordDocument", (1, 1): "EncryptedPackage", (2, 0): 57})
    assert placed(content)["S!A3"] == ("number", "57")
    for stream in ("WordDocument", "EncryptedPackage"):
        assert stream.encode("utf-16-le") in content or stream.encode() in content


def test_old_excel_dates_texts_and_formats_of_negative_numbers_are_read() -> None:
    book, target = xlwt.Workbook(), io.BytesIO()
    written = book.add_sheet("S")
    written.write(0, 0, -1, xlwt.easyxf(num_format_str="0;(0)"))
    written.write(1, 0, 46203, xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    written.write(2, 0, "00123")
    book.save(target)
    assert [cell[3:] for cell in cells_of(target.getvalue())] == [
        ("number", "-1", "0;(0)", "(1)", "dressed"),
        ("date", "2026-06-30", None, *NO_LOOK),
        ("text", "00123", None, *NO_LOOK),
    ]


def test_what_ole2_holds_is_told_by_its_directory() -> None:
    for streams, finding in ((("WordDocument",), "not_a_workbook"), (("EncryptedPackage", "Workbook"), "password")):
        with pytest.raises(UnsafeFile) as refused:
            preflight(ole2(*streams), LIMITS)
        assert refused.value.finding == finding


# OpenDocument.


def test_an_open_document_is_read_as_the_fast_reader_reads_it() -> None:
    rows = (
        '<table:table-header-rows><table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '</table:table-header-rows><table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        f'{FLOAT}<table:covered-table-cell/><table:table-cell office:value-type="string"><text:p>Đảng<text:s '
        'text:c="2"/>bộ</text:p><text:p>cơ sở</text:p></table:table-cell><table:table-cell office:value-type="boolean"'
        ' office:boolean-value="true"/><table:table-cell office:value-type="date" office:date-value="2026-06-30"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.5"/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{FLOAT}</table:table-row>'
    )
    sheet_of_fast = CalamineWorkbook.from_filelike(io.BytesIO(ods(rows))).get_sheet_by_name("S")
    fast = {
        f"S!{address(row, column)}": value
        for row, line in enumerate(sheet_of_fast.to_python(skip_empty_area=False), 1)
        for column, value in enumerate(line, 1)
        if value != ""
    }
    found = placed(ods(rows))
    assert list(found) == list(fast)
    assert found == placed(flat(rows))
    assert found["S!E4"] == ("text", "Đảng  bộ\ncơ sở")
    assert (found["S!C4"], found["S!F4"], found["S!G4"]) == (("number", "57"), ("bool", "1"), ("date", "2026-06-30"))
    assert (found["S!H4"], found["S!A5"], found["S!A6"]) == (("number", "0.5"), ("number", "57"), ("number", "57"))


def test_a_comment_on_a_cell_is_not_what_the_cell_says() -> None:
    rows = (
        '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>hỏi lại</text:p>'
        "</office:annotation><text:p>57</text:p></table:table-cell><table:table-cell><office:annotation><text:p>x"
        "</text:p></office:annotation></table:table-cell></table:table-row>"
    )
    assert placed(ods(rows)) == {"S!A1": ("text", "57")}


def test_cells_that_repeat_without_end_are_counted_before_they_are_written_out() -> None:
    for times in ("1048576", "99999999"):
        rows = f'<table:table-row table:number-rows-repeated="{times}">{FLOAT.replace("<table:table-cell", "<table:table-cell table:number-columns-repeated=" + chr(34) + "1000" + chr(34))}</table:table-row>'  # noqa: E501
        with pytest.raises(UnsafeFile) as refused:
            preflight(ods(rows), LIMITS)
        assert refused.value.finding == "too_large"
    far = f'<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>{FLOAT}</table:table-row>'  # noqa: E501
    assert placed(ods(far)) == {"S!A1048576": ("number", "57")}


# Tables as text.


@pytest.mark.parametrize(
    "content",
    [
        "Mã;Tên;Số\nAA-1;Đảng bộ, xã;1,5\n".encode(),
        "\ufeffMã;Tên;Số\r\nAA-1;Đảng bộ, xã;1,5\r\n".encode(),
        "Mã\tTên\tSố\r\nAA-1\tĐảng bộ, xã\t1,5\r\n".encode("utf-16"),
        'Mã,Tên,Số\nAA-1,"Đảng bộ, xã","1,5"\n'.encode(),
    ],
    ids=["semicolons", "mark", "Excel's Unicode text", "commas"],
)
def test_a_table_as_text_gives_the_same_cells_whatever_wrote_it(content: bytes) -> None:
    assert [cell[2:5] for cell in cells_of(content)] == [
        (1, "text", "Mã"),
        (2, "text", "Tên"),
        (3, "text", "Số"),
        (1, "text", "AA-1"),
        (2, "text", "Đảng bộ, xã"),
        (3, "text", "1,5"),
    ]


def test_a_line_that_names_the_delimiter_is_not_a_row_but_keeps_its_number() -> None:
    assert placed(b"sep=;\na;00123\nb;c d\n") == {
        "CSV!A2": ("text", "a"),
        "CSV!B2": ("text", "00123"),
        "CSV!A3": ("text", "b"),
        "CSV!B3": ("text", "c d"),
    }


def test_prose_and_mail_are_no_table() -> None:
    for content in ("Kính gửi,\nđã nhận.\n", "From: a@example.vn\nSubject: báo cáo, biểu\n\nx\n", "một dòng, hai\n"):
        with pytest.raises(UnsafeFile):
            preflight(content.encode(), LIMITS)
