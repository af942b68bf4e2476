"""What honest organizations send and rules would once return: asked about at most, never sent back for it."""

from __future__ import annotations

import pytest
from submitted_rows import AFTER_ALL, Lake, Value, findings_frame

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import CheckResult, check_tables


def _checked(lake: Lake, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue) -> CheckResult:
    frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
    return check_tables(*frames, catalogue, reference, rules, as_of=AFTER_ALL)


@pytest.mark.parametrize(
    "family",
    [
        pytest.param("R027B_", id="a petition of last period, handled now"),
        pytest.param("R027C_", id="a petition of last period, passed on to inspection now"),
        pytest.param("R026H_", id="inspected last half year, discipline due now"),
        pytest.param("R026J_", id="an inspection of last half year, concluded now"),
        pytest.param("R026K_", id="teams of last half year, concluded now"),
    ],
)
def test_what_began_last_period_and_ends_in_this_one_is_asked_about_and_not_returned(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue, family: str
) -> None:
    held = [rule for rule in rules.linear if rule.id.startswith(family)]
    terms = [term for rule in held for term in rules.expressions[rule.id].terms]
    cells: dict[str, Value] = dict.fromkeys([term.cell_code for term in terms if term.side == "right"], 0)
    cells |= dict.fromkeys([term.cell_code for term in terms if term.side == "left"], 1)
    result = _checked(Lake().add("f", cells), catalogue, reference, rules)
    of_family = result.findings[result.findings["rule_id"].isin({rule.id for rule in held})]
    assert set(of_family["rule_id"]) == {rule.id for rule in held}
    assert set(of_family["severity"]) == {"soft"}
    assert result.submission_states["state"].tolist() == ["accepted_with_warnings"]


def test_members_who_signed_and_left_since_are_no_contradiction(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> None:
    def told(signed: int) -> set[str]:
        cells = {"membership_change.CLOSE": 40, "membership_change.DEC": 3, "campaigns.COMMITMENTS_MEMBERS": signed}
        return set(_checked(Lake().add("f", cells), catalogue, reference, rules).findings["rule_id"])

    assert "R026Q" not in told(43)
    assert "R026Q" in told(44)


@pytest.mark.parametrize("counted", [1, 2])
def test_a_case_that_is_only_proposed_may_be_counted_or_not(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue, counted: int
) -> None:
    cells: dict[str, Value] = {
        "discipline_summary.MEMBERS": counted,
        "discipline_cases.MEMBERS": 2,
        "discipline_cases.MEMBERS_DECIDED": 1,
        "discipline_summary.FORM_KTR": counted,
        "discipline_cases.FORM.KTR": 2,
    }
    found = _checked(Lake().add("f", cells), catalogue, reference, rules).findings
    assert not [rule for rule in found["rule_id"] if rule.startswith(("R022C_", "R022D_", "R022H_", "R022I_"))]


def test_a_model_of_two_fields_is_asked_about_and_not_returned(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> None:
    """That fields add up to models was one committee's footnote."""
    fields = ("SKILLED_INDIVIDUAL", "SKILLED_ECONOMY", "SKILLED_POLITICS")
    cells: dict[str, Value] = dict.fromkeys([f"campaigns.{name}" for name in fields], 1)
    cells |= {"campaigns.SKILLED_COLLECTIVE": 2, "campaigns.SKILLED_CULTURE": 2}
    result = _checked(Lake().add("f", cells), catalogue, reference, rules)
    (row,) = result.findings[result.findings["rule_id"] == "R003D"].itertuples()
    assert (row.severity, row.observed, row.expected) == ("soft", "3", "4")
    assert result.submission_states["state"].tolist() == ["accepted_with_warnings"]
