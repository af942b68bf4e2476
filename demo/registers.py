"""Which organizations there are, and what happened to them: the synthetic registers of a committee."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from demo.plan import Event, Organization

ALWAYS = "2000-01-01"
STATE_ENTERPRISES = ("S9A1", "S9A2", "S9A3")
NON_STATE = ("S9B1", "S9B2", "S9B3", "S9C")
AGENCIES = ("S4", "S5", "S6A")


class RegisterBuilder:
    """Builds the organizations and events of one committee, numbering them in order of appearance."""

    def __init__(self, committee: str, parameters: dict[str, Any], rng: np.random.Generator) -> None:
        self._committee = committee
        self._own = parameters["committees"][committee]
        self._rng = rng
        self.organizations: list[Organization] = []
        self.events: list[Event] = []

    def build(self) -> None:
        """Start with the first roster, then apply the declared events."""
        for kind in ("DBCS", "CBCS"):
            for _ in range(self._own["organizations"][kind]):
                self._add([(ALWAYS, kind)], None)
        self._new_organizations()
        if "events" in self._own:
            self._events(self._own["events"])
        self._sectors()

    def _add(self, types: list[tuple[str, str]], born: str | None) -> Organization:
        organization = Organization(f"{self._committee}-{len(self.organizations) + 1:03d}", types, "", born)
        self.organizations.append(organization)
        return organization

    def _new_organizations(self) -> None:
        """Some of the roster were established in the first period: they are not rated yet."""
        count = self._own.get("new_organizations", 0)
        for organization in self.organizations[len(self.organizations) - count :]:
            organization.born = self._own["new_established_on"]
            organization.types = [(organization.born, organization.types[0][1])]
            self.events.append(Event("established", organization.born, target=organization.code))

    def _events(self, events: dict[str, Any]) -> None:
        cbcs = iter([o for o in self.organizations if o.types[0][1] == "CBCS"][::-1])
        dbcs = [o for o in self.organizations if o.types[0][1] == "DBCS"]
        self._handed_over(events, iter(dbcs[::-1]), cbcs, dbcs)
        self._entering(events)
        self._joining(events, cbcs, iter(dbcs[20:40]))

    def _handed_over(
        self,
        events: dict[str, Any],
        large: Iterator[Organization],
        small: Iterator[Organization],
        staying: list[Organization],
    ) -> None:
        for wave in events["handed_over"]:
            leaving = [next(large) for _ in range(wave["DBCS"])] + [next(small) for _ in range(wave["CBCS"])]
            for origin in leaving:
                self._end(origin, wave["effective_on"], "handed_over", body=wave["external_body"])
        cells = events["handed_over_cells"]
        day, members = cells["effective_on"], cells["members_each"]
        for origin in staying[: cells["count"]]:
            self.events.append(Event("handed_over", day, origin.code, None, "HUYEN", "subordinate_cell", 1, members))

    def _entering(self, events: dict[str, Any]) -> None:
        for wave in events["received"]:
            kinds = ["DBCS"] * wave["DBCS"] + ["CBCS"] * wave["CBCS"]
            for kind, members in zip(kinds, _split_evenly(wave["members"], len(kinds)), strict=True):
                born = self._add([(wave["effective_on"], kind)], wave["effective_on"])
                self.events.append(Event("received", wave["effective_on"], None, born.code, "KHAC", members=members))
        day = events["established"]["effective_on"]
        self.events.append(Event("established", day, target=self._add([(day, "CBCS")], day).code))

    def _joining(self, events: dict[str, Any], small: Iterator[Organization], hosts: Iterator[Organization]) -> None:
        for day in events["merged"]:
            self._end(next(small), day, "merged", next(hosts).code)
        for day in events["consolidated"]:
            joined = self._add([(day, "DBCS")], day)
            for _ in range(2):
                self._end(next(small), day, "consolidated", joined.code)
        for day in events["dissolved"]:
            self._end(next(small), day, "dissolved", next(hosts).code)
        for day in events["type_changed"]:
            changed = next(small)
            changed.types.append((day, "DBCS"))
            self.events.append(Event("type_changed", day, changed.code, changed.code))

    def _end(
        self, origin: Organization, day: str, kind: str, target: str | None = None, body: str | None = None
    ) -> None:
        origin.ended = str(np.datetime64(day) - 1)
        self.events.append(Event(kind, day, origin.code, target, body))

    def _sectors(self) -> None:
        """Sectors by the declared counts; where only the end is published, the enterprises are those handed over."""
        if "sectors" in self._own:
            sectors = [sector for sector, count in self._own["sectors"].items() for _ in range(count)]
            for organization, sector in zip(self.organizations, self._rng.permutation(sectors), strict=True):
                organization.sector = str(sector)
            return
        at_end = self._own["sectors_at_end"]
        remaining = [o for o in self.organizations if o.ended is None]
        groups = [group for group, count in at_end.items() for _ in range(count)]
        for organization, group in zip(remaining, self._rng.permutation(groups), strict=True):
            organization.sector = self._sector_of(str(group))
        for organization in self.organizations:
            if organization.ended is not None:
                organization.sector = self._sector_of(str(self._rng.choice(["DNNN", "DNTN", "DNTN"])))
        enterprises = [o for o in remaining if o.sector in NON_STATE and o.types[-1][1] == "DBCS"]
        for organization in enterprises[: self._own["industrial_zone"]]:
            organization.industrial_zone = True

    def _sector_of(self, group: str) -> str:
        choices = {"CQ": AGENCIES, "DNNN": STATE_ENTERPRISES, "DNTN": NON_STATE, "KHAC": ("S11",)}
        return str(self._rng.choice(choices[group]))


def _split_evenly(total: int, count: int) -> list[int]:
    return [total // count + (index < total % count) for index in range(count)]
