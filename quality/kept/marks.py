"""The marks of what a check of a unit rests on: the same mark, the same answer.

Every mark is a sum of rows as they are, so nobody has to tell that something changed. Of the day only what a check can
see of it counts: which periods and due dates are over, which corrections have expired.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ingest.catalogue import Catalogue
from ingest.database import database_for
from ingest.durable import sum_of
from ingest.lake import Stage, tables_of
from ingest.lake.files import SUM
from ingest.normalise.comparatives import printed_submissions
from ingest.reference import Reference
from quality.engine import Verdicts
from quality.kept.units import BY_COMMITTEE, REGISTERS, Units

Marks = dict[str, str]
"""Unit -> mark."""

_SUMS = """
SELECT unit, sha256(string_agg(told, chr(10) ORDER BY told)) AS mark
FROM (SELECT unit, to_json(r)::VARCHAR AS told FROM rows_to_mark r) GROUP BY unit
"""


@dataclass(frozen=True)
class Sent:
    """What of the lake is told apart by unit: ``submissions`` that are checked, ``withdrawn`` ones, ``findings`` of

    receiving.
    """

    submissions: pd.DataFrame
    withdrawn: pd.DataFrame
    findings: pd.DataFrame


def own_marks(lake: Path, sent: Sent, units: Units, catalogue: Catalogue, reference: Reference, day: dt.date) -> Marks:
    """The marks of everything that a unit's check rests on, but for what others say of its organizations.

    What holds for all alike - rules, forms, code lists, the program - is not among it.
    """
    registers = list(_register_marks(units, reference, day))
    common = [_sum_of_rows(reference["periods"])]
    every = _sum([reference.fingerprint, *common, *(f"{one}{part[one]}" for part in registers for one in sorted(part))])
    parts = [
        marks_of(sent.submissions, units.of_files(sent.submissions["file_hash"])),
        marks_of(sent.withdrawn, units.of_files(sent.withdrawn["file_hash"])),
        marks_of(sent.findings, units.of_files(sent.findings["file_hash"])),
        _partition_marks(lake, units),
        *registers,
        # Whose the lines of a printed form are is found among all organizations.
        dict.fromkeys(units.of_files(printed_submissions(sent.submissions, catalogue)["file_hash"]), every),
    ]
    together = dict.fromkeys(units.all, "")
    for code, unit in sorted(units.committees.items()):
        together[unit] += f"{code}\0"
    marks = {unit: _sum([*common, together[unit], *(part.get(unit, "") for part in parts)]) for unit in units.all}
    return {**marks, REGISTERS: every}


def marks_of(rows: pd.DataFrame, unit: pd.Series) -> Marks:
    """A mark of the ``rows`` of every unit that has some; their order does not count."""
    if rows.empty:
        return {}
    told = pa.Table.from_pandas(rows.assign(unit=unit.to_numpy()), preserve_index=False)
    with database_for(len(told)) as connection:
        connection.register("rows_to_mark", told)
        return {str(one): str(mark) for one, mark in connection.execute(_SUMS).fetchall()}


def met_marks(verdicts: Verdicts, units: Units) -> Marks:
    """The marks of what the two sides of transfers say of each other (`quality.engine.counterparts`)."""
    told = marks_of(verdicts.violations, units.of_files(verdicts.violations["file_hash"]))
    counted = marks_of(verdicts.outcomes, units.of_rows(verdicts.outcomes))
    return {unit: _sum([told.get(unit, ""), counted.get(unit, "")]) for unit in told.keys() | counted.keys()}


def decision_marks(findings: pd.DataFrame, decisions: pd.DataFrame, unit: pd.Series) -> Marks:
    """The marks of the ``decisions`` on what was found; ``unit``: whose each of the ``findings`` is."""
    if decisions.empty:
        return {}
    keys = pd.DataFrame({"finding_key": findings["finding_key"], "unit": unit.to_numpy()}).drop_duplicates()
    taken = decisions.assign(number=range(len(decisions))).merge(keys, on="finding_key")
    return marks_of(taken.drop(columns="unit"), taken["unit"])


def _partition_marks(lake: Path, units: Units) -> Marks:
    """The marks of the tables that every partition was normalised to, by their sums."""
    sums: dict[str, list[str]] = {}
    for table in tables_of(Stage.NORMALISED):
        for path in table.files(lake):
            unit = units.committees.get(path.parent.parent.name)
            if unit is not None:
                kept = path.with_name(path.name + SUM)
                content = kept.read_text("utf-8") if kept.is_file() else sum_of(path)
                sums.setdefault(unit, []).append(f"{path.relative_to(lake).as_posix()} {content}")
    return {unit: _sum(sorted(told)) for unit, told in sums.items()}


def _register_marks(units: Units, reference: Reference, day: dt.date) -> Iterable[Marks]:
    """The marks of the lines of each register, with the numbers under which findings name them."""
    ends, now = reference.period_ends, day.isoformat()
    for name in BY_COMMITTEE:
        rows = reference[name]
        more: Mapping[str, object] = {}
        if name == "reporting_periods":
            more = {
                "is_over": [code in ends and ends[code] < day for code in rows["period_code"]],
                "is_overdue": rows["due_on"].notna() & (rows["due_on"].fillna("") < now),
            }
        elif name == "corrections":
            more = {"line": rows.index, "is_expired": rows["expires"].notna() & (rows["expires"].fillna("") < now)}
        elif name == "organization_events":
            places = reference.places_of(name)
            more = {"place": [str(places.of(int(row), "members_moved")) for row in rows.index]}
        yield marks_of(rows.assign(**more), units.of_rows(rows))


def _sum_of_rows(rows: pd.DataFrame) -> str:
    return marks_of(rows, pd.Series("", index=rows.index)).get("", "")


def _sum(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
