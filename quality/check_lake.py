"""The check stage: the whole lake, of which only that is asked again of which something has changed.

What a check said of a committee holds while its files, its lines of the registers and what others say of its
organizations are the same (`quality.kept`); the tables it leaves are those of a check of everything
([0087](../docs/decisions/0087-kept-by-committee.md)).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest import lake
from ingest.catalogue import Catalogue
from ingest.deciding_roles import DecidingRoles
from ingest.normalise import waiting_files
from ingest.normalise.comparatives import comparatives_in_lake
from ingest.reference import Reference
from ingest.register_cells import register_observations
from ingest.vietnam import today
from quality.beside import witnesses_of
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import EVENT_CONTRADICTED
from quality.check import CheckResult, Said, check_relations, without
from quality.engine import SUBJECT, offline_connection
from quality.engine.completeness import WAITING
from quality.engine.context import evaluation_context
from quality.followup import FollowUp, follow_up
from quality.kept.counterparts import Counterparts, identified_versions, of_others
from quality.kept.marks import Marks, Sent, decision_marks, met_marks, own_marks
from quality.kept.record import (
    KeptUnit,
    Record,
    finding_units,
    forget_record,
    kept_rows,
    read_record,
    write_merged,
    write_record,
)
from quality.kept.suggested import KeptSuggestions, read_suggestions, write_suggestions
from quality.kept.units import REGISTERS, Units
from quality.submissions.answers import answer_cells
from quality.submissions.decisions import load_decisions
from quality.submissions.withdrawals import part_withdrawn, with_withdrawn

_CHECKED = {table.name: table for table in lake.tables_of(lake.Stage.CHECKED)}


@dataclass(frozen=True)
class CheckReport:
    """What a check of the lake came to; ``asked``: how many of how many units were asked again."""

    submissions: int
    findings: dict[str, int]
    states: dict[str, int]
    folder: Path
    asked: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Lake:
    """A lake with all that its check rests on."""

    folder: Path
    catalogue: Catalogue
    reference: Reference
    rules: RuleCatalogue
    day: dt.date
    sent: Sent
    decisions: pd.DataFrame
    units: Units
    record: Record
    suggested: KeptSuggestions


@dataclass(frozen=True)
class _Asked:
    """What was said of the units that were asked, and of transfers what there is to keep of all organizations."""

    units: frozenset[str]
    result: CheckResult | None
    followed: FollowUp | None
    records: pa.Table
    met: Marks


def check_lake(
    lake_folder: Path,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    *,
    as_of: dt.date | None = None,
    decisions: Path | None = None,
    withdrawals: Path | None = None,
    basis: str | None = None,
) -> CheckReport:
    """Check everything in the lake and write `checked/*.parquet` (the tables of `CheckResult`).

    ``decisions`` and ``withdrawals`` are the registers of accepted explanations and of files that count no longer.
    ``basis`` names the program, the rules, the forms and the code lists of this check: what the last one said under the
    same is kept where nothing else has changed. Without it, all is asked.
    """
    received = lake.read_tables(lake_folder / "submissions", lake.SUBMISSIONS)
    submissions, withdrawn = part_withdrawn(received, withdrawals, DecidingRoles(reference["deciding_roles"]))
    submissions = _with_waiting(submissions, waiting_files(lake_folder, catalogue, reference))
    findings = without(lake.read_tables(lake_folder / "received_findings", lake.FINDINGS), withdrawn)
    whole = _Lake(
        lake_folder,
        catalogue,
        reference,
        rules,
        as_of or today(),
        Sent(submissions, withdrawn, findings),
        load_decisions(decisions),
        Units.of(received, reference),
        *_kept_under(lake_folder, basis),
    )
    own = own_marks(lake_folder, whole.sent, whole.units, catalogue, reference, whole.day)
    asked = _ask(whole, _changed(whole, own))
    forget_record(lake_folder)
    tables = _write(whole, asked)
    if basis is not None:
        _keep(whole, basis, own, asked, tables["findings"])
    counts = (_counted(tables["findings"], "severity"), _counted(tables["submission_states"], "state"))
    return CheckReport(len(received), *counts, lake_folder / "checked", (len(asked.units), len(own)))


def _keep(whole: _Lake, basis: str, own: Marks, asked: _Asked, findings: pa.Table) -> None:
    """Record what the tables rest on, and what was suggested about files of which something is told."""
    write_suggestions(whole.folder, basis, whole.suggested.known, set(findings["file_hash"].to_pylist()))
    write_record(whole.folder, basis, _marked(whole, own, asked, findings))


def _kept_under(lake_folder: Path, basis: str | None) -> tuple[Record, KeptSuggestions]:
    """What the last check kept under ``basis``."""
    if basis is None:
        return Record(""), KeptSuggestions()
    return read_record(lake_folder, basis), read_suggestions(lake_folder, basis)


def _with_waiting(submissions: pd.DataFrame, waiting: set[str]) -> pd.DataFrame:
    """``submissions`` with those that wait marked.

    What was not normalised under these forms and registers cannot be checked: it neither counts nor replaces.
    """
    waits = submissions["file_hash"].isin(waiting)
    return submissions.assign(read_state=submissions["read_state"].mask(waits, WAITING))


def _changed(whole: _Lake, own: Marks) -> frozenset[str]:
    """The units of which something is another than at the last check; what others say of them is not asked yet."""
    known = whole.record.units
    changed = {unit for unit, mark in own.items() if unit not in known or known[unit].own != mark}
    if len(changed) == len(own):
        return frozenset(changed)
    findings = kept_rows(whole.folder, _CHECKED["findings"], whole.record, whole.units, own.keys() - changed)
    told = findings.select(["finding_id", "finding_key", "file_hash"]).to_pandas()
    decided = decision_marks(told, whole.decisions, finding_units(told, whole.record, whole.units))
    return frozenset(changed | {unit for unit in own.keys() - changed if known[unit].decided != decided.get(unit, "")})


def _ask(whole: _Lake, changed: frozenset[str]) -> _Asked:
    """Ask the ``changed`` units, and those of whose organizations others say something else by that."""
    asked = _asked(whole, changed)
    others = {unit: one.met for unit, one in whole.record.units.items() if unit not in changed}
    moved = {unit for unit, mark in others.items() if unit in whole.units.all and asked.met.get(unit, "") != mark}
    return _asked(whole, changed | moved) if moved else asked


def _asked(whole: _Lake, units: frozenset[str]) -> _Asked:
    """Ask ``units`` everything."""
    kept = kept_rows(whole.folder, _CHECKED["counterpart_records"], whole.record, whole.units, whole.units.all - units)
    findings = kept_rows(whole.folder, _CHECKED["findings"], whole.record, whole.units, whole.units.all - units)
    witnesses = witnesses_of(findings.to_pandas(), whole.rules)
    versions = identified_versions(whole.sent.submissions, whole.reference)
    met = Counterparts(
        of_others(kept, whole.units, units),
        witnesses,
        versions,
        whole.units,
        (whole.rules, whole.reference),
        whole.day,
    )
    result, followed = _check(whole, units, met) if units else (None, None)
    verdicts = met.verdicts or met.judge()
    return _Asked(units, result, followed, met.records, met_marks(verdicts, whole.units))


def _check(whole: _Lake, units: frozenset[str], met: Counterparts) -> tuple[CheckResult, FollowUp]:
    """The tables of a check of the ``units`` alone."""
    reference = whole.units.reference_of(whole.reference, units)
    submissions = _of(whole, whole.sent.submissions, units)
    cells = whole.folder / "cells"
    codes = {code for code, unit in whole.units.committees.items() if unit in units}
    with offline_connection() as connection:
        reading = _open_normalised(connection, whole, codes, units)
        former = comparatives_in_lake(cells, submissions, whole.catalogue, whole.reference)
        said = Said(_answers(cells, submissions), whole.decisions, former)
        declared = (whole.catalogue, reference, whole.rules)
        registers = whole.reference if REGISTERS in units else None
        result = check_relations(
            connection,
            submissions,
            reading,
            said,
            *declared,
            whole.day,
            met=met,
            registers=registers,
            suggested=whole.suggested.of,
        )
        versions, states = evaluation_context(submissions, reference), result.submission_states
        followed = follow_up(connection, versions, states, result.findings, *declared, whole.day)
    withdrawn = _of(whole, whole.sent.withdrawn, units)
    return replace(result, submission_states=with_withdrawn(states, withdrawn)), followed


def _of(whole: _Lake, rows: pd.DataFrame, units: Collection[str]) -> pd.DataFrame:
    """Those of ``rows`` whose file belongs to ``units``."""
    return rows[whole.units.of_files(rows["file_hash"]).isin(units)]


def _answers(cells: Path, submissions: pd.DataFrame) -> pd.DataFrame:
    """The cells of the list sheets that came back in ``submissions``."""
    names = sorted(set(submissions["cells_file"].dropna()) - {""})
    found = answer_cells([cells / name for name in names if (cells / name).is_file()])
    return found[found["file_hash"].isin(submissions["file_hash"])]


def _open_normalised(
    connection: duckdb.DuckDBPyConnection, whole: _Lake, codes: Collection[str], units: Collection[str]
) -> pd.DataFrame:
    """Make the relations ``submitted_observations`` and ``entries`` of the partitions of the committees ``codes``.

    Returns what reading has to say of the files of ``units``.
    """
    withdrawn = set(whole.sent.withdrawn["file_hash"])
    tables = {table.name: table for table in lake.tables_of(lake.Stage.NORMALISED)}
    files = {
        name: [path for path in table.files(whole.folder) if path.parent.parent.name in codes]
        for name, table in tables.items()
    }
    _open(connection, "submitted_observations", files["observations"], tables["observations"].schema, withdrawn)
    _open(connection, "entries", files["entries"], tables["entries"].schema, withdrawn)
    read = [pq.read_table(path, schema=lake.FINDINGS) for path in files["findings"]]
    found = pa.concat_tables([lake.FINDINGS.empty_table(), *read]).to_pandas()
    received = _of(whole, whole.sent.findings, units)
    return without(pd.concat([received, found], ignore_index=True), whole.sent.withdrawn)


def _open(
    connection: duckdb.DuckDBPyConnection, name: str, files: list[Path], schema: pa.Schema, withdrawn: Collection[str]
) -> None:
    """Make relation ``name`` of the Parquet ``files`` without withdrawn rows, or of an empty table without files."""
    if not files:
        connection.register(name, schema.empty_table())
        return
    relation = connection.read_parquet([str(path) for path in files], hive_partitioning=False)
    gone = ", ".join(f"'{file_hash}'" for file_hash in sorted(withdrawn))
    (relation.filter(f"file_hash NOT IN ({gone})") if gone else relation).create(name)


def _write(whole: _Lake, asked: _Asked) -> dict[str, pa.Table]:
    """Write every table of the check: what is kept and what was said now."""
    made: dict[str, pd.DataFrame] = {}
    if asked.result is not None and asked.followed is not None:
        made = {**vars(asked.result), "follow_up": asked.followed.queries, "headline_bounds": asked.followed.bounds}
    made["register_observations"] = register_observations(whole.reference)
    made["counterpart_records"] = asked.records.to_pandas()
    kept = whole.units.all - asked.units
    whole_anew = ("register_observations", "counterpart_records")
    written = {}
    for name, table in _CHECKED.items():  # the states come last: they say what may be counted
        rows = kept_rows(whole.folder, table, whole.record, whole.units, () if name in whole_anew else kept)
        nothing = pd.DataFrame(columns=table.schema.names)
        written[name] = write_merged(whole.folder, table, rows, made.get(name, nothing))
    return written


def _marked(whole: _Lake, own: Marks, asked: _Asked, findings: pa.Table) -> dict[str, KeptUnit]:
    """The marks of every unit, as they are after the check."""
    told = findings.select(["finding_id", "finding_key", "rule_id", "file_hash", *SUBJECT, "cell"]).to_pandas()
    told = told.assign(unit=_units_of(whole, told))
    decided = decision_marks(told, whole.decisions, told["unit"])
    loose = told[told["file_hash"].isna()].groupby("unit")["finding_id"].agg(tuple).to_dict()
    return {
        unit: KeptUnit(mark, asked.met.get(unit, ""), decided.get(unit, ""), loose.get(unit, ()))
        for unit, mark in own.items()
    }


def _units_of(whole: _Lake, findings: pd.DataFrame) -> pd.Series:
    """Whose each of the ``findings`` is; one of no committee is of the event at whose number it stands, or of none."""
    events = whole.reference["organization_events"]
    places = whole.reference.places_of("organization_events")
    cells = [places.of(int(row), "members_moved").cell for row in events.index]
    by_cell = dict(zip(cells, whole.units.of_rows(events), strict=True))
    at_events = findings["cell"].where(findings["rule_id"] == whole.rules.by_check[EVENT_CONTRADICTED].id).map(by_cell)
    of_nobody = findings["committee_code"].isna() & findings["organization_code"].isna()
    elsewhere = whole.units.of_rows(findings).mask(of_nobody, at_events.astype(object).fillna(REGISTERS))
    return whole.units.of_files(findings["file_hash"]).where(findings["file_hash"].notna(), elsewhere)


def _counted(rows: pa.Table, column: str) -> dict[str, int]:
    return {str(one["values"]): int(one["counts"]) for one in pc.value_counts(rows[column]).to_pylist()}
