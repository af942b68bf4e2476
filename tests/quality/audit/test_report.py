"""The audit of the whole catalogue, and the refusal of one that contradicts itself."""

from __future__ import annotations

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import Reference
from quality.audit import Contradiction, contradictions, remedies, total_candidates
from quality.audit.report import ContradictoryRules, audit_rules, require_consistent
from quality.audit.workbook_kinds import workbook_kinds
from quality.catalogue import RuleCatalogue
from quality.catalogue.compiling import compile_expression
from quality.localise import Constraint

CLOSE = "membership_change.CLOSE"


def with_rule(rules: RuleCatalogue, expression: str, **changes: object) -> RuleCatalogue:
    """The catalogue and one more hard rule."""
    model = next(rule for rule in rules.linear if rule.id == "R001A")
    extra = model.model_copy(update={"id": "X1", "expression": expression, **changes})
    cells = {term.cell_code for found in rules.expressions.values() for term in found.terms}
    expressions = rules.expressions | {"X1": compile_expression(expression, cells)}
    return RuleCatalogue((*rules.rules, extra), expressions, {**rules.topics, "X1": "x"}, "x")


def test_the_projects_rules_contradict_nothing(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    require_consistent(rules, catalogue, reference)


@pytest.mark.parametrize(
    ("expression", "culprits"),
    [
        (f"{CLOSE} = membership_change.OPEN + membership_change.INC - membership_change.DEC + 1", "R001A, X1"),
        ("membership_structure.FEMALE >= 2 * membership_structure.TOTAL + 1", "R026B_FEMALE, X1"),
    ],
)
def test_rules_no_workbook_can_satisfy_are_refused_with_the_fewest_culprits(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference, expression: str, culprits: str
) -> None:
    with pytest.raises(ContradictoryRules, match=culprits):
        require_consistent(with_rule(rules, expression), catalogue, reference)


def test_rules_that_leave_a_cell_empty_for_ever_are_refused(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    bad = with_rule(rules, "membership_structure.FEMALE >= 2 * membership_structure.TOTAL")
    with pytest.raises(ContradictoryRules, match="bao giờ khác 0"):
        require_consistent(bad, catalogue, reference)


def test_a_soft_rule_contradicts_nothing(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> None:
    soft = with_rule(rules, f"{CLOSE} = membership_change.OPEN + 1", severity="soft")
    require_consistent(soft, catalogue, reference)


def test_what_a_rule_wants_empty_is_no_contradiction() -> None:
    wanted = [Constraint("empty", (("a", 1), ("b", 1))), Constraint("part", (("c", 1), ("a", -1)), "<=")]
    assert contradictions(wanted) == []
    assert contradictions(
        [*wanted, Constraint("more", (("c", 1), ("d", -2)), ">="), Constraint("less", (("c", 1), ("d", -1)), "<=")]
    )


def test_a_signed_cell_may_be_below_zero() -> None:
    rules = [Constraint("less", (("a", 1), ("b", -1)), "<="), Constraint("more", (("a", 1), ("b", -2)), ">=")]
    assert {found.cell for found in contradictions(rules)} == {"a", "b"}
    assert contradictions(rules, frozenset({"a", "b"})) == []


def test_contradictions_found_together_are_those_found_one_by_one() -> None:
    """Three cells share one unit: each can be filled although never all of them."""
    rules = [Constraint("one", (("a", 1), ("b", 1), ("c", 1)), constant=-1)]
    assert contradictions(rules) == []
    stuck = contradictions([*rules, Constraint("b0", (("b", 1), ("a", 1), ("c", 1), ("d", 1)), "<=", constant=-1)])
    assert stuck == [Contradiction("d", ("b0", "one"))]


def test_every_kind_of_workbook_is_audited_over_the_cells_it_prints(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    kinds = list(workbook_kinds(["2022H1"], rules, catalogue, reference))
    assert [one.organization_type for one in kinds] == ["DBCS"]
    assert not any(cell.startswith("ratings.") for cell in kinds[0].cells)  # due at the end of the year only
    assert "membership_change.TR_NET" not in kinds[0].cells  # printed by the edition of 2012
    assert {constraint.key for constraint in kinds[0].constraints} <= {rule.id for rule in rules.linear}
    assert "R001F" not in {constraint.key for constraint in kinds[0].constraints}


def test_the_report_tells_of_each_cell_and_ranks_what_would_help(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> None:
    report = audit_rules(["2022H1"], rules, catalogue, reference)
    spots = report.blind_spots.set_index("cell_code")
    assert spots.loc[CLOSE, "sight"] == "located"
    assert spots.loc["membership_change.OUT_DEATH", "sight"] == "noticed"
    assert "membership_change.OUT_RESIGN" in spots.loc["membership_change.OUT_DEATH", "twins"]
    assert spots.loc["membership_structure.FEMALE", "sight"] == "beyond_slack"
    assert spots.loc["member_status.CARDS", "sight"] == "unseen"
    assert "R026B_PROBATIONARY" in set(report.redundancies["rule_id"])
    gains = report.remedies["noticed"] + report.remedies["located"]
    assert gains.is_monotonic_decreasing
    assert gains.iloc[0] > 5


def test_asking_for_a_total_lets_all_its_parts_be_noticed(catalogue: Catalogue) -> None:
    cells = [f"inspection.{line}.MEMBERS" for line in ("C_INSPECT", "C_SUPERVISE", "U_SIGNS")]
    best = remedies(cells, [], total_candidates(cells, catalogue))[0]
    assert best.rule.key.startswith("sum(inspection.*.MEMBERS [")
    assert best.noticed == tuple(sorted(cells))


def test_only_what_counts_alike_is_proposed_to_be_added(catalogue: Catalogue, reference: Reference) -> None:
    """The audit proposed the sum of a whole form first: staff, commitments, posts and cells together."""
    known = form_cells(catalogue, reference["codes"])["cell_code"].tolist()
    found = {one.key: {name for name, _ in one.terms[1:]} for one in total_candidates(known, catalogue)}
    for prefix in ("inspection.*.MEMBERS", "petitions.*.RECEIVED", "ratings.DV.*"):
        assert [key for key in found if key.startswith(f"sum({prefix}")], prefix
    for prefix in ("campaigns.", "organization_profile.", "study.", "ratings.*", "inspection.C_INSPECT."):
        assert not [key for key in found if key.startswith(f"sum({prefix}")], prefix
    theory = next(parts for parts in found.values() if "membership_structure.THEORY_ADVANCED" in parts)
    assert {name.rpartition(".")[2].partition("_")[0] for name in theory} == {"THEORY"}
    levels = next(parts for parts in found.values() if "ratings.DV.HTXS" in parts)
    assert levels.isdisjoint({"ratings.DV.ELIGIBLE", "ratings.DV.RATED", "ratings.DV.NR_NEW", "ratings.DV.BAND_90"})
    forms = next(parts for parts in found.values() if "discipline_summary.FORM_KT" in parts)
    assert "discipline_summary.LEVEL_CB" not in forms
