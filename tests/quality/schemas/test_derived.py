"""A blank whose value the other cells give is asked for with that value; a blank that may be 0 is not."""

from __future__ import annotations

import pandas as pd
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from submitted_rows import AFTER_ALL, Lake, Value, findings_frame, register_of

from ingest.catalogue import Catalogue
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.engine import offline_connection
from quality.engine.context import applicability, evaluation_context, workbook_kinds
from quality.schemas.derived import derived_cells, matrix_cells

BALANCE: dict[str, Value] = {
    **{f"membership_change.{code}": number for code, number in (("OPEN", 50), ("INC", 5), ("DEC", 3), ("CLOSE", 52))},
    **{f"membership_change.IN_{code}": number for code, number in (("ADMIT", 4), ("TR", 1), ("RESTORE", 0))},
}


@pytest.fixture(scope="module")
def derived_of(catalogue, rules):
    """The derived cells of one workbook as {code: (expected, suggested)}."""

    def found(cells: dict[str, Value], *formulas: str, kind: str = "DBCS") -> dict[str, tuple[str, str | None]]:
        registers = register_of("AA-1", types={"AA-1": kind})
        lake = Lake().add("f", cells)
        rows = lake.observations
        with offline_connection() as connection:
            connection.register(
                "observations", rows.assign(raw_text=rows["raw_text"].mask(rows["cell_code"].isin(formulas), "=C3+C4"))
            )
            versions = evaluation_context(lake.submissions, registers)
            held = applicability(rules, workbook_kinds(versions), catalogue, registers)
            told = derived_cells(connection, versions, held, rules, matrix_cells(catalogue))
        assert set(told["file_hash"]) <= {"f"}
        proposals = told["suggested"].astype(object).where(told["suggested"].notna(), None)
        return dict(zip(told["cell_code"], zip(told["expected"], proposals, strict=True), strict=True))

    return found


def test_the_blank_cell_is_never_named_as_one_to_look_at_again(catalogue: Catalogue, rules: RuleCatalogue) -> None:
    """Of a grassroots cell's number of cells a clerk read: if that number is not right, look at that blank cell."""
    registers = register_of("AA-1", types={"AA-1": "CBCS"})
    lake = Lake().add("f", {**BALANCE, "membership_change.CLOSE": None, "cell_activity.CELLS": None})
    frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
    found = check_tables(*frames, catalogue, registers, rules, as_of=AFTER_ALL).findings
    told = found[found["rule_id"] == "S014"].set_index("cell_code")
    alone, of_sum = told.loc["cell_activity.CELLS"], told.loc["membership_change.CLOSE"]
    assert alone["message_vi"].endswith("phải là 1. Đề nghị ghi số vào ô.")
    assert "xem lại các ô: membership_change!" in of_sum["message_vi"]
    assert of_sum["cell"] not in of_sum["message_vi"].partition("xem lại")[2]


def test_a_blank_total_is_what_its_balance_says(derived_of) -> None:
    expected, proposal = derived_of({**BALANCE, "membership_change.CLOSE": None})["membership_change.CLOSE"]
    assert expected == "52"
    assert proposal is not None
    assert proposal.endswith("trống → 52")


def test_what_follows_from_a_blank_that_follows_is_found_as_well(derived_of) -> None:
    told = derived_of({**BALANCE, "membership_change.CLOSE": None, "membership_change.INC": None})
    assert {code: expected for code, (expected, _) in told.items()} == {
        "membership_change.INC": "5",
        "membership_change.CLOSE": "52",
    }


def test_a_total_that_is_a_formula_leads_to_its_part_but_is_not_filled_in(derived_of) -> None:
    blank = {**BALANCE, "membership_change.INC": None, "membership_change.IN_ADMIT": None}
    assert set(derived_of(blank)) == {"membership_change.INC", "membership_change.IN_ADMIT"}
    told = derived_of(blank, "membership_change.INC")
    assert {code: expected for code, (expected, _) in told.items()} == {"membership_change.IN_ADMIT": "4"}


def test_a_blank_that_is_0_or_that_nothing_determines_is_left_to_the_question(derived_of) -> None:
    assert derived_of({**BALANCE, "membership_change.IN_RESTORE": None}) == {}
    assert derived_of({**BALANCE, "membership_change.CLOSE": None, "membership_change.OPEN": None}) == {}
    assert derived_of({"membership_change.INC": None}) == {}


def test_a_grassroots_cell_is_one_cell_and_is_not_asked_to_write_0(derived_of) -> None:
    """Nothing but the kind of organization says it: the blank was to be filled with 0."""
    written: dict[str, Value] = {"cell_activity.CELLS": None, "cell_activity.SECRETARIES": 1}
    expected, proposal = derived_of(written, kind="CBCS")["cell_activity.CELLS"]
    assert (expected, str(proposal).partition(": ")[2]) == ("1", "trống → 1")


def test_a_blank_whole_is_no_less_than_its_parts(derived_of) -> None:
    """The value is not known; that it is not 0 is."""
    parts: dict[str, Value] = {"cell_activity.CELLS_REGULAR": 4, "cell_activity.SECRETARIES": 5}
    assert derived_of({"cell_activity.CELLS": None, **parts}) == {"cell_activity.CELLS": (">= 5", None)}
    nothing: dict[str, Value] = dict.fromkeys(parts, 0)
    assert derived_of({"cell_activity.CELLS": None, **nothing}) == {}
    assert derived_of({"cell_activity.CELLS": 5, **parts, "cell_activity.SECRETARIES": None}) == {}


def test_equations_that_disagree_are_told_without_a_proposal(derived_of) -> None:
    contradicting = {**BALANCE, "membership_change.INC": None, "membership_change.CLOSE": 60}
    assert derived_of(contradicting)["membership_change.INC"] == ("5; 13", None)


def test_a_value_that_cannot_be_is_told_without_a_proposal(derived_of) -> None:
    impossible = {**BALANCE, "membership_change.OPEN": 10, "membership_change.CLOSE": None, "membership_change.DEC": 30}
    assert derived_of(impossible)["membership_change.CLOSE"] == ("-15", None)


@settings(max_examples=examples(12), deadline=None)
@given(st.integers(0, 500), st.integers(0, 40), st.integers(0, 40), st.sampled_from(["OPEN", "INC", "DEC", "CLOSE"]))
def test_of_any_balance_a_blank_term_is_given_back(derived_of, opening, increase, decrease, blank) -> None:
    whole = {"OPEN": opening, "INC": increase, "DEC": decrease, "CLOSE": opening + increase - decrease}
    told = derived_of({f"membership_change.{code}": None if code == blank else n for code, n in whole.items()})
    if whole[blank] == 0:
        assert told == {}
    else:
        assert told[f"membership_change.{blank}"][0] == str(whole[blank])


def test_an_empty_lake_derives_nothing(catalogue, reference, rules) -> None:
    with offline_connection() as connection:
        connection.register("observations", Lake().observations)
        versions = evaluation_context(Lake().submissions, reference)
        held = applicability(rules, workbook_kinds(versions), catalogue, reference)
        told = derived_cells(connection, versions, held, rules, matrix_cells(catalogue))
    assert isinstance(told, pd.DataFrame)
    assert told.empty
