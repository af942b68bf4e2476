"""The rule handbook: one section per rule of the catalogue, told with the labels people read on the forms."""

from __future__ import annotations

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from khoi.reports.quality.tables import Row
from quality.catalogue import RuleCatalogue
from quality.catalogue.examples import examples_of, filled_in
from quality.catalogue.model import LinearRule, Rule
from quality.catalogue.words import CellLabels, Language, rule_in_words


def handbook_sections(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> list[Row]:
    """One dict per rule in the order of the catalogue.

    Keys: id, topic, severity, overrides, title, in_words (both languages), expression (linear rules), authority,
    reason (both languages), valid_from, valid_to, missing (what an empty cell does on each side), message, examples
    (each with its outcome and what is given, in both languages).
    """
    labels = CellLabels.of(catalogue, reference)
    return [_section(rule, rules, labels) for rule in rules.rules]


def _section(rule: Rule, rules: RuleCatalogue, labels: CellLabels) -> Row:
    languages: tuple[Language, Language] = ("vi", "en")
    linear = rule if isinstance(rule, LinearRule) else None
    return {
        "id": rule.id,
        "topic": rules.topics[rule.id],
        "kind": rule.kind,
        "severity": rule.severity,
        "overrides": [one.model_dump() for one in rule.severity_overrides],
        "title": rule.title,
        "in_words": {language: rule_in_words(rule, rules, labels, language) for language in languages},
        "expression": linear.expression if linear else None,
        "missing": (linear.missing.left, linear.missing.right) if linear else None,
        "authority": rule.authority,
        "reason": rule.reason,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "message": rule.message,
        "examples": [
            {
                "outcome": one.outcome,
                "given": {language: filled_in(rule, one, labels, language) for language in languages},
            }
            for one in examples_of(rule)
        ],
    }
