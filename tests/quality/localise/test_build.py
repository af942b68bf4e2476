"""The one builder: what a rule says of one workbook, what a figure is like, and that everybody is given the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import Reference
from quality.audit import blind_spots, contradictions
from quality.audit.workbook_kinds import workbook_kinds
from quality.catalogue import RuleCatalogue
from quality.localise import localise
from quality.localise.build import ProblemBuilder, WorkbookFigures, builder_of, trusted_cells
from quality.localise.problem import Problem

OPEN, INC, DEC, CLOSE = (f"membership_change.{name}" for name in ("OPEN", "INC", "DEC", "CLOSE"))
BALANCE = {OPEN: 50, INC: 5, DEC: 3, CLOSE: 52}
ENTRIES = pd.DataFrame(
    columns=["form", "record_no", "field", "value_text", "value", "state", "sheet", "row_no", "column_no", "cell"]
)


@pytest.fixture(scope="module")
def builder(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> ProblemBuilder:
    return ProblemBuilder(rules, catalogue, reference)


def holding(*rule_ids: str, severity: str = "hard") -> pd.DataFrame:
    """The rules as they hold for a kind of workbook."""
    return pd.DataFrame({"rule_id": list(rule_ids), "severity": severity, "tolerance": 0.0})


def workbook(values: dict[str, Any], register: dict[str, float] | None = None, **previous: int) -> WorkbookFigures:
    """Figures (None: missing, a word: that state), cell n in Cn; ``previous`` by item of Biểu 1."""
    rows = [
        {
            "cell_code": code,
            "value": float(value) if isinstance(value, int) else None,
            "state": value if isinstance(value, str) else "missing" if value is None else "value",
            "sheet": "Biểu 1",
            "cell": f"C{number}",
            "row_no": number,
            "column_no": 3,
            "previous": previous.get(code.split(".")[1]),
            "last_known": previous.get(code.split(".")[1]),
        }
        for number, (code, value) in enumerate(values.items(), start=1)
    ]
    return WorkbookFigures(pd.DataFrame(rows), register or {}, ENTRIES, frozenset(), "2022-06-30")


def terms(problem: Problem) -> dict[str, dict[str, int]]:
    return {one.key: dict(one.terms) for one in problem.constraints}


def test_every_cell_of_a_linear_rule_has_the_nature_its_form_declares(
    builder: ProblemBuilder, rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    declared = form_cells(catalogue, reference["codes"]).set_index("cell_code")["nature"]
    named = {term.cell_code for rule in rules.linear for term in rules.expressions[rule.id].terms}
    of_forms = {code for code in named if not code.startswith(("register.", "below."))}
    assert len(of_forms) > 200
    for code in of_forms:
        signed = code == "membership_change.TR_NET"
        assert builder.natures[code] == ("signed" if signed else declared[code]), code


def test_a_former_figure_that_the_period_before_lacks_is_last_year_s(builder: ProblemBuilder) -> None:
    given = workbook(BALANCE, OPEN=48, INC=5)
    given.cells.loc[given.cells["cell_code"] == INC, "previous"] = None
    yearly = {cell.key: cell.yearly for cell in builder.problem(given, holding("R001A")).cells}
    assert (yearly[OPEN], yearly[INC], yearly[DEC]) == (False, True, False)


def test_a_rule_becomes_a_row_with_everything_on_the_left(builder: ProblemBuilder) -> None:
    problem = builder.problem(workbook(BALANCE), holding("R001A"))
    assert terms(problem) == {"R001A": {OPEN: -1, INC: -1, DEC: 1, CLOSE: 1}}


def test_what_the_workbook_does_not_print_adds_nothing(builder: ProblemBuilder) -> None:
    printed = {name: value for name, value in BALANCE.items() if name != DEC}
    assert terms(builder.problem(workbook(printed), holding("R001A"))) == {"R001A": {OPEN: -1, INC: -1, CLOSE: 1}}
    not_applicable = {**BALANCE, DEC: "not_applicable"}
    assert DEC not in terms(builder.problem(workbook(not_applicable), holding("R001A")))["R001A"]


@pytest.mark.parametrize("state", [None, "unreadable"])
def test_a_rule_over_a_cell_that_is_not_known_is_left_out(builder: ProblemBuilder, state: str | None) -> None:
    problem = builder.problem(workbook({**BALANCE, INC: state}), holding("R001A"))
    assert problem.constraints == ()


def test_a_rule_without_its_target_or_its_other_side_is_left_out(builder: ProblemBuilder) -> None:
    assert builder.problem(workbook({OPEN: 1, INC: 2, DEC: 0}), holding("R001A")).constraints == ()
    assert builder.problem(workbook({CLOSE: 1}), holding("R001A")).constraints == ()


def test_a_rule_that_only_informs_contradicts_nothing(builder: ProblemBuilder) -> None:
    assert builder.problem(workbook(BALANCE), holding("R001A", severity="info")).constraints == ()


def test_the_period_before_and_the_register_take_part_as_they_are_known(builder: ProblemBuilder) -> None:
    opening = builder.problem(workbook(BALANCE, {"register.MEMBERS_IN": 2}, CLOSE=48), holding("R002"))
    assert terms(opening)["R002"] == {
        OPEN: 1,
        f"prev.{CLOSE}": -1,
        "register.MEMBERS_IN": -1,
        "register.MEMBERS_OUT": 1,
        "register.MEMBERS_PASSED_ON": -1,
    }
    assert opening.violated == ()
    assert opening.by_key["register.MEMBERS_OUT"].observed == 0
    assert opening.by_key["register.MEMBERS_IN"].fixed
    assert opening.by_key[f"prev.{CLOSE}"].trust == builder.weights.accepted_before
    assert builder.problem(workbook(BALANCE), holding("R002")).constraints == ()


def test_a_soft_rule_may_stay_broken_at_a_price(builder: ProblemBuilder) -> None:
    (soft,) = builder.problem(workbook(BALANCE), holding("R001A", severity="soft")).constraints
    assert soft.weight == builder.weights.soft_rule


@pytest.mark.long
def test_the_audit_is_given_what_the_check_stage_is_given(
    builder: ProblemBuilder, rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    (kind,) = workbook_kinds(["2022H1"], rules, catalogue, reference)
    asked = pd.DataFrame(
        {
            "rule_id": [one.key for one in kind.constraints],
            "severity": ["hard" if one.weight is None else "soft" for one in kind.constraints],
            "tolerance": [one.tolerance for one in kind.constraints],
        }
    )
    full = workbook(dict.fromkeys(kind.cells, 0))
    full.cells["previous"] = 0
    given = {one.key: one for one in builder.problem(full, asked).constraints}
    lists = set(builder.lists._forms)
    identities = {one.key for one in kind.constraints if not builder.lists.explainable(one, lists)}
    assert identities == {"R022F", "R048_DBCS"}
    for one in kind.constraints:
        if one.key not in identities:
            normal = Problem.of([*builder.problem(full, asked).cells], [one]).constraints[0]
            assert given[one.key] == normal


def test_the_shipped_rules_locate_the_closing_and_leave_the_cards_unseen(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    (kind,) = workbook_kinds(["2022H1"], rules, catalogue, reference)
    trusted = trusted_cells(kind.constraints)
    sight = {spot.cell: spot.sight for spot in blind_spots(kind.cells, kind.constraints, trusted)}
    assert contradictions(kind.constraints, kind.signed) == []
    assert (sight[CLOSE], sight["member_status.CARDS"]) == ("located", "unseen")
    assert trusted >= {f"prev.{CLOSE}", "register.MEMBERS_IN"}


def test_the_builder_of_the_same_catalogues_is_made_once(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    made = builder_of(rules, catalogue, reference)
    assert builder_of(rules, catalogue, reference) is made
    assert builder_of(rules, catalogue, replace(reference)) is not made


def reckoned(figures: WorkbookFigures, *codes: str) -> WorkbookFigures:
    """The same workbook with the cells of ``codes`` added up by itself."""
    return replace(figures, cells=figures.cells.assign(is_reckoned=figures.cells["cell_code"].isin(codes)))


TRANSFERS = {
    f"membership_change.{name}": value
    for name, value in [
        *(("IN_ADMIT", 2), ("IN_RESTORE", 0), ("IN_TR", 3)),
        *(("IN_TR_EXT", 1), ("IN_TR_INT", 0), ("IN_TR_OWN", 2)),
    ]
}


def test_rules_speak_of_the_parts_of_a_total_that_the_workbook_adds_up(builder: ProblemBuilder) -> None:
    figures = reckoned(workbook({**BALANCE, **TRANSFERS}), INC, "membership_change.IN_TR")
    problem = builder.problem(figures, holding("R001A", "R001B", "R001D"))
    parts = {code: -1 for code in TRANSFERS if code != "membership_change.IN_TR"}
    assert terms(problem) == {"R001A": {CLOSE: 1, OPEN: -1, DEC: 1, **parts}}
    assert not {INC, "membership_change.IN_TR"} & set(problem.by_key)


def test_a_total_is_no_witness_where_a_part_of_it_is_not_there(builder: ProblemBuilder) -> None:
    figures = reckoned(workbook(BALANCE), INC)
    assert terms(builder.problem(figures, holding("R001A"))) == {"R001A": {OPEN: -1, INC: -1, DEC: 1, CLOSE: 1}}


def test_a_wrong_part_is_found_by_the_closing_counted_on_its_own(builder: ProblemBuilder) -> None:
    status = {"member_status.OFFICIAL": 50, "member_status.PROBATIONARY": 2}
    wrong = {**BALANCE, **TRANSFERS, **status, "membership_change.IN_ADMIT": 20, INC: 23}
    figures = reckoned(workbook(wrong, IN_ADMIT=2), INC, "membership_change.IN_TR")
    found = localise(builder.problem(figures, holding("R001A", "R001B", "R001D", "R008")))
    named = [suspect.place for component in found.components for suspect in component.suspects]
    places = dict(zip(figures.cells["cell_code"], figures.cells["cell"], strict=True))
    assert named[0] == f"Biểu 1!{places['membership_change.IN_ADMIT']}"
    assert f"Biểu 1!{places[INC]}" not in named
