"""The rule catalogue as tables: for the lake, the warehouse and the engine; and what it leaves unwatched."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from quality.catalogue.examples import example_in_words
from quality.catalogue.load import RuleCatalogue
from quality.catalogue.model import CombinationRule, LinearRule, Rule
from quality.catalogue.words import CellLabels, Language, rule_in_words

RULE_COLUMNS = [
    "rule_id",
    "domain_rule",
    "topic",
    "kind",
    "scope",
    "severity",
    "title_vi",
    "title_en",
    "expression",
    "operator",
    "left_constant",
    "right_constant",
    "missing_left",
    "missing_right",
    "tolerance",
    "valid_from",
    "valid_to",
    "authority",
    "reason",
    "reason_vi",
    "words_vi",
    "words_en",
    "holds_vi",
    "holds_en",
    "fails_vi",
    "fails_en",
    "message_vi",
    "message_en",
]
TERM_COLUMNS = ["rule_id", "cell_code", "lag", "coefficient", "side", "is_target"]


def rules_table(rules: RuleCatalogue, labels: CellLabels) -> pd.DataFrame:
    """One row per rule (columns RULE_COLUMNS); the columns of linear rules are empty for the other kinds.

    ``reason`` is the English one, under the name it had before there was a Vietnamese one. ``words`` tell the rule with
    the ``labels`` of the forms; ``holds`` and ``fails`` are the first example of each, empty where code has the check.
    """
    rows = []
    for rule in rules.rules:
        row: dict[str, object] = {
            "rule_id": rule.id,
            "domain_rule": rule.domain_rule,
            "topic": rules.topics[rule.id],
            "kind": rule.kind,
            "scope": rule.scope,
            "severity": rule.severity,
            "title_vi": rule.title.vi,
            "title_en": rule.title.en,
            "valid_from": rule.valid_from,
            "valid_to": rule.valid_to,
            "authority": rule.authority,
            "reason": rule.reason.en,
            "reason_vi": rule.reason.vi,
            **_in_words(rule, rules, labels),
            "message_vi": rule.message.vi,
            "message_en": rule.message.en,
        }
        rows.append(row | _expression(rule, rules))
    table = pd.DataFrame(rows, columns=RULE_COLUMNS)
    numbers = {name: "Int64" for name in ("domain_rule", "left_constant", "right_constant")}
    return table.astype(numbers)


def _expression(rule: Rule, rules: RuleCatalogue) -> dict[str, object]:
    if isinstance(rule, LinearRule):
        compiled = rules.expressions[rule.id]
        return {
            "expression": rule.expression,
            "operator": compiled.operator,
            "left_constant": compiled.left_constant,
            "right_constant": compiled.right_constant,
            "missing_left": rule.missing.left,
            "missing_right": rule.missing.right,
            "tolerance": str(rule.tolerance),
        }
    if isinstance(rule, CombinationRule):
        return {"expression": f"({rule.form}.{rule.left}, {rule.form}.{rule.right}) in {rule.combination}"}
    return {}


def _in_words(rule: Rule, rules: RuleCatalogue, labels: CellLabels) -> dict[str, str | None]:
    languages: tuple[Language, Language] = ("vi", "en")
    told: dict[str, str | None] = {}
    for language in languages:
        told[f"words_{language}"] = rule_in_words(rule, rules, labels, language)
        told[f"holds_{language}"] = example_in_words(rule, "pass", labels, language)
        told[f"fails_{language}"] = example_in_words(rule, "fail", labels, language)
    return told


def rule_terms_table(rules: RuleCatalogue) -> pd.DataFrame:
    """One row per linear rule and term: rule_id, cell_code, lag, coefficient (integer), side, is_target."""
    rows = [
        (rule_id, term.cell_code, term.lag, term.coefficient, term.side, position == 0)
        for rule_id, expression in rules.expressions.items()
        for position, term in enumerate(expression.terms)
    ]
    return pd.DataFrame(rows, columns=TERM_COLUMNS)


def cells_in_no_equality(rules: RuleCatalogue, cells: Iterable[str]) -> list[str]:
    """Those of ``cells`` that no ``=`` rule uses, sorted: an error in them can be noticed but never located."""
    watched = {
        term.cell_code
        for expression in rules.expressions.values()
        if expression.operator == "="
        for term in expression.terms
    }
    return sorted(set(cells) - watched)
