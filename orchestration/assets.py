"""The stages as assets: the stage is prefix and group, the tables it hands over are the keys."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import dagster as dg

from ingest.lake import Stage, mend, tables_of
from khoi import stages
from orchestration.deployment import Turn
from orchestration.partitions import pairs

LANDED, NORMALISED, CHECKED, REFERENCE = (tuple(table.name for table in tables_of(stage)) for stage in Stage)
_SETTLED_SECONDS = 5.0


def keys(stage: str, tables: Sequence[str]) -> list[dg.AssetKey]:
    """The asset keys of a stage's tables."""
    return [dg.AssetKey([stage, table]) for table in tables]


def _specs(stage: str, tables: Sequence[str], *, deps: Sequence[dg.AssetKey] = ()) -> list[dg.AssetSpec]:
    return [dg.AssetSpec(key, deps=deps, group_name=stage, kinds={"parquet"}) for key in keys(stage, tables)]


def _results(stage: str, tables: Sequence[str], metadata: dict[str, int]) -> Iterator[dg.MaterializeResult]:
    for key in keys(stage, tables):
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


@dg.multi_asset(specs=_specs("landed", LANDED), description="Files of the inbox: landed, read, identified.")
def landed(turn: Turn) -> Iterator[dg.MaterializeResult]:
    """Receive what is new in the inbox; what the lake has lost is read again."""
    mended = mend(turn.home.lake)
    report = stages.receive(turn.home, context=turn.context, settle_seconds=_SETTLED_SECONDS)
    counts = {
        "new": report.new,
        "known": report.known,
        "waiting": report.waiting,
        "refused": report.refused,
        "mended": len(mended),
    }
    yield from _results("landed", LANDED, counts)


@dg.multi_asset(specs=_specs("reference", REFERENCE), description="Form and rule catalogue as tables.")
def reference(turn: Turn) -> Iterator[dg.MaterializeResult]:
    """Write the catalogues' tables."""
    stages.write_reference_tables(turn.home, context=turn.context)
    yield from _results("reference", REFERENCE, {})


def normalised(partitions: dg.MultiPartitionsDefinition) -> dg.AssetsDefinition:
    """Cells to tables, one partition a committee and period."""

    @dg.multi_asset(
        name="normalised",
        specs=_specs("normalised", NORMALISED, deps=keys("landed", LANDED)),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="Cells to canonical tables; a partition whose inputs are unchanged is left as it is.",
    )
    def asset(context: dg.AssetExecutionContext, turn: Turn) -> Iterator[dg.MaterializeResult]:
        wanted = pairs(context.partition_keys, partitions)
        reports = stages.normalise(turn.home, context=turn.context, partitions=wanted)
        counts = {
            "partitions": len(reports),
            "workbooks": sum(report.workbooks for report in reports),
            "observations": sum(report.observations for report in reports),
        }
        yield from _results("normalised", NORMALISED, counts)

    return asset


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
    yield from _results("checked", CHECKED, {"submissions": report.submissions, **report.findings, **report.states})


@dg.asset(
    key=["returned", "workbooks"],
    group_name="returned",
    deps=[*keys("checked", CHECKED), *keys("normalised", NORMALISED), *keys("landed", LANDED)],
    kinds={"excel"},
)
def returned(turn: Turn) -> dg.MaterializeResult:
    """Marked copies of the workbooks that go back to their senders."""
    report = stages.return_copies(turn.home, context=turn.context)
    return dg.MaterializeResult(metadata={**asdict(report), "unmarked": list(report.unmarked)})


def published(marts: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The published warehouse, once all ``marts`` are built, and the quality pages written from it."""

    @dg.asset(key=["published", "warehouse"], group_name="published", deps=marts, kinds={"duckdb"})
    def warehouse(turn: Turn) -> dg.MaterializeResult:
        """The finished build, past the gate and swapped in; readers of the version before are not disturbed."""
        version = stages.swap_in(turn.home)
        return dg.MaterializeResult(metadata={"version": version.version, "size_bytes": version.size_bytes})

    @dg.asset(key=["published", "quality_report"], group_name="published", deps=[warehouse], kinds={"html"})
    def quality_report(turn: Turn) -> dg.MaterializeResult:
        """The static quality pages of the published warehouse."""
        index = stages.write_quality_pages(turn.home, context=turn.context)
        return dg.MaterializeResult(metadata={"index": dg.MetadataValue.path(index)})

    return [warehouse, quality_report]
