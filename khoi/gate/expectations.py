"""Great Expectations over the summaries: a suite and a page of Data Docs per summary, an outcome per expectation."""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from khoi.gate.data_docs import publish_docs
from khoi.gate.outcome import Outcome
from khoi.gate.suites import Expected, Suite
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import pandas as pd

_SITE = "gate"


def begin_loading() -> None:
    """Load Great Expectations, which takes seconds, while dbt works; where that fails, `validate` says why."""
    Thread(target=_load, name="great_expectations").start()


def _load() -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with suppress(Exception):
        import great_expectations  # noqa: F401


def validate(frames: list[tuple[Suite, pd.DataFrame]], docs: Path) -> list[Outcome]:
    """One outcome per expectation of every suite, in their order; writes the Data Docs into ``docs``."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        context.add_data_docs_site(_SITE, _site(Path(folder)))
        source = context.data_sources.add_pandas("marts")
        for suite, frame in frames:
            result = _checkpoint(context, source, suite).run(batch_parameters={"dataframe": frame})
            (validation,) = result.run_results.values()
            by_id = {one.expectation_config.meta["id"]: one for one in validation.results}
            outcomes += [_outcome(suite, expected, by_id[expected.id], frame) for expected in suite.expectations]
        context.build_data_docs(site_names=[_SITE])
        publish_docs(Path(folder), docs, [suite for suite, _ in frames], outcomes)
    return outcomes


def _site(folder: Path) -> Any:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
    }


def _checkpoint(context: Any, source: Any, suite: Suite) -> Any:
    import great_expectations as gx

    batch = source.add_dataframe_asset(suite.suite).add_batch_definition_whole_dataframe("all")
    expectations = [_expectation(expected) for expected in suite.expectations]
    declared = context.suites.add(gx.ExpectationSuite(suite.suite, expectations=expectations))
    definition = gx.ValidationDefinition(name=suite.suite, data=batch, suite=declared)
    return context.checkpoints.add(
        gx.Checkpoint(
            name=suite.suite,
            validation_definitions=[context.validation_definitions.add(definition)],
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["subject"]},
        )
    )


def _expectation(expected: Expected) -> Any:
    import great_expectations as gx

    kind = getattr(gx.expectations, "".join(part.capitalize() for part in expected.type.split("_")))
    arguments = dict(expected.arguments) | ({"column": expected.column} if expected.column else {})
    limits = ", ".join(f"{name} {value}" for name, value in expected.arguments.items())
    told = f"{expected.id} ({expected.severity}). {expected.title.vi} / {expected.title.en}."
    try:
        return kind(
            **arguments,
            severity=expected.severity,
            description=f"{told} {expected.reason} [{expected.column or 'table'}: {limits}]",
            meta={"id": expected.id},
        )
    except (TypeError, ValueError) as error:
        raise WarehouseError(
            f"Cổng công bố, {expected.id}: đối số của {expected.type} sai / its arguments are wrong: {error}"
        ) from error


def _outcome(suite: Suite, expected: Expected, result: Any, frame: pd.DataFrame) -> Outcome:
    return Outcome(
        id=expected.id,
        suite=suite.suite,
        severity=expected.severity,
        title_vi=expected.title.vi,
        title_en=expected.title.en,
        reason=expected.reason,
        met=bool(result.success),
        compared=int(frame[expected.column].notna().sum()) if expected.column else len(frame),
        unmet=[] if result.success else _unmet(expected, result),
    )


def _unmet(expected: Expected, result: Any) -> list[str]:
    """Subjects with what was seen; one text where the whole column is meant or nothing could be computed."""
    rows = result.result.get("unexpected_index_list")
    if rows:
        return sorted(f"{row['subject']} = {_short(row.get(expected.column))}" for row in rows)
    if "observed_value" in result.result:
        return [f"{expected.column or 'rows'} = {_short(result.result['observed_value'])}"]
    raised = next(iter((result.exception_info or {}).values()), None)
    return [str(raised.get("exception_message") if isinstance(raised, dict) else raised or "not computed")]


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
