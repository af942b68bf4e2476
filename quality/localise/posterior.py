"""From explanations to probabilities: softmax over distinct explanations, then sums per place and per true value.

The probability that a place is wrong and the one that a proposal is right are different numbers, calibrated apart.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from quality.localise.calibration import Calibration
from quality.localise.diagnosis import Alternative, Repair, Suspect, Written
from quality.localise.in_words import repairs_of, words
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.search import Explanation
from quality.localise.situations import DISPUTED, FORM_AGAINST_LIST, nothing_else_speaks, only_a_list_speaks, situation
from quality.localise.states import Step
from quality.localise.weights import UNIT

Event = tuple[tuple[str, tuple[object, ...]], ...]
SHOWN = 0.02
"""Suspects below this stated probability are not worth a reader's time."""
ALTERNATIVES = 3
AS_PROBABLE = 0.75
"""From so much of the probability of one end of an exchange on the other end is named beside it."""
NEVER_ALONE = 0.98
"""So much of the probability of a place lies where another one is blamed as well: it follows from that one."""
AS_CHEAP = 0.1
"""Log units within which two explanations cost the same."""
KIND_TOLD, SOME_OTHER = 0.5, "any"
"""From so much of the probability of a cell on a slip is called by its name where no value is told; else by this."""
NEARLY = 0.2
"""So much of the probability of the likeliest row that is missing says that another may be it as well."""


@dataclass(slots=True)
class _Share:
    wrong: float
    values: dict[Written, float]
    steps: dict[tuple[Written, Step], float]
    repair: Repair

    def add(self, chance: float, repair: Repair, step: Step) -> None:
        """One more explanation that blames the place."""
        self.wrong += chance
        self.values[repair.proposed] = self.values.get(repair.proposed, 0.0) + chance
        key = (repair.proposed, step)
        self.steps[key] = self.steps.get(key, 0.0) + chance


def probabilities(found: list[Explanation], temperature: float, unknown: float = math.inf) -> list[float]:
    """Softmax over the explanations and the rival "none of these" at a cost of ``unknown`` log units.

    The list must not be empty. An explanation that needs much that is rare stays improbable without any other rival.
    The temperature doubts events, not the ways to imagine one: explanations that differ only in what a row says that
    nobody can read are one event, and are added up before it.
    """
    best = found[0].cost
    chances = [math.exp((best - one.cost) / UNIT) for one in found]
    events = [_event(one) for one in found]
    of_event: dict[Event, list[float]] = {}
    for event, chance in zip(events, chances, strict=True):
        of_event.setdefault(event, []).append(chance)
    wholes = {event: math.fsum(parts) for event, parts in of_event.items()}
    masses = [
        chance * wholes[event] ** (1 / temperature - 1) if wholes[event] else 0.0
        for event, chance in zip(events, chances, strict=True)
    ]
    total = math.fsum([*masses, math.exp((best / UNIT - unknown) / temperature)])
    return [mass / total for mass in masses]


def _event(one: Explanation) -> Event:
    """What an explanation says happened: by step its kind and the whole rows it blames, or all that it changes."""
    return tuple(
        (step.kind, tuple(blame.key for blame in step.blames))
        if step.blames and all(blame.proposed is None for blame in step.blames)
        else (step.kind, (step.changes, step.blames))
        for step in one.steps
    )


def suspects(
    neighbourhood: Neighbourhood, found: list[Explanation], calibration: Calibration, unknown: float = math.inf
) -> tuple[Suspect, ...]:
    """Places by falling stated probability of being wrong, the key breaking ties; each place once.

    A row that may be too many and the list of this one row that may lack another are one place.
    """
    shares: dict[str, _Share] = {}
    together: dict[frozenset[str], float] = {}
    stories: dict[frozenset[str], float] = {}
    for one, chance in zip(found, probabilities(found, calibration.temperature, unknown), strict=True):
        blamed: set[str] = set()
        for step in one.steps:
            for repair in repairs_of(neighbourhood, step):
                place = repair.place or repair.cell
                if place not in blamed:
                    blamed.add(place)
                    shares.setdefault(place, _Share(0.0, {}, {}, repair)).add(chance, repair, step)
        for pair in itertools.combinations(sorted(blamed), 2):
            together[frozenset(pair)] = together.get(frozenset(pair), 0.0) + chance
        stories[frozenset(blamed)] = stories.get(frozenset(blamed), 0.0) + chance
    story = max(stories, key=lambda places: (round(stories[places], 9), sorted(places)), default=frozenset())
    named = [_suspect(neighbourhood, share, shares, calibration, story) for _, share in sorted(shares.items())]
    wrong = {place: share.wrong for place, share in shares.items()}
    named = _no_accusation_that_is_disputed(named, neighbourhood, found, calibration)
    named = _no_more_than_their_cause(named, wrong, together, calibration)
    named = _beside_their_rivals(named, wrong, together, calibration)
    told = _consistent(_ranked(named, wrong), together, calibration)
    return tuple(one for one in _ranked(told, wrong) if one.probability >= SHOWN)


def _ranked(named: list[Suspect], wrong: Mapping[str, float]) -> list[Suspect]:
    """By what is stated; what may be stated at most hides a difference, so then by what was found, then by key."""
    return sorted(
        named, key=lambda one: (-round(one.probability, 9), -round(wrong[one.place or one.cell], 9), one.cell)
    )


def _no_accusation_that_is_disputed(
    named: list[Suspect], neighbourhood: Neighbourhood, found: list[Explanation], calibration: Calibration
) -> list[Suspect]:
    """The suspects, none accused that an explanation leaves alone which costs no more than each that blames it.

    Many ways to imagine one slip add up; that the place is right is imagined in one way.
    """
    blamed = [
        (one.cost, {repair.place or repair.cell for step in one.steps for repair in repairs_of(neighbourhood, step)})
        for one in found
    ]
    told = []
    for one in named:
        here = one.place or one.cell
        with_it = min(cost for cost, places in blamed if here in places)
        without = min((cost for cost, places in blamed if here not in places), default=math.inf)
        most = calibration.most.get(DISPUTED, 1.0) if without < with_it + AS_CHEAP * UNIT else 1.0
        told.append(_at_most(one, most, calibration))
    return told


def _no_more_than_their_cause(
    named: list[Suspect], wrong: Mapping[str, float], together: dict[frozenset[str], float], calibration: Calibration
) -> list[Suspect]:
    """The suspects, none more probable than a place without which it is never blamed."""
    found = []
    for one in named:
        here = one.place or one.cell
        causes = [
            other.probability
            for other in named
            if other is not one
            and together.get(frozenset((here, other.place or other.cell)), 0.0) >= NEVER_ALONE * wrong[here]
        ]
        found.append(_at_most(one, min(causes, default=1.0), calibration))
    return found


def _beside_their_rivals(
    named: list[Suspect], wrong: Mapping[str, float], together: dict[frozenset[str], float], calibration: Calibration
) -> list[Suspect]:
    """The suspects as probable as they can be beside those that are never wrong with them.

    Those between which nothing decides have equal parts of certainty. What is stated at most of a list is stated of all
    that may be wrong there: what was found less probable stays so.
    """
    found = []
    for one in named:
        here = one.place or one.cell
        rivals = [
            (other, wrong[there])
            for other in named
            if (there := other.place or other.cell) != here and not together.get(frozenset((here, there)))
        ]
        alike = [1 for other, raw in rivals if other.kind == one.kind and math.isclose(raw, wrong[here], abs_tol=1e-6)]
        ahead = [
            other.probability * wrong[here] / raw
            for other, raw in rivals
            if raw > wrong[here] and {one.situation, other.situation} <= calibration.most.keys()
        ]
        found.append(_at_most(one, min(1 / (1 + len(alike)), *ahead, 1.0), calibration))
    return found


def _at_most(one: Suspect, most: float, calibration: Calibration) -> Suspect:
    """The suspect, stated at ``most`` at most."""
    if one.probability <= most:
        return one
    low = round(most, 6)
    value = min(low, one.proposed_probability)
    return replace(one, probability=low, proposed_probability=value, band=calibration.band(low))


def _consistent(
    ranked: list[Suspect], together: dict[frozenset[str], float], calibration: Calibration
) -> list[Suspect]:
    """The suspects, no two of which are more probable than can be: P(A) + P(B) <= 1 + P(A and B).

    Each was calibrated for itself; of two that exclude each other both could be told as likely. The later one yields.
    """
    kept: list[Suspect] = []
    for one in ranked:
        most = min(
            (
                1.0 + together.get(frozenset((one.place or one.cell, other.place or other.cell)), 0.0)
                - other.probability
                for other in kept
            ),
            default=1.0,
        )  # fmt: skip
        kept.append(_at_most(one, most, calibration))
    return kept


def _suspect(
    neighbourhood: Neighbourhood,
    share: _Share,
    shares: Mapping[str, _Share],
    calibration: Calibration,
    story: frozenset[str],
) -> Suspect:
    value = min(share.values, key=lambda candidate: (-round(share.values[candidate], 9), str(candidate)))
    step = min(
        (step for proposed, step in share.steps if proposed == value),
        key=lambda step: (-round(share.steps[value, step], 9), step.kind, str(step)),
    )
    step = _as_far_as_known(step, share, value)
    speaks = situation(neighbourhood, step, (share.repair.place or share.repair.cell) in story)
    stated = calibration.stated(min(1.0, share.wrong), speaks, step.kind)
    of_value = calibration.stated_value(min(1.0, share.values[value]), speaks)
    if not nothing_else_speaks(neighbourhood, step):
        stated = calibration.stated_beside(stated, of_value, speaks)
    if only_a_list_speaks(neighbourhood, step):
        stated = min(stated, calibration.most.get(FORM_AGAINST_LIST, 1.0))
    doubted = _doubted(neighbourhood, step, share, shares)
    vi, en = words(neighbourhood, step, share.repair.cell, doubted, _kind_told(share, step, of_value))
    return Suspect(
        cell=share.repair.cell,
        place=share.repair.place,
        observed=share.repair.observed,
        probability=round(stated, 6),
        band=calibration.band(stated),
        proposed=value,
        proposed_probability=round(min(stated, of_value), 6),
        kind=step.kind,
        situation=speaks,
        reason_vi=vi,
        reason_en=en,
    )


def _as_far_as_known(step: Step, share: _Share, value: Written) -> Step:
    """``step`` with only what every other step says that blames the place in the same way and is nearly as probable.

    Several rows may be the one that is missing; told is what they have in common.
    """
    alike = [
        other.blames
        for (proposed, other), chance in share.steps.items()
        if proposed == value and other.kind == step.kind and chance >= NEARLY * share.steps[value, step]
    ]
    common = [set.intersection(*(set(blames[at].detail) for blames in alike)) for at in range(len(step.blames))]
    blames = tuple(
        replace(blame, detail=tuple(part for part in blame.detail if part in kept))
        for blame, kept in zip(step.blames, common, strict=True)
    )
    return replace(step, blames=blames)


def alternatives(
    neighbourhood: Neighbourhood, found: list[Explanation], calibration: Calibration, unknown: float = math.inf
) -> tuple[Alternative, ...]:
    """The most probable explanations as wholes, at most three."""
    chances = probabilities(found, calibration.temperature, unknown)
    return tuple(
        _alternative(neighbourhood, one, chance)
        for one, chance in list(zip(found, chances, strict=True))[:ALTERNATIVES]
    )


def _alternative(neighbourhood: Neighbourhood, one: Explanation, chance: float) -> Alternative:
    repairs = [list(repairs_of(neighbourhood, step)) for step in one.steps]
    texts = [words(neighbourhood, step, own[0].cell) for step, own in zip(one.steps, repairs, strict=True)]
    return Alternative(
        probability=round(chance, 6),
        repairs=tuple(sorted((repair for own in repairs for repair in own), key=lambda repair: repair.cell)),
        kinds=tuple(step.kind for step in one.steps),
        reason_vi=", ".join(vi for vi, _ in texts),
        reason_en=", ".join(en for _, en in texts),
    )


def _kind_told(share: _Share, step: Step, of_value: float) -> str:
    """What the slip of one cell is called: of a figure that is told no value, only by a kind that most values have."""
    alike = sum(chance for (_, other), chance in share.steps.items() if other.kind == step.kind)
    several = len(step.changes) != 1 or bool(step.blames)
    return step.kind if several or of_value >= 0.5 or alike >= KIND_TOLD * share.wrong else SOME_OTHER


def _doubted(neighbourhood: Neighbourhood, step: Step, share: _Share, shares: Mapping[str, _Share]) -> bool:
    """True where the other places of the event are much less probable: it may have been another one."""
    others = [one.place or one.cell for one in repairs_of(neighbourhood, step) if one.cell != share.repair.cell]
    return any(shares[place].wrong < AS_PROBABLE * share.wrong for place in others)
