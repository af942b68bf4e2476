"""A cell comes from one column or line: two are added only where the declaration says that they are parts of a sum."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from workbook_rows import ORGANIZATIONS, Sheets, small_reference

from ingest.catalogue.layout import Layout, LayoutTable
from ingest.layouts import LayoutReader, LayoutReading, Refusal
from ingest.rosters import Rosters

CELLS = [f"membership_change.{name}" for name in ("OPEN", "INC", "IN_ADMIT", "DEC", "CLOSE")]
ROSTERS = Rosters(small_reference())


def layout(table: Any) -> Layout:
    """A layout of one table, whether or not it could be declared."""
    said = {"layout": "own", "label": {"vi": "x", "en": "x"}, "authority": "x", "valid_from": "2020-01-01"}
    kept = Layout.model_validate({**said, "tables": [_table([[CELLS[0]]], [], "organization")]})
    return kept.model_copy(update={"tables": [table]})


def _table(columns: list[list[str]], sums: list[str], rows: str) -> dict[str, Any]:
    if rows == "item":
        lines = [{"label": f"Dòng {at}", "cells": dict.fromkeys(codes, 1)} for at, codes in enumerate(columns)]
        heads = [{"header": ["Nội dung"], "role": "label"}, {"header": ["Số"]}]
        return {"rows": rows, "columns": heads, "lines": lines, "organization": "^(.+)$", "sums": sums}
    values = [{"header": [f"Cột {at}"], "cells": dict.fromkeys(codes, 1)} for at, codes in enumerate(columns)]
    return {"rows": rows, "columns": [{"header": ["Đơn vị"], "role": "organization"}, *values], "sums": sums}


def _sheet(number: int, rows: str, figures: list[int]) -> Sheets:
    cells: dict[tuple[int, int], Any] = {(1, 1): "6 tháng đầu năm 2022", (2, 1): "Đơn vị"}
    if rows == "item":
        cells |= {(2, 1): ORGANIZATIONS[0], (4, 1): "Nội dung", (4, 2): "Số"}
        for at in range(number):
            cells |= {(5 + at, 1): f"Dòng {at}", (5 + at, 2): figures[at]}
        return Sheets({"S": cells})
    cells[3, 1] = ORGANIZATIONS[0]
    for at in range(number):
        cells |= {(2, 2 + at): f"Cột {at}", (3, 2 + at): figures[at]}
    return Sheets({"S": cells})


def _read(one: Layout, sheets: Sheets) -> LayoutReading | Refusal | None:
    cells = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text"]]
    return LayoutReader([one], ROSTERS).read(cells.itertuples(index=False, name=None))


COLUMNS = st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=2, unique=True), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    columns=COLUMNS,
    sums=st.lists(st.sampled_from(CELLS), max_size=2, unique=True),
    rows=st.sampled_from(["organization", "branch", "item"]),
    figures=st.lists(st.integers(1, 999), min_size=6, max_size=6),
)
def test_nothing_is_added_that_is_not_declared_a_sum(
    columns: list[list[str]], sums: list[str], rows: str, figures: list[int]
) -> None:
    declared = _table(columns, sums, rows)
    often = {code: sum(code in codes for codes in columns) for code in CELLS}
    undeclared = {code for code, times in often.items() if times > 1} - set(sums)
    idle = {code for code in sums if often[code] < 2}
    if undeclared or idle:
        with pytest.raises(ValidationError, match="sums"):
            LayoutTable.model_validate(declared)
    # Also where it came past the declaration somehow, reading adds nothing up.
    meant = {**declared, "sums": sorted(code for code, times in often.items() if times > 1)}
    table = LayoutTable.model_validate(meant).model_copy(update={"sums": sums})
    reading = _read(layout(table), _sheet(len(columns), rows, figures))
    if undeclared:
        assert isinstance(reading, Refusal)
        assert reading.finding == "layout_cell_twice"
        assert reading.observed in undeclared
        return
    assert isinstance(reading, LayoutReading), reading
    (part,) = reading.parts
    for code, times in often.items():
        terms = [term for term in part.terms if term.cell_code == code]
        assert len(terms) == times
        assert sum(int(term.text or 0) for term in terms) == sum(
            figure for figure, codes in zip(figures, columns, strict=False) if code in codes
        )


def test_what_is_a_sum_of_columns_and_lines_is_told_by_their_names() -> None:
    columns = [{"header": ["Nội dung"], "role": "label"}, {"header": ["Nam"]}, {"header": ["Nữ"]}]
    lines = [{"label": "Cuối kỳ", "cells": {CELLS[4]: 1}}, {"label": "Có mặt", "cells": {CELLS[4]: 1}}]
    table = {"rows": "item", "columns": columns, "lines": lines}
    with pytest.raises(ValidationError, match="Cuối kỳ × Nam; Cuối kỳ × Nữ; Có mặt × Nam; Có mặt × Nữ"):
        LayoutTable.model_validate(table)
    LayoutTable.model_validate({**table, "sums": [CELLS[4]]})
