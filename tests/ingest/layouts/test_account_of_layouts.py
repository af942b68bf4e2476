"""Every filled cell of a committee's own form is read, left aside for a named reason, or a finding at its cell."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_layouts import DECLARED, by_branches, by_items, by_rows
from workbook_rows import Sheets

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue, load_catalogue
from ingest.normalise import account_of, account_reasons, normalise_cells
from ingest.receive import read_files
from ingest.reference import Reference

ROWS = [
    ["AA-1", 20, 3, 2, 1, 1, 1, 0, 12, 10, "có 1 đồng chí chuyển đến"],
    ["Tổ chức AA-2", 30, 0, 0, 0, 2, 0, 2, 20, 8, None],
]
FORMS = {
    "rows": lambda: by_rows(ROWS),
    "branches": lambda: by_branches("AA-1", [["Chi bộ 1", 5, 1, 1], ["Chi bộ 2", 6, 0, 0]]),
    "items": lambda: by_items({"AA-1": [9, 3, 0, 1, 0, 0, 0], "AA-2": [7, 2, 0, 0, 0, 0, 0]}),
}


@pytest.fixture(scope="module")
def own() -> Catalogue:
    return load_catalogue(layouts=DECLARED)


def account(sheets: Sheets, folder: Path, catalogue: Catalogue, reference: Reference) -> tuple[pd.DataFrame, ...]:
    got = read_files([sheets.save(folder / "bieu.xlsx")], catalogue, reference)
    findings = normalise_cells(got.cells, got.submissions, catalogue, reference).findings
    return account_of(got.cells, got.submissions, catalogue, reference), findings


def placed(sheets: Sheets) -> set[tuple[str, str]]:
    return {(name, a1_address(*place)) for name, cells in sheets.cells.items() for place in cells}


@pytest.mark.parametrize("form", FORMS)
def test_each_filled_cell_is_accounted_for_once(form: str, tmp_path: Path, own, reference) -> None:
    sheets = FORMS[form]()
    told, findings = account(sheets, tmp_path, own, reference)
    assert sorted(zip(told["sheet"], told["cell"], strict=True)) == sorted(placed(sheets))
    assert set(told["outcome"]) == {"value", "ignored"}
    assert set(told["reason"]) <= set(account_reasons())
    assert findings[findings["severity"] != "info"].empty


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), form=st.sampled_from(sorted(FORMS)))
def test_a_figure_added_anywhere_is_read_or_told(seed: int, form: str, own, reference, tmp_path: Path) -> None:
    chance = random.Random(seed)
    sheets = FORMS[form]()
    name = next(iter(sheets.cells))
    place = (chance.randint(1, 24), chance.randint(1, 14))
    if place in sheets.cells[name]:
        return
    sheets.cells[name][place] = chance.randint(40, 90)
    got = read_files([sheets.save(tmp_path / "bieu.xlsx")], own, reference)
    if "identified" not in set(got.submissions["read_state"]):
        assert set(got.findings["severity"]) >= {"hard"}  # the file is no longer of the layout, and that is said
        return
    told = account_of(got.cells, got.submissions, own, reference)
    (mine,) = told[told["cell"] == a1_address(*place)].to_dict("records")
    findings = normalise_cells(got.cells, got.submissions, own, reference).findings
    if mine["outcome"] == "unread":
        assert a1_address(*place) in set(findings["cell"]) or mine["reason"] == "organization_unknown"
    else:
        assert mine["outcome"] == "value" or mine["reason"] in {
            "ignored_column", "ignored_row", "total", "note", "ordinal", "numbering", "label", "heading",
        }, mine  # fmt: skip


def test_figures_beside_the_table_and_on_another_sheet_are_told(tmp_path: Path, own, reference) -> None:
    sheets = by_rows(ROWS)
    row, _ = sheets.find("Tổng hợp", "Tổ chức AA-2")
    sheets.cells["Tổng hợp"][row, 15] = 77
    sheets.cells["Phụ lục"] = {(1, 1): "Số liệu khác", (2, 1): 12}
    told, findings = account(sheets, tmp_path, own, reference)
    unread = told[told["outcome"] == "unread"]
    assert set(zip(unread["sheet"], unread["cell"], unread["reason"], strict=True)) == {
        ("Tổng hợp", f"O{row}", "beside_table"),
        ("Phụ lục", "A1", "unknown_sheet"),
        ("Phụ lục", "A2", "unknown_sheet"),
    }
    beside = findings[findings["rule_id"] == "beside_table"]
    assert beside[["organization_code", "severity", "cell"]].to_numpy().tolist() == [["AA-2", "hard", f"O{row}"]]
    assert findings.loc[findings["rule_id"] == "unknown_sheet", "observed"].tolist() == ["Phụ lục"]
