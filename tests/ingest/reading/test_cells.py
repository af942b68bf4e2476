"""The same cells from .xlsx, .xls and .ods; what the fast reader shows as empty is found, every cell at its address."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import packed, parts_of, workbook
from workbook_rows import random_content

from demo.copies import as_ods, as_xls
from ingest.addresses import a1_address, column_letters, column_number
from ingest.lake import CELLS
from ingest.reading.cells import Cell, address
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile
from ingest.reading.preflight import preflight, read_cells
from ingest.reading.sheets import sheets_of
from ingest.reading.worker import cells_table
from ingest.template import write_workbook

NUMBER = '<row r="1"><c r="A1"><v>7</v></c></row>'


def cells_of(content: bytes) -> list[Cell]:
    """The cells of a workbook."""
    return read_cells(preflight(content, Limits()))


def placed(content: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """(kind, text) by sheet and address."""
    return {(cell[0], address(cell[1], cell[2])): (cell[3], cell[4]) for cell in cells_of(content)}


@given(st.integers(1, 16_384))
def test_letters_and_numbers_of_columns_are_one_to_one(number: int) -> None:
    assert column_number(column_letters(number)) == number
    assert a1_address(7, number) == address(7, number) == f"{column_letters(number)}7"


@pytest.mark.parametrize(("copy", "suffix"), [(as_xls, "xls"), (as_ods, "ods")])
def test_a_copy_in_another_format_holds_the_same_cells(
    catalogue, reference, tmp_path: Path, copy: Callable[[Path, Path], None], suffix: str
) -> None:
    source, target = tmp_path / "source.xlsx", tmp_path / f"copy.{suffix}"
    write_workbook(source, random_content(5, catalogue, reference), catalogue, reference)
    copy(source, target)
    expected = placed(source.read_bytes())
    assert len(expected) > 300
    assert {kind for kind, _ in expected.values()} == {"text", "number", "date"}
    found = placed(target.read_bytes())
    assert preflight(target.read_bytes(), Limits()).container == suffix
    assert found == expected


SPECIAL: dict[str, Any] = {
    "A1": "=1/0",
    "A2": "=SUM(B1:B9)",
    "B1": 57,
    "B2": "57",
    "B3": dt.date(2022, 3, 15),
    "B4": True,
}


def written(tmp_path: Path, values: dict[str, Any]) -> Path:
    """A workbook of one sheet ``S``; formulas have no value, as openpyxl writes them."""
    book = openpyxl.Workbook()
    book.active.title = "S"
    for place, value in values.items():
        book.active[place] = value
    path = tmp_path / "special.xlsx"
    book.save(path)
    return path


def test_formulas_without_a_value_and_typed_texts_are_told_apart(tmp_path: Path) -> None:
    found = placed(written(tmp_path, SPECIAL).read_bytes())
    assert found == {
        ("S", "A1"): ("no_cache", ""),
        ("S", "A2"): ("no_cache", ""),
        ("S", "B1"): ("number", "57"),
        ("S", "B2"): ("text", "57"),
        ("S", "B3"): ("date", "2022-03-15"),
        ("S", "B4"): ("bool", "1"),
    }


def test_error_cells_and_cached_values_of_formulas_are_read() -> None:
    content = workbook(
        '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1" t="e"><f>NA()</f><v>#N/A</v></c>'
        '<c r="C1"><f>1+1</f><v>2</v></c><c r="D1" t="str"><f>""</f><v></v></c><c r="E1"><f>A1</f></c></row>'
        '<row r="3"><c r="C3"><v>4.5</v></c><c r="D3" t="b"><v>0</v></c></row>'
    )
    assert placed(content) == {
        ("S", "A1"): ("error", "#DIV/0!"),
        ("S", "B1"): ("error", "#N/A"),
        ("S", "C1"): ("number", "2"),
        ("S", "E1"): ("no_cache", ""),
        ("S", "C3"): ("number", "4.5"),
        ("S", "D3"): ("bool", "0"),
    }


STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1">'
    '<numFmt numFmtId="170" formatCode="0;(0)"/></numFmts><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="170" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def test_a_negative_number_keeps_the_format_that_shows_it() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>-1</v></c><c r="B1"><v>-2</v></c><c r="C1" s="1"><v>3</v></c></row>'
    content = packed({**parts_of(S=rows), "xl/styles.xml": STYLES})
    assert [(cell[4], cell[5]) for cell in cells_of(content)] == [("-1", "0;(0)"), ("-2", None), ("3", "0;(0)")]


def test_error_cells_of_excel_97_are_found(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.row(2).set_cell_error(1, "#DIV/0!")
    sheet.write(0, 0, 57)
    book.save(str(tmp_path / "errors.xls"))
    found = placed((tmp_path / "errors.xls").read_bytes())
    assert found == {("S", "A1"): ("number", "57"), ("S", "B3"): ("error", "#DIV/0!")}


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_BODY = (
    f'<?xml version="1.0"?><office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" '
    f'xmlns:text="{_ODF}text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">'
    '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
    '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
    "</table:table-cell>"
    '<table:table-cell table:formula="of:=1+1"/>'
    '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p>'
    "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def test_error_cells_and_empty_formulas_of_an_open_document_are_found_behind_repeated_cells() -> None:
    content = packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="x"/>',
            "content.xml": ODS_BODY,
        },
        compression=zipfile.ZIP_STORED,
    )
    assert placed(content) == {
        ("S", "C3"): ("error", "#DIV/0!"),
        ("S", "D3"): ("no_cache", ""),
        ("S", "E3"): ("number", "2"),
    }


def test_the_cells_of_several_files_become_one_table_in_their_order(tmp_path: Path) -> None:
    one = cells_of(written(tmp_path, {"A1": 1, "AB12": "hai"}).read_bytes())
    table = cells_table(["a", "b", "c"], [2, 0, 1], [*one, ("S", 3, 28, "text", "ba", None, None, None)])
    assert table.schema == CELLS
    rows = table.select(["file_hash", "cell", "kind", "text"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("a", "A1", "number", "1"),
        ("a", "AB12", "text", "hai"),
        ("c", "AB3", "text", "ba"),
    ]
    assert cells_table([], [], []).num_rows == 0


@pytest.mark.parametrize(
    ("shown_as", "text"),
    [
        ("dd/mm/yyyy", "2026-06-27"),
        ('dd"-Tháng "mm-yy', "2026-06-27"),
        ("dd/mm/yyyy hh:mm", "2026-06-27T12:00:00"),
        ("[$-42A]dd mmmm yyyy", "2026-06-27"),
    ],
)
@pytest.mark.parametrize("beside", ["0", "0%"])  # a sheet of ordinary formats is read on another way
def test_an_hour_that_the_format_hides_is_no_part_of_a_day(
    tmp_path: Path, shown_as: str, text: str, beside: str
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"] = dt.datetime(2026, 6, 27, 12, 0), 1
    sheet["A1"].number_format, sheet["B1"].number_format = shown_as, beside
    book.save(tmp_path / "day.xlsx")
    assert placed((tmp_path / "day.xlsx").read_bytes())["Sheet", "A1"] == ("date", text)


def test_every_part_of_a_cell_has_its_column() -> None:
    cells: list[Cell] = [
        ("S", 2, 28, "number", "5", "0%", "500%", "struck"),
        ("T", 1, 1, "text", "x", None, None, None),
    ]
    first, second = cells_table(["a", "b"], [1, 1], cells).to_pylist()
    assert first == {
        **{"file_hash": "a", "sheet": "S", "row_no": 2, "column_no": 28, "cell": "AB2"},
        **{"kind": "number", "text": "5", "number_format": "0%", "shown": "500%", "marks": "struck"},
    }
    assert second["file_hash"] == "b"
    assert second["cell"] == "A1"
    assert [second[name] for name in ("number_format", "shown", "marks")] == [None, None, None]


@pytest.mark.parametrize(("name", "told"), [("Đơn thư", "Đơn thư"), ("Nguyễn Văn An", "•••")])
def test_two_sheets_of_one_name_are_refused_and_not_read_by_half(name: str, told: str) -> None:
    """One was read twice, the other never: what it held was neither counted, nor told, nor masked."""
    parts: dict[str, str | bytes] = dict(parts_of(A=NUMBER, B=NUMBER))
    assert len(cells_of(packed(parts))) == 2
    index = str(parts["xl/workbook.xml"])
    parts["xl/workbook.xml"] = index.replace('name="A"', f'name="{name}"').replace('name="B"', f'name="{name}"')
    with pytest.raises(UnsafeFile) as refused:
        cells_of(packed(parts))
    assert (refused.value.finding, refused.value.detail) == ("damaged", f"hai trang cùng tên “{told}”")


@pytest.mark.parametrize("names", [["A", "B", "A"], ["Kiểm tra", "Kiểm tra", "_kiem_tra"]])
def test_every_kind_of_file_asks_for_sheets_by_names_of_their_own(names: list[str]) -> None:
    with pytest.raises(UnsafeFile):
        sheets_of(names)
    assert sheets_of(sorted(set(names) - {"Kiểm tra"})) == sorted(set(names) - {"Kiểm tra", "_kiem_tra"})
