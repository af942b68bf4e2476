"""Which formulas are a plain sum of cells of the same workbook, in the notation of either container."""

from __future__ import annotations

import pytest

from ingest.reading.sheetxml import sheet_facts
from ingest.reading.sums_of_cells import SUMMED, is_sum_of_cells


@pytest.mark.parametrize(
    "formula",
    ["C8+C9+C13", "=C8", "-C8+$C$9", "C8 + C9 - C13", "'Biểu 1'!C24", "Bieu1!C24-C3", "of:=[.C8]+[.C9]",
     "of:=[$'Biểu 1'.C24]", "of:=[.$C$8]-[.C9]"],
)  # fmt: skip
def test_sums_of_single_cells(formula: str) -> None:
    assert is_sum_of_cells(formula)


@pytest.mark.parametrize(
    "formula",
    ["", "SUM(C8:C9)", "C8*2", "C8+1", "5+3", "'[1]Biểu 1'!C24", "[1]Bieu1!C24", "C8:C9", 'C8&"a"', "IF(C8,C9,C10)",
     "of:=['file:///x.ods'#$Sheet1.C8]", "of:=SUM([.C8:.C9])", "TONG"],
)  # fmt: skip
def test_anything_else_is_none(formula: str) -> None:
    assert not is_sum_of_cells(formula)


def test_a_formula_filled_down_is_known_by_its_number() -> None:
    rows = (
        '<row r="1"><c r="C1"><f t="shared" ref="C1:C2" si="0">A1+B1</f><v>3</v></c></row>'
        '<row r="2"><c r="C2"><f t="shared" si="0"/><v>4</v></c><c r="D2"><f t="shared" si="1"/><v>4</v></c></row>'
        '<row r="3"><c r="C3"><f>SUM(A1:A2)</f><v>7</v></c><c r="D3"><f>A1+B1</f><v></v></c></row>'
    )
    facts = sheet_facts(f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode(), b"")
    assert {place for place, marks in facts.marks.items() if SUMMED in marks} == {"C1", "C2", "D3"}
    assert facts.no_cache == {"D3"}
