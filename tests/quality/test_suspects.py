"""What is told of suspects: probabilities that are true of what they stand beside, and what is known of the past."""

from __future__ import annotations

import random

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from submitted_rows import AFTER_ALL, BEFORE, Lake, findings_frame, nothing_in

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import PREVIOUS
from quality.catalogue.schema_checks import DATE_IN_PERIOD
from quality.check import CheckResult, check_tables
from quality.findings import with_suggestions
from quality.localise import Component, Diagnosis, Problem, Suspect
from quality.localise.calibration import load_calibration
from quality.suspects import Explained, of_another_time, percent, suggestions, suspect_told, with_history

BAND = load_calibration().bands[0]


def suspect(probability: float, value: float, proposed: int | str | None = 43, place: str = "Biểu 1!C27") -> Suspect:
    return Suspect("close", place, 52, probability, BAND, proposed, value, "any", "số khác", "some other figure")


def told(*components: Component) -> pd.DataFrame:
    return suggestions((Explained("f1", Problem.of([], []), Diagnosis(components)),))


@given(st.floats(0, 1))
def test_certainty_is_never_claimed(probability: float) -> None:
    assert "100" not in percent(probability)
    assert percent(1.0) == percent(0.991) == "trên 99 %"
    assert percent(0.99) == "99 %"


def test_beside_a_value_stands_the_probability_of_the_value() -> None:
    assert suspect_told(suspect(0.98, 0.81)) == "Biểu 1!C27: 52 → 43 (81 %) - số khác"


@pytest.mark.parametrize(("proposed", "value"), [(43, 0.4), (None, 0.9)])
def test_beside_a_bare_cell_stands_the_probability_of_the_cell(proposed: int | None, value: float) -> None:
    assert suspect_told(suspect(0.9, value, proposed)) == "Biểu 1!C27 (90 %) - số khác"


@pytest.mark.parametrize(
    ("cells", "is_told"),
    [("Tổ chức!C8", False), ("Sinh hoạt chi bộ!C9=8", False), ("A!C9=8; B!C9=1", True), ("A!E8:E9 [B]=1", True)],
)
def test_where_one_cell_alone_is_at_stake_nobody_is_asked_to_compare(cells: str, is_told: bool) -> None:
    """A grassroots cell that counts 8 cells: there is one cell to look at, and the message names it."""
    located = told(Component(("R1",), "cannot_tell", (), ()))
    finding = {"file_hash": "f1", "rule_id": "R1", "cells": cells, "suggested": None, "severity": "hard"}
    found = with_suggestions(pd.DataFrame([finding | {"message_vi": "Ghi 8", "message_en": "Says 8"}]), located)
    assert ("hãy so các ô này" in found["message_vi"].item()) == is_told
    assert ("compare these cells" in found["message_en"].item()) == is_told


def test_a_question_is_not_followed_by_a_sentence_that_some_cell_is_wrong() -> None:
    """Who answers a petition of the period before was asked to explain it, and told that some cell is wrong."""
    located = told(Component(("R1",), "cannot_tell", (), ()))
    finding = {"file_hash": "f1", "rule_id": "R1", "cells": "A!C9=8; B!C9=1", "suggested": None, "severity": "soft"}
    found = with_suggestions(pd.DataFrame([finding | {"message_vi": "Ghi 8", "message_en": "Says 8"}]), located)
    assert found["message_vi"].item() == "Ghi 8"
    named = told(Component(("R1",), "located", (suspect(0.98, 0.9),), ()))
    found = with_suggestions(pd.DataFrame([finding | {"message_vi": "Ghi 8", "message_en": "Says 8"}]), named)
    assert "Có khả năng sai ở Biểu 1!C27" in found["message_vi"].item()


def test_every_rule_of_a_contradiction_names_the_suspects_and_the_reason() -> None:
    found = told(Component(("R1", "R2"), "located", (suspect(0.98, 0.9), suspect(0.3, 0.3, place="Biểu 1!C9")), ()))
    assert list(found["rule_id"]) == ["R1", "R2"]
    assert set(found["suggested"]) == {"Biểu 1!C27: 52 → 43 (90 %) - số khác"}
    assert set(found["because_vi"]) == {"Có khả năng sai ở Biểu 1!C27: số khác."}
    assert "some other figure" in found["because_en"].iloc[0]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("cannot_tell", "Không xác định được"),
        ("no_explanation", "Không xác định được"),
        ("too_much", "Quá nhiều mâu thuẫn"),
    ],
)
def test_where_no_cell_stands_out_the_message_says_so_and_proposes_nothing(outcome: str, words: str) -> None:
    (row,) = told(Component(("R1",), outcome, (suspect(0.4, 0.4),), ())).itertuples()
    assert row.suggested is None
    assert row.because_vi.startswith(words)


def test_a_suspect_of_the_period_before_has_no_place_and_is_not_named() -> None:
    (row,) = told(Component(("R1",), "located", (suspect(0.98, 0.9, place=""),), ())).itertuples()
    assert row.suggested is None


def test_what_is_asked_once_a_year_is_known_from_two_periods_before(reference: Reference) -> None:
    periods = reference["periods"].set_index("period_code")["previous_period_code"]
    before = str(periods["2022H1"])
    year_before = str(periods[before])
    clean = pd.DataFrame(
        [("old", "AA-1", year_before), ("last", "AA-1", before), ("other", "AA-2", year_before)],
        columns=["file_hash", "organization_code", "period_code"],
    ).assign(submission_no=1, received_at=pd.Timestamp("2022-01-01", tz="UTC"))
    record = pd.DataFrame(
        [("now", "AA-1", "2022H1", before)],
        columns=["file_hash", "organization_code", "period_code", "previous_period_code"],
    )
    (row,) = with_history(record, clean, reference).itertuples()
    assert (row.previous_file_hash, row.year_before_file_hash) == ("last", "old")
    (alone,) = with_history(record, clean.iloc[:1], reference).itertuples()
    assert pd.isna(alone.previous_file_hash)
    assert alone.year_before_file_hash == "old"


def checked(said: Lake, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue) -> CheckResult:
    """What a check says of the lake long after all its periods."""
    return check_tables(
        said.submissions,
        said.observations,
        said.entries,
        findings_frame(),
        catalogue,
        reference,
        rules,
        as_of=AFTER_ALL,
    )


def test_a_line_holds_the_cells_that_no_linear_rule_names(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> None:
    """A column that is pasted one row down takes them with it; they are located with the cells of rules."""
    cells = nothing_in(catalogue, reference["codes"])
    named = {term.cell_code for rule in rules.linear for term in rules.expressions[rule.id].terms}
    matrix = form_cells(catalogue, reference["codes"])
    column = list(matrix.loc[matrix["form"].eq("campaigns") & matrix["source"].eq("matrix"), "cell_code"])
    told = {"campaigns.STAFF": 2, "campaigns.STAFF_STUDIED": 5}
    said = Lake().add("now", {**dict.fromkeys(column, 0), **{code: 0 for code in cells if code not in column}, **told})
    result = checked(said, catalogue, reference, rules)
    (one,) = result.explained
    (line,) = (keys for way, keys in one.problem.lines if way == "column" and "campaigns.STAFF" in keys)
    assert line == column
    unruled = set(column) - named
    assert len(unruled) > 3
    assert not any(name in unruled for rule in one.problem.constraints for name, _ in rule.terms)
    assert not any(
        cell.key.startswith(PREVIOUS) and cell.key.removeprefix(PREVIOUS) in unruled for cell in one.problem.cells
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_the_localiser_breaks_the_rules_that_the_engine_breaks(
    seed: int, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> None:
    """Whatever is there, missing, unreadable or not asked for: one meaning of every rule in both."""
    dice = random.Random(seed)
    codes = form_cells(catalogue, reference["codes"])["cell_code"]
    written = {code: dice.choice([0, 0, 1, 2, 3, None, "unreadable", "not_applicable"]) for code in codes}
    said = Lake().add("before", dict.fromkeys(codes, 0), period=BEFORE).add("now", written)
    result = checked(said, catalogue, reference, rules)
    (one,) = (one for one in result.explained if one.file_hash == "now")
    localised = {one.problem.constraints[number].key for number in one.problem.violated} | {*one.problem.unexplained}
    findings = result.findings[(result.findings["file_hash"] == "now") & (result.findings["severity"] != "info")]
    # Rules over periods wait until the workbook is clean inside, and how a gap is a failure is the engine's alone.
    linear = {
        rule.id
        for rule in rules.linear
        if rule.scope == "record" and "fail" not in (rule.missing.left, rule.missing.right)
    }
    assert localised & linear == {*findings["rule_id"]} & linear
    assert len(localised) > 20
    assert {*findings.loc[findings["rule_id"].isin(linear), "message_vi"].str.contains("ô")} == {True}


@pytest.mark.parametrize(("records", "outside", "left"), [(2, 1, True), (3, 1, False), (1, 1, True), (3, 0, False)])
def test_a_list_half_of_whose_days_lie_outside_the_period_is_no_witness(
    rules: RuleCatalogue, records: int, outside: int, left: bool
) -> None:
    rows = [("f1", "DS kỷ luật", number, field) for number in range(records) for field in ("DAY", "FORM")]
    connection = duckdb.connect()
    connection.register("entries", pd.DataFrame(rows, columns=["file_hash", "sheet", "record_no", "field"]))
    dated = rules.by_check[DATE_IN_PERIOD].id
    said = [("f1", "DS kỷ luật", f"H{8 + number}", dated) for number in range(outside)]
    findings = pd.DataFrame([*said, ("f1", "Biểu 1", "C9", "R001A")], columns=["file_hash", "sheet", "cell", "rule_id"])
    found = of_another_time(connection, findings, rules)
    assert list(found.itertuples(index=False, name=None)) == ([("f1", "DS kỷ luật", "soft")] if left else [])
