"""What is told of each asset, whoever made it: how many rows, which files were refused, where its pages stand.

The same words for a run of Dagster (`orchestration.assets`) and for one of the command line (`orchestration.reported`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from duckdb import DuckDBPyConnection

from ingest.lake import Stage, tables_of
from ingest.normalise.written import normalised_pairs, rows_of
from khoi.deployment.home import Home
from khoi.reports.quality.layout import page_name
from khoi.service.settings import PAGES
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import PublishedVersion
from orchestration.partitions import Pair, key_of

Facts = dict[str, Any]
LANDED, NORMALISED, CHECKED, REFERENCE = (tuple(table.name for table in tables_of(stage)) for stage in Stage)
ROWS = "dagster/row_count"
"""The name under which Dagster draws rows over time."""
_LISTED = 200


def keys(stage: str, tables: Sequence[str]) -> list[dg.AssetKey]:
    """The asset keys of a stage's tables."""
    return [dg.AssetKey([stage, table]) for table in tables]


def page(path: str = "index.html") -> dg.MetadataValue:
    """A link to one of the quality pages, which the service serves beside the UI."""
    return dg.MetadataValue.url(f"/{PAGES}/{path}")


def of_arrivals(report: Mapping[str, Any], mended: int) -> Facts:
    """Counts of one pass over the inbox, and the names of what was refused or still waits, with the reason."""
    counts = {name: int(report[name]) for name in ("new", "known", "waiting", "repeated", "refused", "reidentified")}
    refused = [
        {"file": one["name"], "vì sao": one["reason_vi"], "why": one["reason_en"]} for one in report["refused_files"]
    ]
    waiting = [{"file": name, "vì sao": "đang ghi", "why": "still being written"} for name in report["waiting_files"]]
    return {**counts, "mended": mended, **listed("not received", [*refused, *waiting])}


def listed(name: str, rows: Sequence[Mapping[str, Any]]) -> Facts:
    """Rows as a table of the UI, the first ones where there are many; nothing where there are none."""
    if not rows:
        return {}
    records = [dg.TableRecord({key: _plain(value) for key, value in row.items()}) for row in rows[:_LISTED]]
    columns = [dg.TableColumn(column) for column in rows[0]]
    left = {f"{name}: rows left out": len(rows) - _LISTED} if len(rows) > _LISTED else {}
    return {name: dg.MetadataValue.table(records, schema=dg.TableSchema(columns)), **left}


def _plain(value: Any) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else str(value if value is not None else "")


def of_partitions(home: Home, pairs: Iterable[Pair]) -> Iterator[dg.AssetMaterialization]:
    """One materialization a table of each pair, with the rows it holds and a link to its page."""
    for pair in sorted(pairs):
        rows = rows_of(home.lake, pair)
        for table, key in zip(NORMALISED, keys("normalised", NORMALISED), strict=True):
            if table in rows:
                facts: Facts = {ROWS: rows[table], "pages": page(f"committees/{pair[0]}.html")}
                yield dg.AssetMaterialization(key, partition=key_of(pair), metadata=facts)


def untold(instance: dg.DagsterInstance, home: Home) -> set[Pair]:
    """Pairs that lie in the lake and of which the instance was never told."""
    told = instance.get_materialized_partitions(keys("normalised", NORMALISED)[0])
    return {pair for pair in normalised_pairs(home.lake) if key_of(pair) not in told}


def of_check(report: Mapping[str, Any]) -> Facts:
    """How many submissions, in which states; how many findings, of which severity."""
    return {"submissions": report["submissions"], **report["findings"], **report["states"], "pages": page()}


def of_copies(report: Mapping[str, Any], home: Home) -> Facts:
    """How many marked copies lie and were written; where they lie; which are a list alone."""
    unmarked = [{"file": name} for name in report["unmarked"]]
    counts = {name: report[name] for name in ("copies", "written", "removed")}
    return {**counts, "folder": dg.MetadataValue.path(home.returned), **listed("unmarked", unmarked)}


def of_publication(version: PublishedVersion, home: Home) -> Facts:
    """What is read from now on: its number, its size, and per organization of the last period who is in."""
    facts = {
        "version": version.version,
        "number": version.number,
        "size_bytes": version.size_bytes,
        "accepted break": version.accepted_break or "",
        "pages": page(),
    }
    with open_published(home) as connection:
        return {**facts, **listed("organizations of the last period", organizations(connection, LAST_PERIOD))}


def of_pages(index: Path) -> Facts:
    """Where the quality pages stand, on the disk and beside the UI."""
    return {"index": dg.MetadataValue.path(index), "pages": page()}


def of_letters(report: Mapping[str, Any], home: Home) -> Facts:
    """How many letters wait to be sent, and where they lie."""
    return {**report, "folder": dg.MetadataValue.path(home.outbox)}


LAST_PERIOD = "period_code = (select max(period_code) from rpt_completeness where versions_received > 0)"
NOT_COUNTED = "not is_counted"


def organizations(connection: DuckDBPyConnection, which: str) -> list[dict[str, Any]]:
    """One row per organization and period of ``which``, what is missing first: state, timeliness, due date, page."""
    frame = connection.execute(
        "select committee_code, period_code, organization_code, organization_name, state, timeliness, "
        "cast(due_on as varchar) as due_on, cast(first_received_at as varchar) as first_received_at "
        f"from rpt_completeness where {which} order by is_counted, period_code desc, organization_code"
    ).df()
    codes = frame["organization_code"]
    return frame.assign(page=[f"/{PAGES}/organizations/{page_name(code)}" for code in codes]).to_dict("records")
