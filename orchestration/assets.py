"""The stages as assets: the stage is prefix and group, the tables it hands over are the keys."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import dagster as dg

from ingest.lake import mend
from khoi import stages
from orchestration.deployment import Turn
from orchestration.metadata import (
    CHECKED,
    LANDED,
    NORMALISED,
    REFERENCE,
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
from orchestration.partitions import SUBMISSIONS, keep_current, key_of, pairs

_SETTLED_SECONDS = 5.0


def _specs(stage: str, tables: Sequence[str], *, deps: Sequence[dg.AssetKey] = ()) -> list[dg.AssetSpec]:
    return [dg.AssetSpec(key, deps=deps, group_name=stage, kinds={"parquet"}) for key in keys(stage, tables)]


def _results(stage: str, tables: Sequence[str], metadata: Facts) -> Iterator[dg.MaterializeResult]:
    for key in keys(stage, tables):
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


@dg.multi_asset(specs=_specs("landed", LANDED), description="Files of the inbox: landed, read, identified.")
def landed(turn: Turn) -> Iterator[dg.MaterializeResult]:
    """Receive what is new in the inbox; what the lake has lost is read again."""
    mended = mend(turn.home.lake)
    report = stages.receive(turn.home, context=turn.context, settle_seconds=_SETTLED_SECONDS)
    yield from _results("landed", LANDED, of_arrivals(asdict(report), len(mended)))


@dg.multi_asset(specs=_specs("reference", REFERENCE), description="Form and rule catalogue as tables.")
def reference(turn: Turn) -> Iterator[dg.MaterializeResult]:
    """Write the catalogues' tables."""
    stages.write_reference_tables(turn.home, context=turn.context)
    yield from _results("reference", REFERENCE, {})


@dg.multi_asset(
    specs=_specs("normalised", NORMALISED, deps=keys("landed", LANDED)),
    partitions_def=SUBMISSIONS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    description="Cells to canonical tables; a partition whose inputs are unchanged is left as it is.",
)
def normalised(context: dg.AssetExecutionContext, turn: Turn) -> Iterator[dg.MaterializeResult]:
    """Cells to tables: of the partitions a person chose, or of all whose inputs changed.

    A run over everything has no partition of its own: those that were written are told one by one, with their counts.
    """
    keep_current(context.instance, turn.context.reference)
    chosen = pairs(context.partition_keys) if context.has_partition_key or context.has_partition_key_range else None
    reports = stages.normalise(turn.home, context=turn.context, partitions=chosen)
    written = {(report.committee_code, report.period_code) for report in reports} | untold(context.instance, turn.home)
    for event in of_partitions(turn.home, written | (chosen or set())):
        if event.partition in {key_of(pair) for pair in chosen or ()}:
            context.add_asset_metadata(event.metadata, event.asset_key, event.partition)
        else:
            context.log_event(event)
    yield from _results("normalised", NORMALISED, {"partitions": len(reports)})


@dg.multi_asset(
    specs=_specs("checked", CHECKED, deps=[*keys("normalised", NORMALISED), *keys("landed", LANDED)]),
    description="Schemas and rules over the whole lake; the state of every submission.",
)
def checked(turn: Turn) -> Iterator[dg.MaterializeResult]:
    """Check everything in the lake, once all of it is normalised: whatever partitions this run was asked for, and

    whatever calendar was known when the code was loaded.
    """
    stages.normalise(turn.home, context=turn.context)
    report = stages.check(turn.home, context=turn.context)
    yield from _results("checked", CHECKED, of_check(asdict(report)))


@dg.asset(
    key=["returned", "workbooks"],
    group_name="returned",
    deps=[*keys("checked", CHECKED), *keys("normalised", NORMALISED), *keys("landed", LANDED)],
    kinds={"excel"},
)
def returned(turn: Turn) -> dg.MaterializeResult:
    """Marked copies of the workbooks that go back to their senders."""
    report = stages.return_copies(turn.home, context=turn.context)
    return dg.MaterializeResult(metadata=of_copies(asdict(report), turn.home))


def published(marts: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The published warehouse, once all ``marts`` are built; the quality pages and the letters written from it."""

    @dg.asset(key=["published", "warehouse"], group_name="published", deps=marts, kinds={"duckdb"})
    def warehouse(turn: Turn) -> dg.MaterializeResult:
        """The finished build, past the gate and swapped in; readers of the version before are not disturbed."""
        version = stages.swap_in(turn.home)
        return dg.MaterializeResult(metadata=of_publication(version, turn.home))

    @dg.asset(key=["published", "quality_report"], group_name="published", deps=[warehouse], kinds={"html"})
    def quality_report(turn: Turn) -> dg.MaterializeResult:
        """The static quality pages of the published warehouse."""
        index = stages.write_quality_pages(turn.home, context=turn.context)
        return dg.MaterializeResult(metadata=of_pages(index))

    @dg.asset(key=["outbox", "letters"], group_name="outbox", deps=[warehouse], kinds={"text"})
    def letters(turn: Turn) -> dg.MaterializeResult:
        """Reminders and escalations of today, ready to be sent; none says anything of a person."""
        report = stages.write_letters(turn.home, context=turn.context)
        return dg.MaterializeResult(metadata=of_letters(asdict(report), turn.home) if report else {})

    return [warehouse, quality_report, letters]
