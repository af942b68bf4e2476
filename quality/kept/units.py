"""Which committees have to be asked together, and what of a table belongs to whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from ingest.reference import Reference

NOBODY = ""
"""The unit of files of which nobody knows whose they are."""
REGISTERS = "*"
"""The unit of what is wrong with the registers themselves: no code of a committee is a star."""
BY_COMMITTEE = ("committees", "organizations", "organization_events", "reporting_periods", "corrections")
"""The registers whose lines belong to a committee each."""


@dataclass(frozen=True)
class Units:
    """Committee -> unit, organization -> unit, file version -> unit."""

    committees: dict[str, str]
    organizations: dict[str, str]
    files: dict[str, str]

    @classmethod
    def of(cls, submissions: pd.DataFrame, reference: Reference) -> Units:
        """The units of all committees that ``submissions`` (`ingest.lake.SUBMISSIONS`) or registers name.

        An organization that two committees have, in the register, in what was sent or in a correction, makes them one.
        """
        pairs = _pairs(submissions, reference)
        parents = {str(code): str(code) for code in pairs["committee_code"].dropna().unique()}
        parents |= {str(code): str(code) for name in BY_COMMITTEE for code in _codes(reference[name])}
        known = pairs.dropna()
        shared = known[known.duplicated("organization_code", keep=False)]
        for _, together in shared.groupby("organization_code")["committee_code"]:
            first, *others = (_root(parents, str(code)) for code in together)
            for other in others:
                low, high = sorted((_root(parents, first), _root(parents, other)))
                parents[high] = low
        committees = {code: _root(parents, code) for code in parents}
        codes = known.drop_duplicates("organization_code")
        organizations = dict(zip(codes["organization_code"], codes["committee_code"].map(committees), strict=True))
        units = cls(committees, organizations, {})
        return replace(units, files=dict(zip(submissions["file_hash"], units.of_rows(submissions), strict=True)))

    @cached_property
    def all(self) -> frozenset[str]:
        """Every unit there is."""
        return frozenset({*self.committees.values(), *self.files.values(), NOBODY, REGISTERS})

    @cached_property
    def _look_ups(self) -> tuple[pd.Series, pd.Series]:
        """Of organizations and of files, as `Series.map` would make them anew each time of so many."""
        return pd.Series(self.organizations, dtype=object), pd.Series(self.files, dtype=object)

    def of_rows(self, rows: pd.DataFrame) -> pd.Series:
        """The unit of every row that has a committee_code, or else an organization_code."""
        found = rows["committee_code"].map(self.committees).astype(object)
        if "organization_code" in rows and found.isna().any():
            organizations, _ = self._look_ups
            found = found.fillna(rows["organization_code"].map(organizations).astype(object))
        return found.fillna(NOBODY)

    def of_files(self, hashes: pd.Series) -> pd.Series:
        """The unit of every file version; `NOBODY` where it is not known."""
        _, files = self._look_ups
        return hashes.map(files).astype(object).fillna(NOBODY)

    def reference_of(self, reference: Reference, asked: Collection[str]) -> Reference:
        """``reference`` with the lines of the ``asked`` units alone; each keeps its number."""
        tables = dict(reference.tables)
        for name in BY_COMMITTEE:
            tables[name] = tables[name][self.of_rows(tables[name]).isin(asked)]
        return replace(reference, tables=tables)


def _pairs(submissions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The committees of every organization, one row each."""
    columns = ["committee_code", "organization_code"]
    parts = [
        frame[columns].astype(object) for frame in (submissions, reference["organizations"], reference["corrections"])
    ]
    return pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)


def _codes(rows: pd.DataFrame) -> Collection[str]:
    return [str(code) for code in rows["committee_code"].dropna().unique()]


def _root(parents: dict[str, str], code: str) -> str:
    while parents[code] != code:
        parents[code] = parents[parents[code]]
        code = parents[code]
    return code
