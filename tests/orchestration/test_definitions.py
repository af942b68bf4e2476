"""The graph as people see it: which stages feed which, who starts what, and that it works without Dagster's home."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from khoi_deployment import Deployment as TwoOrganizations

from demo.deployment import create_demo_deployment
from khoi import stages
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.warehouse.versions import published_version
from orchestration import metadata
from orchestration.assets import normalised
from orchestration.automation import RAISE_MISSING, TAKE_IN, WRITE_LETTERS, deadlines, inbox
from orchestration.by_partition import BY_PARTITION
from orchestration.definitions import definitions_for
from orchestration.deployment import Deployment, Turn
from orchestration.metadata import NORMALISED, ROWS
from orchestration.partitions import SUBMISSIONS, calendar, keep_current, pairs
from orchestration.warehouse import load_manifest

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
SNAPSHOT = Path(__file__).with_name("stages.txt")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The demo's registers and nothing else; Dagster is given no folder of its own and must not look for one."""
    before = os.environ.pop("DAGSTER_HOME", None)
    home = Home(tmp_path_factory.mktemp("dagster") / "khoi")
    create_demo_deployment(home)
    yield home
    if before is not None:
        os.environ["DAGSTER_HOME"] = before


@pytest.fixture(scope="module")
def definitions(home: Home) -> dg.Definitions:
    """Everything Dagster would load for ``home``."""
    return definitions_for(home)


def test_everything_loads(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_the_stages_feed_each_other_as_drawn(definitions: dg.Definitions) -> None:
    """`stages.txt` is the drawing: one line an edge between groups. Where the change is meant, write it anew."""
    graph = definitions.resolve_asset_graph()
    groups = {key: graph.get(key).group_name for key in graph.get_all_asset_keys()}
    edges = {
        f"{groups[parent]} -> {groups[key]}"
        for key in graph.get_all_asset_keys()
        for parent in graph.get(key).parent_keys
        if groups[parent] != groups[key]
    }
    assert sorted(edges) == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_no_asset_comes_from_nowhere(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable] == []


def test_keys_begin_with_their_stage(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        assert graph.get(key).group_name == ("_".join(key.path[:2]) if key.path[0] == "warehouse" else key.path[0])


def test_the_manifest_is_parsed_once(home: Home, definitions: dg.Definitions) -> None:
    parsed = home.build / "manifest" / "manifest.json"
    before = parsed.stat().st_mtime_ns
    assert load_manifest(home)["nodes"]
    assert parsed.stat().st_mtime_ns == before


def test_partitions_are_the_pairs_that_exist_and_follow_the_calendar(home: Home) -> None:
    reference = home.reference()
    periods = reference["reporting_periods"]
    wanted = set(zip(periods["committee_code"], periods["period_code"], strict=True))
    with dg.DagsterInstance.ephemeral() as instance:

        def known() -> set[tuple[str, str]]:
            return pairs(SUBMISSIONS.get_partition_keys(dynamic_partitions_store=instance))

        assert known() == set()
        keep_current(instance, reference)
        assert known() == calendar(reference) == wanted, "those pairs, and not their grid"
        instance.add_dynamic_partitions(str(SUBMISSIONS.name), ["XX|1999H1"])
        keep_current(instance, reference)
        assert known() == wanted


@pytest.mark.long
def test_an_empty_calendar_has_no_partitions_and_still_loads(tmp_path: Path) -> None:
    new = Home(tmp_path / "new")
    create_deployment(new)
    assert calendar(new.reference()) == set()
    dg.Definitions.validate_loadable(definitions_for(new))


def test_work_starts_one_run_and_none_while_it_is_under_way(tmp_path: Path) -> None:
    home = TwoOrganizations(tmp_path / "khoi").home
    resources = {"deployment": Deployment(root=str(home.root))}
    letter = home.inbox / "biểu.xlsx"
    letter.write_bytes(b"one")
    os.utime(letter, (1_600_000_000, 1_600_000_000))
    with dg.DagsterInstance.ephemeral() as instance:

        def tick(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
            with dg.build_sensor_context(
                instance=instance, cursor=cursor, resources=resources, sensor_name=inbox.name
            ) as context:
                return inbox(context)

        def asked(cursor: str | None) -> tuple[dg.RunRequest, str]:
            result = tick(cursor)
            assert isinstance(result, dg.SensorResult)
            assert result.run_requests
            assert result.cursor
            return result.run_requests[0], result.cursor

        def runs(request: dg.RunRequest, status: dg.DagsterRunStatus) -> None:
            instance.add_run(dg.DagsterRun(job_name=TAKE_IN, tags=request.tags, status=status))

        first, cursor = asked(None)
        assert instance.get_dynamic_partitions(str(SUBMISSIONS.name)) == ["ZZ|2021H1", "ZZ|2021H2"]
        again, _ = asked(cursor)
        assert again.run_key != first.run_key, "the run was never started: it is asked for once more"
        runs(first, dg.DagsterRunStatus.FAILURE)
        told = tick(cursor)
        assert isinstance(told, dg.SkipReason)
        assert "thử lại" in str(told.skip_message)
        letter.write_bytes(b"two")
        os.utime(letter, (1_600_000_001, 1_600_000_001))
        second, cursor = asked(cursor)
        assert second.tags["khoi/work"] != first.tags["khoi/work"], "other work is not held up by what failed"
        runs(second, dg.DagsterRunStatus.STARTED)
        assert isinstance(tick(cursor), dg.SkipReason)


@pytest.mark.parametrize(
    ("morning", "due"), [("2021-07-20", []), ("2021-07-21", ["2021-07-20"]), ("2021-07-28", [])], ids=str
)
def test_the_morning_after_a_deadline_asks_who_is_missing(
    home: Home, tmp_path: Path, morning: str, due: list[str]
) -> None:
    at = dt.datetime.fromisoformat(f"{morning}T07:00:00+07:00")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert [request.tags["khoi/due_on"] for request in asked_for(home, at, instance)] == due


def asked_for(home: Home, at: dt.datetime, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=at, resources={"deployment": Deployment(root=str(home.root))}
    ) as context:
        return [item for item in deadlines(context) if isinstance(item, dg.RunRequest)]


def test_a_deadline_whose_run_failed_is_asked_for_again_the_next_morning(home: Home, tmp_path: Path) -> None:
    first, second = (dt.datetime.fromisoformat(f"2021-07-{day}T07:00:00+07:00") for day in (21, 22))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        (asked,) = asked_for(home, first, instance)
        assert [one.run_key for one in asked_for(home, second, instance)] == [asked.run_key], "once is enough"
        failed = dg.DagsterRun(job_name=RAISE_MISSING, tags=asked.tags, status=dg.DagsterRunStatus.FAILURE)
        instance.add_run(failed)
        assert asked_for(home, second, instance)[0].run_key != asked.run_key


def test_jobs_are_few_and_named_for_what_people_want(definitions: dg.Definitions) -> None:
    jobs = {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    assert jobs == {TAKE_IN, RAISE_MISSING, WRITE_LETTERS, BY_PARTITION}


def test_the_steps_that_a_cluster_gives_more_are_steps_of_ours(definitions: dg.Definitions) -> None:
    file = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes" / "executor.yaml"
    more = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]["per_step_k8s_config"]
    assert set(more) <= {node.name for node in definitions.resolve_job_def(TAKE_IN).nodes}


@pytest.mark.slow
@pytest.mark.long
def test_dagster_does_what_khoi_run_does(tmp_path: Path) -> None:
    deployment = TwoOrganizations(tmp_path / "khoi")
    deployment.write("ZZ-001", "2021H1", 20, 2)
    deployment.write("ZZ-002", "2021H1", 30, 0, CLOSE=31)
    job = definitions_for(deployment.home).resolve_job_def(TAKE_IN)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance)
        told = instance.fetch_materializations(dg.AssetKey(["normalised", "observations"]), limit=5).records
        arrived = instance.fetch_materializations(dg.AssetKey(["landed", "submissions"]), limit=1).records
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    by_partition = {one.partition_key: one.asset_materialization for one in told}
    assert by_partition["ZZ|2021H1"].metadata["dagster/row_count"].value > 0
    assert "ZZ|2021H2" not in by_partition, "nothing came of it"
    assert arrived[0].asset_materialization.metadata["new"].value == 2
    assert not checks["no_hard_findings"].passed
    assert checks["no_hard_findings"].severity is dg.AssetCheckSeverity.ERROR
    assert checks["every_organization_reported"].severity is dg.AssetCheckSeverity.WARN, "due in 2099"
    assert checks["no_hard_findings"].metadata["workbooks"].value == 1
    assert not checks["every_organization_reported"].passed
    assert checks["published_figures_agree"].passed
    version = published_version(deployment.home)
    assert version is not None
    kept = (deployment.home.build / "target" / "partial_parse.msgpack").read_bytes()
    assert str(deployment.home.root).encode() not in kept, "the next run may find the home elsewhere"
    assert not stages.run(deployment.home, settle_seconds=0).changed
    assert published_version(deployment.home) == version


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ({"partition_key": "LD|2021H1"}, {("LD", "2021H1")}),
        ({"tags": {RANGE_START: "LD|2021H1", RANGE_END: "LD|2021H1"}}, {("LD", "2021H1")}),
        ({}, None),
    ],
)
def test_a_run_normalises_the_partitions_that_a_person_chose(
    home: Home, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], chosen: set[tuple[str, str]] | None
) -> None:
    given: list[object] = []

    def normalise(_home: Home, *, context: object, partitions: object) -> list[object]:
        given.append(partitions)
        return []

    lying = {("LD", "2021H1"), ("TV", "2021H1")}
    monkeypatch.setattr(stages, "normalise", normalise)
    monkeypatch.setattr(metadata, "normalised_pairs", lambda _: lying)
    monkeypatch.setattr(metadata, "rows_of", lambda _lake, pair: dict.fromkeys(NORMALISED, 3 if pair in lying else 0))
    with dg.DagsterInstance.ephemeral() as instance:
        keep_current(instance, home.reference())
        resources = {"turn": Turn(root=str(home.root))}
        assert dg.materialize([normalised], instance=instance, resources=resources, **asked).success
        told = instance.fetch_materializations(dg.AssetKey(["normalised", "observations"]), limit=9).records
    assert given == [chosen]
    rows = [(one.partition_key, one.asset_materialization.metadata[ROWS].value) for one in told if one.partition_key]
    assert sorted(rows) == [("LD|2021H1", 3), ("TV|2021H1", 3)], "each once, with its rows"
    pages = {one.asset_materialization.metadata["pages"].value for one in told if one.partition_key}
    assert pages == {"/khoi-pages/committees/LD.html", "/khoi-pages/committees/TV.html"}
