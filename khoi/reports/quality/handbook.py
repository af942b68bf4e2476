"""The rule handbook: one section per rule of the catalogue, told with the labels people read on the forms."""

from __future__ import annotations

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from khoi.reports.quality.tables import Row
from quality.catalogue import RuleCatalogue
from quality.catalogue.model import (
    CombinationExample,
    CompletenessExample,
    CounterpartExample,
    LinearExample,
    LinearRule,
    Rule,
)
from quality.catalogue.words import CellLabels, Language, rule_in_words


def handbook_sections(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> list[Row]:
    """One dict per rule in the order of the catalogue.

    Keys: id, topic, severity, overrides, title, in_words (both languages), expression (linear rules), authority,
    reason, valid_from, valid_to, missing (what an empty cell does on each side), message, examples.
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
        "examples": [_example(one, labels) for one in getattr(rule, "examples", [])],
    }


def _example(
    example: LinearExample | CombinationExample | CounterpartExample | CompletenessExample, labels: CellLabels
) -> Row:
    """What is given, as lines of label and value, and the outcome."""
    if isinstance(example, LinearExample):
        given = [(_label(code, labels), _shown(value)) for code, value in example.cells.items()]
    elif isinstance(example, CombinationExample):
        given = [("1", _shown(example.left)), ("2", _shown(example.right))]
    elif isinstance(example, CounterpartExample):
        given = [
            ("nơi đi ghi: kỳ này, kỳ sau / sent: now, next", ", ".join(map(_shown, example.given))),
            ("nơi đến ghi: kỳ này, kỳ sau / received: now, next", ", ".join(map(_shown, example.taken))),
        ]
    else:
        given = [("bản mới nhất / latest version", _shown(example.state))]
    return {"outcome": example.outcome, "given": given}


def _label(code: str, labels: CellLabels) -> str:
    cell = code.removeprefix("prev.")
    label = labels.label(cell, "vi")
    return label if cell == code else f"{label} (kỳ trước)"


def _shown(value: object) -> str:
    return "(trống)" if value is None else str(value)
