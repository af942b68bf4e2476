"""What the localiser answers: suspects with probabilities, alternatives, bands and words."""

from __future__ import annotations

from dataclasses import dataclass

from quality.localise.calibration import Band


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell of an explanation: what stands there, what it probably should be."""

    cell: str
    observed: int | None
    proposed: int


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
    """One cell that may be wrong.

    probability: stated probability that the cell is wrong; proposed: the most probable true figure with its own
    probability (of being wrong *and* of this being the figure), None where the figure stays open.
    """

    cell: str
    observed: int | None
    probability: float
    band: Band
    proposed: int | None
    proposed_probability: float
    kind: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Component:
    """One contradiction: its violated edits, its suspects by falling probability, up to three explanations.

    outcome: ``located`` (a suspect is near certain), ``likely`` (a suspect is likely), ``cannot_tell`` (only the
    rule and its cells can be named) or ``too_much`` (the bounded effort was spent; rule level only).
    """

    edits: tuple[str, ...]
    outcome: str
    suspects: tuple[Suspect, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All contradictions of one problem."""

    components: tuple[Component, ...]

    def suspects(self, at_least: float = 0.5) -> tuple[Suspect, ...]:
        """Suspects of all components at or above a stated probability, most probable first."""
        found = [one for component in self.components for one in component.suspects if one.probability >= at_least]
        return tuple(sorted(found, key=lambda one: (-one.probability, one.cell)))
