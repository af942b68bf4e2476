"""An old row stands hidden in a list: it is counted, so it is searched, named, and the first thing to look at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from submitted_rows import AFTER_ALL, Lake, Value, findings_frame, nothing_in

from ingest.catalogue import Catalogue
from ingest.findings import finding_texts, reading_findings
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.unseen import pointing

MESSAGES = {"message_vi": "Ghi 1, danh sách 3", "message_en": "Says 1, the list 3."}


def hidden(name: str = "row_hidden", file_hash: str = "f", **place: Any) -> dict[str, Any]:
    row = {
        "sheet": "transfers",
        "cell": "A12",
        "observed": "Đến",
        "detail": "12",
        "cells": "transfers!A12; transfers!D12",
    }
    return {"name": name, "file_hash": file_hash, **row, **place}


def rule(cells: str, **more: Any) -> dict[str, Any]:
    place = {"file_hash": "f", "engine": "rule", "sheet": "Biểu 1", "cell": "C14", "cells": cells}
    return {"rule_id": "R042_IN", **place, **MESSAGES, **more}


@pytest.mark.parametrize(("name", "searched"), [("row_hidden", True), ("row_struck", True), ("row_below_end", False)])
def test_a_hidden_row_that_is_counted_does_not_keep_the_list_from_being_searched(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue, name: str, searched: bool
) -> None:
    cells: dict[str, Value] = nothing_in(catalogue, reference["codes"])
    cells |= {"membership_change.IN_TR_INT": 1, "transfers.IN.TRONG_TINH": 3}
    lake = Lake().add("f", cells)
    for number, members in ((1, 1), (2, 2)):
        lake.record("f", "transfers", number, {"DIRECTION": "IN", "SCOPE": "TRONG_TINH", "MEMBERS": members})
    read = reading_findings([hidden(name)])
    frames = (lake.submissions, lake.observations, lake.entries, findings_frame(*read.to_dict("records")))
    (one,) = check_tables(*frames, catalogue, reference, rules, as_of=AFTER_ALL).explained
    (of_list,) = (part for part in one.diagnosis.components if "R042_IN" in part.constraints)
    assert ("R042_IN" in one.problem.unexplained) == (not searched)
    assert (of_list.tried > 0) == searched


def test_the_hidden_row_and_the_contradiction_lead_to_each_other() -> None:
    read = reading_findings([hidden()]).to_dict("records")
    told = pointing(pd.DataFrame([rule("Biểu 1!C14=1; transfers!D11:D12 [TRONG_TINH]=3"), *read]))
    contradiction, row = told["message_vi"]
    assert (
        contradiction == "Ghi 1, danh sách 3. Trong đó dòng 12 của trang “transfers” đang ẩn; hãy xem dòng này trước."
    )
    assert row.endswith("Dòng này có trong chỗ mâu thuẫn ở Biểu 1!C14; hãy xem dòng này trước.")
    assert told["message_en"].iloc[0].startswith("Says 1, the list 3. Row 12 of")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(rule("Biểu 1!C14=1; transfers!D9:D11=3"), id="rows above it"),
        pytest.param(rule("Biểu 1!D12=1"), id="another sheet"),
        pytest.param(rule("transfers!D12=1", file_hash="g"), id="another workbook"),
        pytest.param(rule("transfers!D12=1", engine="schema"), id="no contradiction of figures"),
        pytest.param(rule("transfers!E12=1"), id="a cell of the row that is empty"),
    ],
)
def test_what_does_not_count_the_row_is_left_as_it_is(other: dict[str, Any]) -> None:
    findings = pd.DataFrame([other, *reading_findings([hidden()]).to_dict("records")])
    pd.testing.assert_frame_equal(pointing(findings), findings)


def test_a_hidden_column_is_named_by_its_letters() -> None:
    read = reading_findings([hidden("column_hidden", cell="D11", cells="transfers!D11; transfers!D12")])
    told = pointing(pd.DataFrame([rule("transfers!D12=3"), *read.to_dict("records")]))
    assert "cột D của trang" in told["message_vi"].iloc[0]


def test_whatever_points_has_words_for_both_ends() -> None:
    texts = {name: text for name, text in finding_texts().items() if "hidden_in_vi" in text}
    assert set(texts) == {"row_hidden", "row_struck", "column_hidden"}
    for text in texts.values():
        assert {"contradicted_vi", "contradicted_en", "hidden_in_en", "all_read"} <= set(text)
