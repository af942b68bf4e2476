"""The shipped rule catalogue as a matrix: complete, free of contradictions, and what it leaves unseen is said."""

from __future__ import annotations

import datetime as dt

import pytest

from ingest.catalogue import load_catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import load_reference
from quality.audit import blind_spots, contradictions, redundancies
from quality.audit.matrix import rule_edits, trusted_cells
from quality.catalogue import RuleCatalogue, load_rules

DAY = dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def rules() -> RuleCatalogue:
    return load_rules(load_catalogue(), load_reference())


def test_every_unconditional_linear_rule_is_an_edit(rules: RuleCatalogue) -> None:
    expected = {
        rule.id
        for rule in rules.linear
        if rule.in_force(DAY) and rule.severity_on(DAY) != "info"
        if rule.scope != "levels" and not rule.when.organization_type
    }
    assert {edit.key for edit in rule_edits(rules, DAY)} == expected


def test_a_conditional_rule_joins_for_its_type_only(rules: RuleCatalogue) -> None:
    conditional = [
        rule
        for rule in rules.linear
        if rule.when.organization_type and rule.in_force(DAY) and rule.severity_on(DAY) != "info"
    ]
    for rule in conditional:
        own = rule_edits(rules, DAY, organization_type=rule.when.organization_type[0])
        assert rule.id in {edit.key for edit in own}


def test_the_shipped_rules_do_not_contradict_each_other(rules: RuleCatalogue) -> None:
    signed = frozenset({"membership_change.TR_NET"})
    assert contradictions(rule_edits(rules, DAY), signed) == []


def test_redundant_shipped_rules_name_their_reasons(rules: RuleCatalogue) -> None:
    edits = rule_edits(rules, DAY)
    known = {edit.key for edit in edits}
    for found in redundancies(edits, frozenset({"membership_change.TR_NET"})):
        assert found.because
        assert found.rule not in found.because
        assert set(found.because) <= known


def test_the_closing_can_be_located_and_cards_are_unseen(rules: RuleCatalogue) -> None:
    edits = rule_edits(rules, DAY)
    names = [str(name) for name in form_cells(load_catalogue(), load_reference()["codes"])["cell_code"]]
    sight = {spot.cell: spot.sight for spot in blind_spots(names, edits, trusted_cells(edits))}
    assert sight["membership_change.CLOSE"] == "located"
    assert sight["member_status.CARDS"] == "unseen"
    assert trusted_cells(edits) >= {"prev.membership_change.CLOSE", "register.MEMBERS_IN"}
