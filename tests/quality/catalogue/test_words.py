"""Rules in words: labels instead of codes, every rule in both languages."""

from __future__ import annotations

import pytest

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.words import CellLabels, Language, rule_in_words


@pytest.fixture(scope="module")
def labels(catalogue: Catalogue, reference: Reference) -> CellLabels:
    return CellLabels.of(catalogue, reference)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_rule_is_display_divisor_codes(rules: RuleCatalogue, labels: CellLabels, language: Language) -> None:
    codes = set(labels.cells[language]) | set(labels.forms[language])
    for rule in rules.rules:
        words = rule_in_words(rule, rules, labels, language)
        assert words, rule.id
        assert not [code for code in codes if "_" in code and code in words], (rule.id, words)


def test_both_sides_of_an_equation_stand_as_on_the_form(rules: RuleCatalogue, labels: CellLabels) -> None:
    words = rule_in_words(rules.by_id["R002"], rules, labels, "en")
    left, right = words.split(" = ")
    assert left == "Membership changes › “Opening”"
    assert "“Closing” (last period)" in right
    assert "+ “Members moved in by reorganisation (by the register of organizations)”" in right
    assert "− “Members moved out by reorganisation (by the register of organizations)”" in right


def test_a_long_sum_is_shortened_and_says_how_long_it_is(rules: RuleCatalogue, labels: CellLabels) -> None:
    words = rule_in_words(rules.by_id["R022F"], rules, labels, "vi")
    terms = [term for term in rules.expressions["R022F"].terms if term.side == "right"]
    assert f"({len(terms)} số hạng)" in words
    assert words.count("“") < 6


def test_constants_and_tolerances_are_told(rules: RuleCatalogue, labels: CellLabels) -> None:
    assert rule_in_words(rules.by_id["R040"], rules, labels, "vi").endswith("= 0")
    assert "timing_tolerance_cases" in rule_in_words(rules.by_id["R024"], rules, labels, "vi")


def test_a_pair_of_codes_names_form_and_fields(rules: RuleCatalogue, labels: CellLabels) -> None:
    words = rule_in_words(rules.by_id["R021"], rules, labels, "vi")
    assert "“Danh sách vụ kỷ luật”" in words
    assert "“Đối tượng”" in words
    assert "“Hình thức kỷ luật”" in words
