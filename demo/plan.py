"""The plan of one committee: its organizations over time and, per period, one array a cell, one entry an organization.

Everything published is taken from the register of published figures by id; what the publications leave out
stands in `parameters.yaml`. The same seed gives the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from demo.allocate import Counts
from ingest.reference import Reference

PARAMETERS_FILE = Path(__file__).with_name("parameters.yaml")


@dataclass
class Organization:
    """One synthetic organization. ``types`` are (from day, type), ``born`` and ``ended`` first and last day.

    ``predecessor``: the organization of another committee that it continues.
    """

    code: str
    types: list[tuple[str, str]]
    sector: str
    born: str | None = None
    ended: str | None = None
    industrial_zone: bool = False
    predecessor: str | None = None

    def alive(self, day: str) -> bool:
        """True where the organization exists on ``day``."""
        return (self.born is None or self.born <= day) and (self.ended is None or day <= self.ended)

    def type_on(self, day: str) -> str:
        """Its type on ``day``; before it exists, the one it starts with."""
        return next((kind for since, kind in reversed(self.types) if since <= day), self.types[0][1])


@dataclass
class Event:
    """One row of the register of events; ``members`` is filled in when the plan knows the closing it moves.

    ``predecessor`` is the organization of another committee that a received one was before.
    """

    kind: str
    day: str
    origin: str | None = None
    target: str | None = None
    external_body: str | None = None
    unit: str = "organization"
    cells: int = 0
    members: int = 0
    predecessor: str | None = None


@dataclass
class PeriodPlan:
    """One period of one committee: arrays over all organizations, and the records of the list forms.

    ``work``: arrays by cell code beyond members, ratings and discipline; ``own_work``: by form, what the committee's
    own workbook holds (cells of a matrix form, records of a list form).
    """

    period_code: str
    start: str
    end: str
    alive: np.ndarray[Any, np.dtype[np.bool_]]
    cells: dict[str, Counts] = field(default_factory=dict)
    cases: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[tuple[int, int, int]] = field(default_factory=list)
    plan_met: np.ndarray[Any, np.dtype[np.bool_]] | None = None
    work: dict[str, Counts] = field(default_factory=dict)
    own_work: dict[str, Any] = field(default_factory=dict)


@dataclass
class CommitteePlan:
    """A committee: organizations, events and periods in order; ``faults_in``: the period with faulty workbooks."""

    committee_code: str
    organizations: list[Organization]
    events: list[Event]
    periods: list[PeriodPlan]
    no_committee: set[int]
    faults_in: str

    def index(self, code: str) -> int:
        """The position of an organization in every array."""
        return self._positions[code]

    def __post_init__(self) -> None:
        self._positions = {organization.code: index for index, organization in enumerate(self.organizations)}


def load_parameters(reference: Reference, path: Path = PARAMETERS_FILE) -> dict[str, Any]:
    """The demo's parameters with every ``@figure_id`` replaced by the published value, a whole number.

    Raises KeyError for an id that is not in the register of published figures.
    """
    parameters: dict[str, Any] = with_published_values(yaml.safe_load(path.read_text(encoding="utf-8")), reference)
    return parameters


def with_published_values(declared: Any, reference: Reference) -> Any:
    """``declared`` with every ``@figure_id`` (``@figure_id:denominator``) replaced by the published whole number.

    Raises KeyError for an id that is not in the register of published figures.
    """
    figures = reference["published_figures"].set_index("figure_id")
    values = figures["value"].to_dict() | {f"{key}:denominator": value for key, value in figures["denominator"].items()}

    def resolved(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: resolved(value) for key, value in node.items()}
        if isinstance(node, list):
            return [resolved(value) for value in node]
        if isinstance(node, str) and node.startswith("@"):
            return int(float(values[node[1:]]))
        return node.isoformat() if hasattr(node, "isoformat") else node

    return resolved(declared)
