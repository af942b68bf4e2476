"""Runs of the command line, told to the instance of the service: its assets and checks are those of the deployment.

`khoi run` starts this module once it is done, where the deployment has an instance (`khoi.service.reporting`), and
hands over what it did as JSON. Nothing is computed anew but the checks, and no definition is loaded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from khoi.deployment.home import Home
from khoi.deployment.quiet import keep_quiet
from khoi.gate.hold import recorded_gate
from khoi.service.supervisor import CannotServe
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import published_version
from orchestration.checks import ALL, gate_result, publish_gate
from orchestration.deployment import Deployment
from orchestration.instance import records
from orchestration.metadata import (
    CHECKED,
    LANDED,
    REFERENCE,
    ROWS,
    Facts,
    keys,
    of_arrivals,
    of_check,
    of_copies,
    of_letters,
    of_pages,
    of_partitions,
    of_publication,
    untold,
)
from orchestration.partitions import keep_current

Event = dg.AssetMaterialization | dg.AssetCheckEvaluation
Run = Mapping[str, Any]
"""The fields of `khoi.run_report.RunReport`; ``gate`` alone is given where the gate was closed."""
_LAYERS = ("seeds", "staging", "intermediate", "marts")
_WHO = {"khoi/by": "command-line"}


def main() -> None:
    """What a run did, from standard input, to the instance that DAGSTER_HOME names."""
    keep_quiet()
    home = Home.from_environment()
    try:
        with records() as instance:
            tell(instance, home, json.load(sys.stdin))
    except CannotServe as error:
        sys.exit(str(error))


def tell(instance: dg.DagsterInstance, home: Home, run: Run) -> int:
    """Tell ``instance`` what ``run`` did. Returns how many events it took."""
    keep_current(instance, home.reference())
    events = list(_events(instance, home, run))
    for event in events:
        instance.report_runless_asset_event(event)
    return len(events)


def _events(instance: dg.DagsterInstance, home: Home, run: Run) -> Iterator[Event]:
    if run.get("received"):
        yield from _made(keys("landed", LANDED), of_arrivals(run["received"], len(run["mended"])))
        written = {(one["committee_code"], one["period_code"]) for one in run["normalised"]}
        yield from of_partitions(home, written | untold(instance, home))
    if run.get("checked"):
        yield from _made(keys("reference", REFERENCE), {})
        yield from _made(keys("checked", CHECKED), of_check(run["checked"]))
        yield from _checks(home, "checked")
    if run.get("returned"):
        yield from _made([dg.AssetKey(["returned", "workbooks"])], of_copies(run["returned"], home))
    if run.get("gate"):
        yield from _gate(home)
    if run.get("published"):
        yield from _published(home)
    if run.get("letters"):
        yield from _made([dg.AssetKey(["outbox", "letters"])], of_letters(run["letters"], home))


def _made(assets: Iterable[dg.AssetKey], facts: Facts) -> Iterator[Event]:
    for key in assets:
        yield dg.AssetMaterialization(key, metadata=facts, tags=_WHO)


def _published(home: Home) -> Iterator[Event]:
    """The tables of the warehouse with their rows, the publication, its pages and the checks of both."""
    version = published_version(home)
    if version is None:
        return
    with open_published(home) as connection:
        tables = connection.execute(
            f"select schema_name, table_name, estimated_size from duckdb_tables() where schema_name in {_LAYERS}"
        ).fetchall()
    for layer, name, rows in tables:
        yield from _made([dg.AssetKey(["warehouse", layer, name])], {ROWS: rows})
    yield from _made([dg.AssetKey(["published", "warehouse"])], of_publication(version, home))
    pages = of_pages(home.reports / "quality" / "index.html")
    yield from _made([dg.AssetKey(["published", "quality_report"])], pages)
    yield from _checks(home, "published")


def _checks(home: Home, stage: str) -> Iterator[Event]:
    """The checks of a stage's assets, made now."""
    for check in ALL:
        for spec in check.check_specs:
            if spec.asset_key.path[0] == stage:
                yield _evaluation(spec, check(deployment=Deployment(root=str(home.root))))


def _gate(home: Home) -> Iterator[Event]:
    """The gate as it was held, which is never held for the sake of being told."""
    report = recorded_gate(home)
    if report is not None:
        for spec in publish_gate.check_specs:
            yield _evaluation(spec, gate_result(report))


def _evaluation(spec: dg.AssetCheckSpec, result: Any) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=bool(result.passed),
        metadata=result.metadata,
        severity=result.severity,
        description=spec.description,
    )


if __name__ == "__main__":
    main()
