"""Runs of the command line in the UI: the same assets, checks and counts, told to the instance that is there."""

from __future__ import annotations

import json

import dagster as dg
import pytest
from khoi_deployment import Deployment

from khoi import stages
from khoi.service import reporting
from khoi.service.settings import write_settings
from orchestration.definitions import definitions_for
from orchestration.reported import tell

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Published by the command line; one workbook is returned, one file is no workbook, one is missing."""
    made = Deployment(tmp_path_factory.mktemp("reported") / "khoi")
    made.write("ZZ-001", "2021H1", 20, 2)
    made.write("ZZ-002", "2021H1", 30, 0, CLOSE=31)
    (made.home.inbox / "thư.xlsx").symlink_to(made.home.inbox / "nowhere.xlsx")
    return made


@pytest.fixture(scope="module")
def told(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> dg.DagsterInstance:
    """An instance that was told of the run as the command line hands it over."""
    report = stages.run(deployment.home, settle_seconds=0)
    as_handed_over = json.loads(json.dumps(reporting.asdict(report), default=reporting._plain))
    instance = dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("instance")))
    tell(instance, deployment.home, as_handed_over)
    return instance


def latest(instance: dg.DagsterInstance, *key: str) -> dg.AssetMaterialization:
    record = instance.fetch_materializations(dg.AssetKey(list(key)), limit=1).records[0]
    assert record.asset_materialization is not None
    return record.asset_materialization


def test_every_asset_of_the_definitions_is_made_and_none_besides(
    deployment: Deployment, told: dg.DagsterInstance
) -> None:
    graph = definitions_for(deployment.home).resolve_asset_graph()
    assert set(told.all_asset_keys()) == set(graph.get_all_asset_keys())


def test_partitions_have_their_own_counts_and_assets_their_rows_links_and_refused_files(
    told: dg.DagsterInstance,
) -> None:
    observations = latest(told, "normalised", "observations")
    assert observations.partition == "ZZ|2021H1"
    assert observations.metadata["dagster/row_count"].value
    arrived = latest(told, "landed", "submissions").metadata
    assert arrived["new"].value == 2
    assert "thư.xlsx" in str(arrived["not received"])
    marts = latest(told, "warehouse", "marts", "rpt_completeness").metadata
    assert marts["dagster/row_count"].value == 4
    published = latest(told, "published", "warehouse").metadata
    assert published["pages"].value == "/khoi-pages/index.html"
    assert "ZZ-002" in str(published["organizations of the last period"])
    assert "returned" in str(published["organizations of the last period"])


def test_checks_are_told_with_the_severity_they_mean(deployment: Deployment, told: dg.DagsterInstance) -> None:
    graph = definitions_for(deployment.home).resolve_asset_graph()
    ours = [key for key in graph.asset_check_keys if key.asset_key.path[0] in ("checked", "published")]
    assert len(ours) == 4
    for key in ours:
        (record,) = told.event_log_storage.get_asset_check_execution_history(key, limit=5)
        evaluation = record.event.dagster_event.event_specific_data
        if key.name == "no_hard_findings":
            assert not evaluation.passed
            assert evaluation.severity is dg.AssetCheckSeverity.ERROR


def test_without_an_instance_nothing_is_started(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting.subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))
    assert reporting.tell_closed_gate(deployment.home) is None


@pytest.mark.slow
def test_the_command_line_tells_an_instance_that_is_there(deployment: Deployment, told: dg.DagsterInstance) -> None:
    folder = write_settings(deployment.home)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        instance.get_runs(limit=1)
        (folder / "history").mkdir(exist_ok=True)
    assert reporting.has_instance(deployment.home)
    assert reporting.tell_closed_gate(deployment.home) is None
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert instance.get_dynamic_partitions("committee_and_period") == ["ZZ|2021H1", "ZZ|2021H2"]
    (folder / "dagster.yaml").write_text("nonsense: [", encoding="utf-8")
    assert reporting.tell_closed_gate(deployment.home), "told, and no reason for a run to fail"
