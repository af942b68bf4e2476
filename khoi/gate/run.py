"""Running the suites over a finished build, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khoi.gate.docs import finish_data_docs, site_config
from khoi.gate.suites import VALUE, ExpectationDeclaration, SuiteDeclaration, declared_suites
from khoi.home import Home
from khoi.quiet import keep_quiet
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.publish import published_file

if TYPE_CHECKING:
    import pandas as pd

_SITE = "khoi"


@dataclass(frozen=True)
class Verdict:
    """One expectation: whether it held, what was seen, and its meaning in both languages."""

    suite: str
    expectation: str
    severity: str
    success: bool
    observed: str
    message_vi: str
    message_en: str


@dataclass(frozen=True)
class GateReport:
    """All verdicts, and the first page of the Data Docs."""

    verdicts: tuple[Verdict, ...]
    index: Path

    @property
    def refused(self) -> tuple[Verdict, ...]:
        """The critical expectations that failed."""
        return tuple(one for one in self.verdicts if not one.success and one.severity == "critical")

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        """The others that failed."""
        return tuple(one for one in self.verdicts if not one.success and one.severity == "warning")


class GateRefused(WarehouseError):
    """The build is not published; the message says what stands against it and what to do."""

    def __init__(self, report: GateReport) -> None:
        lines = [
            "Bản dựng không qua cửa công bố; bản đã công bố vẫn nguyên vẹn.",
            "The build did not pass the gate; what is published is untouched.",
            *(f"  - {one.message_vi} ({one.observed}) / {one.message_en}" for one in report.refused),
            f"Xem / see {report.index}",
            'Nếu thay đổi là chủ ý: khoi run --accept-gate "lý do" / if it is meant, give the reason in this way',
        ]
        super().__init__("\n".join(lines))
        self.report = report


def run_gate(home: Home) -> GateReport:
    """Hold the finished build against every suite and write the Data Docs; nothing is published or refused here."""
    frames = [(suite, frame) for suite in declared_suites() if (frame := _frame(home, suite)) is not None]
    folder = home.reports / "data_docs"
    verdicts = _validate(home.build / "gate", folder, frames)
    return GateReport(tuple(verdicts), finish_data_docs(folder))


def _frame(home: Home, suite: SuiteDeclaration) -> pd.DataFrame | None:
    """The rows a suite looks at; None where it needs a last publication and there is none, or it has no rows."""
    import duckdb

    last = published_file(home)
    if suite.needs_last and last is None:
        return None
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse_file(home).as_posix()}' as build_now (read_only)")
        if last is not None:
            connection.execute(f"attach '{last.as_posix()}' as last (read_only)")
        connection.execute("use build_now")
        try:
            frame = connection.execute(suite.sql).df()
        except duckdb.CatalogException:
            # The last publication was built by an older version that had no such table.
            return None
    frame = frame[frame[VALUE].notna()]
    return None if frame.empty else frame


def _validate(context_folder: Path, docs: Path, frames: list[tuple[SuiteDeclaration, pd.DataFrame]]) -> list[Verdict]:
    keep_quiet()
    import great_expectations as gx

    context_folder.mkdir(parents=True, exist_ok=True)
    context = gx.get_context(mode="file", project_root_dir=str(context_folder))
    context.variables.data_docs_sites = {_SITE: site_config(docs)}
    source = context.data_sources.add_or_update_pandas("build")
    verdicts = []
    for declared, frame in frames:
        suite = gx.ExpectationSuite(name=declared.name)
        for one in declared.expectations:
            suite.add_expectation(_expectation(gx, one))
        suite = context.suites.add_or_update(suite)
        batch = source.add_dataframe_asset(declared.name).add_batch_definition_whole_dataframe("all")
        definition = gx.ValidationDefinition(name=declared.name, data=batch, suite=suite)
        checkpoint = gx.Checkpoint(
            name=declared.name,
            validation_definitions=[context.validation_definitions.add_or_update(definition)],
            actions=[gx.checkpoint.UpdateDataDocsAction(name="docs", site_names=[_SITE])],
        )
        result = context.checkpoints.add_or_update(checkpoint).run(batch_parameters={"dataframe": frame})
        for validation in result.run_results.values():
            verdicts += [_verdict(declared, outcome) for outcome in validation.results]
    return verdicts


def _expectation(gx: Any, declared: ExpectationDeclaration) -> Any:
    notes = {"format": "markdown", "content": [f"{declared.vi} / {declared.en}"]}
    meta = {"notes": notes, "severity": declared.severity, "vi": declared.vi, "en": declared.en}
    kind = getattr(gx.expectations, declared.expect)
    return kind(column=VALUE, meta=meta, severity=declared.severity, **declared.bounds())


def _verdict(suite: SuiteDeclaration, outcome: Any) -> Verdict:
    meta, result = outcome.expectation_config.meta, outcome.result
    seen = result.get("observed_value")
    if seen is None:
        seen = f"{result.get('unexpected_count', 0)}/{result.get('element_count', 0)}"
    return Verdict(
        suite.name,
        outcome.expectation_config.type,
        meta["severity"],
        bool(outcome.success),
        str(seen),
        meta["vi"],
        meta["en"],
    )
