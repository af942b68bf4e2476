"""Vintages: what every publication said, kept for good beside the few warehouses that are kept whole.

    published/<version>/manifest.json         when, of which inputs (a fingerprint of every kind,
                                              `khoi.deployment.fingerprint.InputKind`)
    published/<version>/figures.parquet       every committee figure: measure@COMMITTEE@PERIOD and published figures
    published/<version>/cells.parquet         the cells that measures add up, as submitted and as counted
    published/<version>/terms.parquet         how measures add them up
    published/<version>/measures.parquet      their names, and what a ratio is a ratio of
    published/<version>/corrections.parquet   decided corrections and whether they held
    published/<version>/workbooks.parquet     every file received by then, and which ones counted

That is enough to say what any figure was and, for two publications, why it changed (`khoi.figures.revisions`).
"""

from __future__ import annotations

import difflib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.durable import move
from khoi.deployment.home import Home
from khoi.warehouse.errors import NewerPublication, WarehouseError, require_known
from khoi.warehouse.pointer import read_pointer
from khoi.warehouse.versions import begin_making, made_of

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_MANIFEST = "manifest.json"
SCHEMA = 2
_TABLES = {
    "figures": """
        select concat_ws('@', measure_code, committee_code, period_code) as figure, committee_code, period_code,
            measure_code, value, numerator, denominator, organizations_counted, organizations_expected
        from marts.rpt_committee_measures where value is not null
        union all by name
        select figure_id as figure, committee_code, measure_code,
            coalesce(warehouse_value, warehouse_pct) as value,
            case when warehouse_denominator is not null then warehouse_value end as numerator,
            warehouse_denominator as denominator
        from marts.rpt_published_figures where coalesce(warehouse_value, warehouse_pct) is not null
        order by figure""",
    "cells": """
        with cells as (
            select committee_code, organization_code, period_code, cell_code, value, submitted_value
            from marts.fct_observations
            union all
            select committee_code, organization_code, period_code, cell_code, sum(value), sum(value)
            from marts.fct_register_observations group by all
        )
        select * from cells
        where cell_code in (select cell_code from marts.bridge_measure_terms)
            and (coalesce(value, 0) != 0 or coalesce(submitted_value, 0) != 0)""",
    "terms": "select measure_code, cell_code, coefficient from marts.bridge_measure_terms order by all",
    "measures": """
        select measure_code, label_vi, label_en, numerator_measure, denominator_measure
        from marts.dim_measures order by measure_code""",
    "corrections": """
        select organization_code, period_code, correction_id, cell_code, file_hash, status, new_value
        from marts.fct_corrections order by all""",
    "workbooks": """
        select file_hash, committee_code, organization_code, period_code, received_at, submission_state, is_current
        from marts.fct_submissions order by file_hash""",
}


@dataclass(frozen=True)
class Vintage:
    """One publication. ``fingerprints``: of its inputs by kind (`khoi.deployment.fingerprint.InputKind`).

    ``number`` counts a deployment's publications from 1; ``accepted_break``: why the gate was opened all the same.
    """

    version: str
    published_at: str
    fingerprints: dict[str, str]
    workbooks_received: int
    workbooks_counted: int
    number: int = 0
    accepted_break: str | None = None
    schema: int = SCHEMA


def keep_vintage(
    home: Home,
    warehouse: Path,
    version: str,
    published_at: str,
    inputs: Mapping[str, str],
    number: int = 0,
    accepted_break: str | None = None,
) -> Vintage:
    """Write what the finished ``warehouse`` says to ``published/<version>/``, which appears whole or not at all.

    ``inputs``: the fingerprints of what it was built from, by kind.
    """
    from khoi.deployment.memory import spill_folder

    said = made_of(_SayIn(spill_folder(home)), warehouse, is_ours=True)
    try:
        vintage = Vintage(version, published_at, dict(inputs), said.received, said.counted, number, accepted_break)
        (said.folder / _MANIFEST).write_text(json.dumps(asdict(vintage), indent=2), encoding="utf-8")
        move(said.folder, home.published / version)
    finally:
        shutil.rmtree(said.folder, ignore_errors=True)
    return vintage


def begin_vintage(home: Home, warehouse: Path) -> None:
    """Let what the finished ``warehouse`` says be written while the gate holds it; outside of a run, nothing."""
    from khoi.deployment.memory import spill_folder

    begin_making(_SayIn(spill_folder(home)), warehouse, is_ours=True)


@dataclass(frozen=True)
class _Said:
    """What a warehouse says, in ``folder``; workbooks ``received`` and ``counted``."""

    folder: Path
    received: int
    counted: int


@dataclass(frozen=True)
class _SayIn:
    """Writes what a warehouse says into a new folder below ``place``."""

    place: Path

    def __call__(self, warehouse: Path) -> _Said:
        from ingest.database import attached

        folder = self.place / f"said.{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with attached(warehouse) as connection:
            for name, sql in _TABLES.items():
                target = str(folder / f"{name}.parquet").replace("'", "''")
                connection.execute(f"copy ({sql}) to '{target}' (format parquet, compression zstd)")
            received, counted = connection.execute(
                "select count(*), count(*) filter (is_current) from marts.fct_submissions"
            ).fetchall()[0]
        return _Said(folder, received, counted)


def vintages(home: Home) -> list[Vintage]:
    """Every publication, the oldest first; one of an edition without numbers counts on from the one before.

    Raises WarehouseError where a manifest is damaged: what was published is nowhere else; NewerPublication where a
    newer khoi wrote it.
    """
    kept: list[Vintage] = []
    for path in sorted(home.published.glob(f"*/{_MANIFEST}")):
        vintage = _read(path)
        number = vintage.number or (kept[-1].number if kept else 0) + 1
        kept.append(replace(vintage, number=number))
    return kept


def next_number(home: Home) -> int:
    """The number of the next publication: one more than the highest there is, damaged ones counted.

    Raises NewerPublication where a newer khoi published: nothing is published over what is not understood.
    """
    numbers = [0]
    for path in sorted(home.published.glob(f"*/{_MANIFEST}")):
        number = 0
        try:
            number = _read(path).number
        except NewerPublication:
            raise
        except WarehouseError:
            pass  # it was one, whatever its number
        numbers.append(number or numbers[-1] + 1)
    return max(numbers) + 1


def _read(path: Path) -> Vintage:
    """The manifest at ``path``; fields that are not ours are passed over. Raises WarehouseError where it is none."""
    try:
        record = json.loads(path.read_bytes())
        require_known(path, int(record.get("schema", 1)), SCHEMA)
        known = {field.name: record[field.name] for field in fields(Vintage) if field.name in record}
        vintage = Vintage(**known)
    except (AttributeError, ValueError, TypeError, KeyError) as error:
        raise WarehouseError(
            f"{path}: bản ghi của lần công bố bị hỏng; hãy phục hồi từ bản sao lưu (`khoi restore`) / the record of "
            "this publication is damaged; restore it from the backup"
        ) from error
    if not isinstance(vintage.version, str) or not isinstance(vintage.fingerprints, dict):
        raise WarehouseError(f"{path}: bản ghi của lần công bố bị hỏng / the record of this publication is damaged")
    return vintage


def vintage_named(home: Home, name: str) -> Vintage:
    """The publication ``name`` names: a number, a version or the beginning of one, ``current`` or ``previous``.

    ``current`` is the one people read, ``previous`` the one before it.

    Raises WarehouseError where there is none, or more than one.
    """
    kept, current = vintages(home), read_pointer(home.published)
    last = next((place for place, vintage in enumerate(kept) if vintage.version == current), len(kept) - 1)
    by_place = {"current": kept[last : last + 1], "previous": kept[max(last - 1, 0) : last]}
    by_number = [vintage for vintage in kept if str(vintage.number) == name]
    found = by_place.get(name) or by_number or [vintage for vintage in kept if vintage.version.startswith(name)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(vintage.version for vintage in (found or kept)[-5:]) or "–"
    raise WarehouseError(
        f"{name}: không chỉ rõ một lần công bố; xem `khoi published` / names no one publication: {listed}"
    )


def open_vintages(home: Home, *chosen: Vintage) -> duckdb.DuckDBPyConnection:
    """A connection with the tables of each chosen publication in the schemas ``v0``, ``v1``, ... and nothing else."""
    from ingest.database import open_database

    connection = open_database()
    for number, vintage in enumerate(chosen):
        connection.execute(f"create schema v{number}")
        for name in _TABLES:
            path = str(home.published / vintage.version / f"{name}.parquet")
            connection.read_parquet(path).create(f"v{number}.{name}")
    return connection


def figure_history(home: Home, figure: str) -> pd.DataFrame:
    """One row per publication that knew ``figure`` (measure@COMMITTEE@PERIOD or a published figure's id).

    Columns: version, published_at, figure, value (percent for a ratio), numerator, denominator,
    organizations_counted, organizations_expected. Raises WarehouseError where no publication knew it.
    """
    import pandas as pd

    parts = []
    known: list[str] = []
    for vintage in vintages(home):
        figures = pd.read_parquet(home.published / vintage.version / "figures.parquet")
        known = figures["figure"].tolist()
        rows = figures[figures["figure"].str.lower() == figure.lower()]
        parts.append(rows.assign(version=vintage.version, published_at=vintage.published_at))
    history = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["figure"])
    if history.empty:
        near = ", ".join(difflib.get_close_matches(figure, known, n=3, cutoff=0.4)) or "–"
        raise WarehouseError(
            f"{figure}: chưa lần công bố nào có số này; gần nhất: {near}\n"
            f"{figure}: no publication knew it; nearest: {near}"
        )
    shown = ["version", "published_at", "figure", "value", "numerator", "denominator"]
    return history[[*shown, "organizations_counted", "organizations_expected"]]
