"""What the localiser tried and found about one workbook, as plain data for people: `khoi explain`.

Belongs here: the shape and the words. Does not belong here: finding the explanations (`quality.localise`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.addresses import without_spans_of_one
from quality.localise import Alternative, Component, Suspect
from quality.localise.posterior import SHOWN
from quality.suspects import SHOWN_FROM, Explained, outcome_words, percent

_BELOW = {"vi": "; hãy so các ô dưới đây", "en": "; compare the cells below"}
SUREST = 0.995
"""No probability is told as more than this."""


def contradictions(one: Explained, rule_id: str | None = None) -> list[dict[str, Any]]:
    """One entry per contradiction of the workbook, or of those that ``rule_id`` is part of.

    rules, outcome (with its words), tried (hypotheses looked at), cells (what the rules compare: place, observed,
    previous), suspects (place, observed, proposed, probability of the place and of the value, reason), explanations
    (wholes, none more probable than what is stated of the places it blames, None where all is left as it is).
    """
    return [
        _contradiction(component, one)
        for component in one.diagnosis.components
        if component.constraints and (rule_id is None or rule_id in component.constraints)
    ]


def _contradiction(component: Component, one: Explained) -> dict[str, Any]:
    words = outcome_words()[component.outcome]
    likeliest = sorted(component.alternatives, key=lambda each: -_stated(each, component))
    return {
        "rules": list(component.constraints),
        "outcome": component.outcome,
        "outcome_vi": words["vi"],
        "outcome_en": words["en"],
        "tried": component.tried,
        "cells": _compared(component, one),
        "suspects": [_suspect(suspect) for suspect in component.suspects if suspect.place],
        "explanations": [_explanation(each, component, one.names) for each in likeliest],
    }


def _compared(component: Component, one: Explained) -> list[dict[str, Any]]:
    rules = [rule for rule in one.problem.constraints if rule.key in component.constraints]
    names = sorted({name for rule in rules for name, _ in rule.terms})
    cells = [one.problem.by_key[name] for name in names]
    return [
        {
            "cell_code": cell.key,
            "place": cell.label or one.names.get(cell.key, ""),
            "observed": cell.observed,
            "previous": cell.previous,
        }
        for cell in cells
        if cell.observed or cell.label
    ]


def _suspect(suspect: Suspect) -> dict[str, Any]:
    valued = suspect.proposed is not None and suspect.proposed_probability >= SHOWN_FROM
    return {
        "place": suspect.place,
        "observed": suspect.observed,
        "probability": min(SUREST, suspect.probability),
        "proposed": suspect.proposed if valued else None,
        "proposed_probability": min(SUREST, suspect.proposed_probability) if valued else None,
        "reason_vi": suspect.reason_vi,
        "reason_en": suspect.reason_en,
    }


def _explanation(alternative: Alternative, component: Component, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "probability": _stated(alternative, component) if alternative.repairs else None,
        "reason_vi": alternative.reason_vi,
        "reason_en": alternative.reason_en,
        "repairs": [
            {"place": one.place or names.get(one.cell, one.cell), "observed": one.observed, "proposed": one.proposed}
            for one in alternative.repairs
        ],
    }


def _stated(alternative: Alternative, component: Component) -> float:
    return min(SUREST, alternative.probability, *_bounds(alternative, component))


def _bounds(alternative: Alternative, component: Component) -> Iterator[float]:
    """What is stated of each place that the explanation blames, and of its value where that is the one proposed.

    The localiser gives an explanation its share among those it tried; it is right only where all its repairs are.
    """
    stated = {one.place or one.cell: one for one in component.suspects}
    for repair in alternative.repairs:
        suspect = stated.get(repair.place or repair.cell)
        if suspect is None:
            yield SHOWN
        elif repair.proposed is not None and repair.proposed == suspect.proposed:
            yield suspect.proposed_probability
        else:
            yield suspect.probability


def in_lines(told: dict[str, Any]) -> list[str]:
    """A contradiction of `contradictions` as lines of text, Vietnamese first."""
    shown = [one for one in told["suspects"] if one["probability"] >= SHOWN_FROM]
    cells = [] if shown else [f"{one['place'] or one['cell_code']}={_number(one['observed'])}" for one in told["cells"]]
    outcome = [
        told[f"outcome_{name}"] if cells else told[f"outcome_{name}"].removesuffix(_BELOW[name]) for name in _BELOW
    ]
    lines = [f"{', '.join(told['rules'])}: {' / '.join(outcome)} (đã thử {told['tried']} khả năng / tried)"]
    for number, one in enumerate(told["explanations"], start=1):
        repairs = "; ".join(_repair(repair) for repair in one["repairs"]) or "giữ nguyên / as it is"
        reason = f" - {one['reason_vi']} / {one['reason_en']}" if one["reason_vi"] else ""
        stated = "" if one["probability"] is None else f"{percent(one['probability'])}: "
        lines.append(f"  {number}. {stated}{repairs}{reason}")
    if cells:
        lines.append(f"  Các ô cần so / compare: {'; '.join(cells)}")
    return lines


def _repair(repair: dict[str, Any]) -> str:
    place = without_spans_of_one(str(repair["place"]))
    if repair["observed"] is None and repair["proposed"] is None:
        return place
    return f"{place}: {_number(repair['observed'])} → {_number(repair['proposed'])}"


def _number(value: object) -> str:
    return "trống" if value is None else str(value)
