"""Holding the gate: once per build, between dbt and the swap."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from khoi.deployment.home import Home
from khoi.gate.outcome import GateClosed, GateReport, read_gate, write_gate
from khoi.gate.suites import load_suites
from khoi.gate.summaries import side_by_side, summary
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.versions import is_sound, published_file, published_version


def hold_gate(home: Home, *, accept: str | None = None) -> GateReport:
    """Hold the finished build against the last publication; write its Data Docs into the quality site.

    A build that was held already is not held again. ``accept`` is the reason why a break is intended; it opens the gate
    and is kept with the publication and in ``logs/gate.jsonl``. Raises GateClosed where a critical expectation is not
    met and no reason is given, WarehouseError where there is no build.
    """
    built = warehouse_file(home)
    if not built.is_file():
        raise WarehouseError(f"{built}: chưa dựng kho; hãy chạy `khoi run` / not built yet; run `khoi run`")
    report = _report_of(home, built)
    if accept and report.failures:
        report = replace(report, accepted=accept)
        _note(home, report)
    write_gate(report, _record(home))
    if not report.is_open:
        raise GateClosed(report, data_docs(home) / "index.html")
    return report


def recorded_gate(home: Home) -> GateReport | None:
    """The gate of the last build, published or not; None where none was held."""
    return read_gate(_record(home))


def data_docs(home: Home) -> Path:
    """Where the Data Docs stand in the quality site."""
    return home.reports / "quality" / "data_docs"


def _report_of(home: Home, built: Path) -> GateReport:
    from khoi.gate.expectations import validate

    version = published_version(home)
    if version is not None and not is_sound(home.published, version):
        version = None  # a damaged publication is replaced, and nothing can be held against it
    previous = published_file(home) if version else None
    mark = f"{built.stat().st_mtime_ns}-{built.stat().st_size}"
    compared_with = version.version if version else None
    known = recorded_gate(home)
    if known is not None and (known.build, known.compared_with) == (mark, compared_with):
        return known
    suites = load_suites(home.config / "gate")
    with side_by_side(built, previous) as connection:
        frames = [(suite, summary(connection, suite)) for suite in suites]
    return GateReport(mark, compared_with, validate(frames, data_docs(home)))


def _note(home: Home, report: GateReport) -> None:
    """Keep for good what was accepted and why, one line of ``logs/gate.jsonl`` each."""
    line = {
        "at": dt.datetime.now(dt.UTC).isoformat(),
        "reason": report.accepted,
        "compared_with": report.compared_with,
        "accepted": [one.told() for one in report.failures],
    }
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "gate.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")


def _record(home: Home) -> Path:
    return home.build / "gate.json"
