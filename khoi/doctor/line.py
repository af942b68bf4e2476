"""One line of the doctor: what was looked at, how it is, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_NAMED = 5


class State(StrEnum):
    """How a thing is. ``WARNING`` works and asks for something soon, ``BAD`` needs somebody now."""

    FINE = "fine"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Line:
    """What was found. ``check``: its name, which has its row in the runbook; ``remedy``: what to do, empty if fine."""

    check: str
    state: State
    found_vi: str
    found_en: str
    remedy_vi: str = ""
    remedy_en: str = ""


def fine(found_vi: str, found_en: str) -> Line:
    """All is well."""
    return Line("", State.FINE, found_vi, found_en)


def warning(found_vi: str, found_en: str, remedy_vi: str, remedy_en: str) -> Line:
    """It works and asks for something soon."""
    return Line("", State.WARNING, found_vi, found_en, remedy_vi, remedy_en)


def bad(found_vi: str, found_en: str, remedy_vi: str, remedy_en: str) -> Line:
    """Somebody is needed now."""
    return Line("", State.BAD, found_vi, found_en, remedy_vi, remedy_en)


def some(names: Iterable[str]) -> str:
    """The names in one line; of many the first ones, and how many more there are."""
    listed = list(names)
    more = f", … (+{len(listed) - _NAMED})" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more
