"""What the localiser answers: suspects with probabilities, explanations as wholes, bands and words."""

from __future__ import annotations

from dataclasses import dataclass

from quality.localise.calibration import Band

Written = int | str | None
"""A figure, the entry of a drop-down as people read it, or None: nothing is written, or a whole row is meant."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One place of an explanation: what stands there, what it probably should be."""

    cell: str
    place: str
    observed: Written
    proposed: Written


@dataclass(frozen=True, slots=True)
class Alternative:
    """One explanation of a contradiction as a whole: its events in words, its repairs, its probability."""

    probability: float
    repairs: tuple[Repair, ...]
    kinds: tuple[str, ...]
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """One place that may be wrong: a cell, a row of a list, or a list that lacks a row.

    ``place``: ``sheet!cell`` or ``sheet!range``, empty for a figure of the period before; ``probability``: stated
    probability that the place is wrong; ``proposed``: the most probable truth, with its own stated probability (that
    the place is wrong *and* this is the truth), None where there is nothing to write (a whole row); ``situation``: what
    speaks for it (`situations.py`).
    """

    cell: str
    place: str
    observed: Written
    probability: float
    band: Band
    proposed: Written
    proposed_probability: float
    kind: str
    reason_vi: str
    reason_en: str
    situation: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One contradiction: its violated constraints, its suspects by falling probability, up to three explanations.

    outcome: ``located`` (a suspect is near certain), ``likely`` (a suspect is likely), ``cannot_tell`` (several places
    explain it about as well; only the rule and its cells can be named), ``no_explanation`` (no error that is known of
    explains it) or ``too_much`` (the bounded effort was spent). ``tried``: how many hypotheses were looked at.
    """

    constraints: tuple[str, ...]
    outcome: str
    suspects: tuple[Suspect, ...]
    alternatives: tuple[Alternative, ...]
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All contradictions of one problem."""

    components: tuple[Component, ...]

    def suspects(self, at_least: float = 0.5) -> tuple[Suspect, ...]:
        """Suspects of all components at or above a stated probability, most probable first."""
        found = [one for component in self.components for one in component.suspects if one.probability >= at_least]
        return tuple(sorted(found, key=lambda one: (-one.probability, one.cell)))
