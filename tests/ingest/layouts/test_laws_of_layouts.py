"""What holds for every file of a layout: figures come through whole, wherever the table stands, in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from invented_layouts import DECLARED, by_rows
from workbook_rows import ORGANIZATIONS, Sheets, small_reference

from ingest.catalogue import load_catalogue
from ingest.layouts import LayoutReader, LayoutReading, Part
from ingest.layouts.terms import address_of
from ingest.rosters import Rosters

READER = LayoutReader(load_catalogue(layouts=DECLARED).layouts, Rosters(small_reference()))
FIGURES = st.lists(st.integers(0, 9_999), min_size=9, max_size=9)


def parts(sheets: Sheets) -> dict[str, Part]:
    cells = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text"]]
    reading = READER.read(cells.itertuples(index=False, name=None))
    assert isinstance(reading, LayoutReading), reading
    return {part.organization: part for part in reading.parts}


def sums(part: Part) -> dict[str, int]:
    totals: dict[str, int] = {}
    for term in part.terms:
        totals[term.cell_code] = totals.get(term.cell_code, 0) + term.sign * int(term.text or 0)
    return totals


@settings(max_examples=40, deadline=None)
@given(
    figures=st.lists(FIGURES, min_size=3, max_size=3),
    order=st.permutations(ORGANIZATIONS),
    down=st.integers(0, 6),
    right=st.integers(0, 4),
    below=st.integers(0, 3),
)
def test_figures_come_through_whole(
    figures: list[list[int]], order: list[str], down: int, right: int, below: int
) -> None:
    rows: list[list[Any]] = [[code, *numbers, None] for code, numbers in zip(order, figures, strict=True)]
    sheets = by_rows(rows)
    sheets.insert_rows("Tổng hợp", 1, down)
    sheets.insert_columns("Tổng hợp", 1, right)
    line = sheets.find("Tổng hợp", order[1])[0]
    sheets.insert_rows("Tổng hợp", line, below)
    found = parts(sheets)
    assert set(found) == set(ORGANIZATIONS)
    for code, numbers in zip(order, figures, strict=True):
        opening, increase, admitted, arrived, decrease, died, left, men, women = numbers
        assert sums(found[code]) == {
            "membership_change.OPEN": opening, "membership_change.INC": increase,
            "membership_change.IN_ADMIT": admitted, "membership_change.IN_TR": arrived,
            "membership_change.IN_TR_EXT": arrived, "membership_change.DEC": decrease,
            "membership_change.OUT_DEATH": died, "membership_change.OUT_TR": left,
            "membership_change.OUT_TR_EXT": left, "membership_change.CLOSE": men + women,
            "membership_structure.FEMALE": women,
        }  # fmt: skip
    # Every term stands where its address says.
    cells = sheets.cells["Tổng hợp"]
    for part in found.values():
        assert all(str(cells[term.row_no, term.column_no]) == term.text for term in part.terms)


def test_the_same_file_and_organization_keep_their_hash_and_others_differ() -> None:
    found = parts(by_rows([[code, *range(9), None] for code in ORGANIZATIONS]))
    hashes = {part.submission_hash(source) for part in found.values() for source in ("a", "b")}
    assert len(hashes) == 2 * len(found)
    assert hashes == {part.submission_hash(source) for part in found.values() for source in ("b", "a")}


def test_the_address_of_a_sum_names_runs_and_signs() -> None:
    (part,) = parts(by_rows([["AA-1", *range(9), None]])).values()
    first = part.terms[0]
    spread = [
        first.__class__("x", sign, "S", row, column, "number", "1")
        for sign, row, column in [(1, 7, 3), (1, 8, 3), (1, 10, 3), (-1, 7, 5)]
    ]
    assert address_of(spread) == "C7:C8+C10-E7"
