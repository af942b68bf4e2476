"""What a comparison of two periods says: its ends, its change on one basis, its parts, what broke in between."""

from __future__ import annotations

from dataclasses import dataclass

from khoi.figures.parts import COVERAGE, Part


@dataclass(frozen=True)
class Side:
    """One end of a comparison. ``value``: the figure in the measure's unit, percent for a ratio.

    ``organizations_*``: of a cumulative flow, organization-periods. ``outside``: what of the value is no part of
    the committee on the basis' day, None where nothing was restated and for a ratio. ``low`` and ``high``: what a
    headline can be while queries are open; None for other measures and for more than one period, and ``high`` where
    nothing limits it.
    """

    period: str
    value: float
    organizations_counted: int
    organizations_expected: int
    outside: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Change:
    """From one value to another; ``percent`` of the earlier one, None where that is zero or for a ratio."""

    value_from: float
    value_to: float
    difference: float
    percent: float | None


@dataclass(frozen=True)
class Break:
    """A measure that changed its meaning in between. ``bridged``: the restated figures and parts follow the old one."""

    measure: str
    bridged: bool
    note_vi: str
    note_en: str


@dataclass(frozen=True)
class Comparison:
    """One committee's measure at two periods.

    ``parts`` add up to ``as_reported.difference``. ``restated`` is the change on ``basis``: equal to as_reported
    for as-was; None where the basis has no meaning for the measure or it broke in between. ``like_for_like``
    is the same where like for like was asked for. ``terms``: numerator and denominator of a ratio.
    ``same_organizations``: whether both ends count the same ones; None for a ratio's terms and cumulative ends.
    """

    committee: str
    measure: str
    label_vi: str
    label_en: str
    unit_vi: str | None
    unit_en: str | None
    side_from: Side
    side_to: Side
    as_reported: Change
    like_for_like: Change | None
    parts: tuple[Part, ...]
    basis: str = "as-was"
    restated: Change | None = None
    breaks: tuple[Break, ...] = ()
    terms: tuple[Comparison, ...] = ()
    same_organizations: bool | None = None

    @property
    def is_mostly_coverage(self) -> bool:
        """True where what did not come moves the figure at least as far as its whole change."""
        missing = sum(part.value for part in self.parts if part.part == COVERAGE)
        return bool(missing) and abs(missing) >= abs(self.as_reported.difference)


def change(earlier: float, later: float) -> Change:
    """From ``earlier`` to ``later``, in the measure's unit."""
    return Change(earlier, later, later - earlier, 100 * (later - earlier) / earlier if earlier else None)


def points(over: Change | None, under: Change | None) -> Change | None:
    """The change of a ratio in points; None where a side is not known or a denominator is zero."""
    if over is None or under is None or not under.value_from or not under.value_to:
        return None
    earlier, later = 100 * over.value_from / under.value_from, 100 * over.value_to / under.value_to
    return Change(earlier, later, later - earlier, None)
