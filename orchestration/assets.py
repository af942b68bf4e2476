"""The stages as assets: the stage is prefix and group, the tables it hands over are the keys."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import dagster as dg

from khoi import stages
from orchestration.deployment import Deployment
from orchestration.partitions import pairs

LANDED = ("cells", "submissions", "received_findings")
NORMALISED = ("observations", "entries", "findings")
CHECKED = (
    *("findings", "submission_states", "rule_outcomes", "register_observations", "corrections"),
    *("answers", "finding_history", "follow_up", "headline_bounds"),
)
REFERENCE = ("form_cells", "form_versions", "aggregate_conditions", "printed_labels", "rules", "rule_terms")
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
def landed(deployment: Deployment) -> Iterator[dg.MaterializeResult]:
    """Receive what is new in the inbox."""
    with deployment.turn() as home:
        report = stages.receive(home, settle_seconds=_SETTLED_SECONDS)
    counts = {"new": report.new, "known": report.known, "waiting": report.waiting, "refused": report.refused}
    yield from _results("landed", LANDED, counts)


@dg.multi_asset(specs=_specs("reference", REFERENCE), description="Form and rule catalogue as tables.")
def reference(deployment: Deployment) -> Iterator[dg.MaterializeResult]:
    """Write the catalogues' tables."""
    with deployment.turn() as home:
        stages.write_reference_tables(home)
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
    def asset(context: dg.AssetExecutionContext, deployment: Deployment) -> Iterator[dg.MaterializeResult]:
        wanted = pairs(context.partition_keys, partitions)
        with deployment.turn() as home:
            reports = stages.normalise(home, partitions=wanted)
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
def checked(deployment: Deployment) -> Iterator[dg.MaterializeResult]:
    """Check everything in the lake."""
    with deployment.turn() as home:
        report = stages.check(home)
    yield from _results("checked", CHECKED, {"submissions": report.submissions, **report.findings, **report.states})


@dg.asset(
    key=["returned", "workbooks"],
    group_name="returned",
    deps=[*keys("checked", CHECKED), *keys("normalised", NORMALISED), *keys("landed", LANDED)],
    kinds={"excel"},
)
def returned(deployment: Deployment) -> dg.MaterializeResult:
    """Marked copies of the workbooks that go back to their senders."""
    with deployment.turn() as home:
        report = stages.return_copies(home)
    return dg.MaterializeResult(metadata=asdict(report))


def published(marts: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The published warehouse, once all ``marts`` are built, and the quality pages written from it."""

    @dg.asset(key=["published", "warehouse"], group_name="published", deps=marts, kinds={"duckdb"})
    def warehouse(deployment: Deployment) -> dg.MaterializeResult:
        """The finished build, past the gate and swapped in; readers of the version before are not disturbed."""
        with deployment.turn() as home:
            version = stages.swap_in(home)
        return dg.MaterializeResult(metadata={"version": version.version, "size_bytes": version.size_bytes})

    @dg.asset(key=["published", "quality_report"], group_name="published", deps=[warehouse], kinds={"html"})
    def quality_report(deployment: Deployment) -> dg.MaterializeResult:
        """The static quality pages of the published warehouse."""
        index = stages.write_quality_pages(deployment.home)
        return dg.MaterializeResult(metadata={"index": dg.MetadataValue.path(index)})

    return [warehouse, quality_report]
