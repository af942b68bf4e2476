"""The examples of a rule for people: what is filled in, line by line, with the labels of the forms."""

from __future__ import annotations

from collections.abc import Sequence

from quality.catalogue.grammar import PREVIOUS
from quality.catalogue.model import (
    CombinationExample,
    CombinationRule,
    CompletenessExample,
    CounterpartExample,
    LinearExample,
    Outcome,
    Rule,
)
from quality.catalogue.words import CellLabels, Language, said

Example = LinearExample | CombinationExample | CounterpartExample | CompletenessExample


def examples_of(rule: Rule) -> Sequence[Example]:
    """The examples of ``rule``; none where its check stands in code."""
    found: Sequence[Example] = getattr(rule, "examples", [])
    return found


def filled_in(rule: Rule, example: Example, labels: CellLabels, language: Language) -> list[tuple[str, str]]:
    """What stands in ``example``, as (what it is called, what is written there), in the order of the declaration."""
    if isinstance(example, LinearExample):
        conditions = [(said("of_type", language), example.organization_type)] if example.organization_type else []
        if example.is_new:
            conditions.append((said("founded", language), said("in_the_period", language)))
        if example.is_ended:
            conditions.append((said("ended", language), said("in_the_period", language)))
        return conditions + [
            (_label(code, labels, language), _written(value, language)) for code, value in example.cells.items()
        ]
    if isinstance(example, CombinationExample) and isinstance(rule, CombinationRule):
        named = labels.fields[language]
        return [
            (named[rule.form, rule.left], _written(example.left, language)),
            (named[rule.form, rule.right], _written(example.right, language)),
        ]
    if isinstance(example, CounterpartExample):
        return [
            (said(side, language), ", ".join(_written(value, language) for value in pair))
            for side, pair in (("sent", example.given), ("received", example.taken))
        ]
    return [(said("latest", language), _written(getattr(example, "state", None), language))]


def example_in_words(rule: Rule, outcome: Outcome, labels: CellLabels, language: Language) -> str | None:
    """The first example of ``rule`` with ``outcome`` as one line; None where it has none."""
    for example in examples_of(rule):
        if example.outcome == outcome:
            return "; ".join(f"{what} = {told}" for what, told in filled_in(rule, example, labels, language))
    return None


def _label(code: str, labels: CellLabels, language: Language) -> str:
    label = labels.label(code.removeprefix(PREVIOUS), language)
    return said("previous", language, label=label) if code.startswith(PREVIOUS) else label


def _written(value: object, language: Language) -> str:
    return said("empty", language) if value is None else str(value)
