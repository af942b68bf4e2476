"""Every rule says why it is there, in the language of its reader, and shows what keeps and what breaks it."""

from __future__ import annotations

import re

import pytest
from shared_seeds import shared_reference

from ingest.catalogue import load_catalogue
from quality.catalogue import RuleCatalogue, load_rules
from quality.catalogue.examples import examples_of
from quality.catalogue.tables import rules_table
from quality.catalogue.words import CellLabels

_VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I)


@pytest.fixture(scope="module")
def rules() -> RuleCatalogue:
    return load_rules(load_catalogue(), shared_reference())


def test_a_reason_is_vietnamese_and_english(rules: RuleCatalogue) -> None:
    for rule in rules.rules:
        for reason in (rule.reason, *(one.reason for one in rule.severity_overrides)):
            assert len(_VIETNAMESE.findall(reason.vi)) >= 4, (rule.id, reason.vi)
            assert len(reason.en.split()) >= 3, (rule.id, reason.en)
            assert not _VIETNAMESE.search(reason.en), (rule.id, reason.en)
            assert "<" not in reason.vi + reason.en, rule.id


def test_one_english_reason_of_a_topic_is_one_vietnamese_reason(rules: RuleCatalogue) -> None:
    told: dict[tuple[str, str], str] = {}
    for rule in rules.rules:
        assert told.setdefault((rules.topics[rule.id], rule.reason.en), rule.reason.vi) == rule.reason.vi, rule.id


def test_the_table_shows_a_filled_example_that_holds_and_one_that_fails(rules: RuleCatalogue) -> None:
    table = rules_table(rules, CellLabels.of(load_catalogue(), shared_reference())).set_index("rule_id")
    for rule in rules.rules:
        row = table.loc[rule.id]
        assert (row["reason"], row["reason_vi"]) == (rule.reason.en, rule.reason.vi)
        outcomes = {example.outcome for example in examples_of(rule)}
        for name, outcome in (("holds", "pass"), ("fails", "fail")):
            for language in ("vi", "en"):
                shown = row[f"{name}_{language}"]
                assert (outcome in outcomes) == isinstance(shown, str), (rule.id, name)
                # A cell is called what the form calls it, never by its code.
                assert not isinstance(shown, str) or not re.search(r"\b[a-z_]+\.[A-Z_]+\b", shown), (rule.id, shown)
    assert table.loc["R002", "fails_vi"] != table.loc["R002", "holds_vi"]
    assert "(last period)" in table.loc["R002", "holds_en"]
