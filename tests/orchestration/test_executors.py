"""What carries out the steps: the file that says it, and that several processes come to what one comes to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import dagster as dg
import pytest
from khoi_deployment import PERIODS, Deployment

from khoi import stages
from khoi.deployment.home import Home
from khoi.deployment.lock import AnotherRun, held_together, locked
from khoi.object_storage.marts import MARTS, write_marts
from khoi.warehouse.parity import compared
from khoi.warehouse.versions import published_file
from orchestration.automation import TAKE_IN
from orchestration.by_partition import BY_PARTITION
from orchestration.executors import executor_file, executor_of, executor_said

COMMITTEES = ("AA", "BB", "ZZ")
REPOSITORY = Path(__file__).resolve().parents[2]


def says(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


def test_without_a_file_all_steps_are_of_one_process(tmp_path: Path) -> None:
    assert executor_of(Home(tmp_path)) is dg.in_process_executor


def test_a_deployment_chooses_how_many_processes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    says(executor_file(home), "executor: dagster.multiprocess_executor\nconfig: {max_concurrent: 2}\n")
    assert executor_of(home).name == "multiprocess"
    says(executor_file(home), "executor: dagster.in_process_executor\n")
    assert executor_of(home).name == "in_process"


WRONG = {
    "config: {}": "executor",
    "executor: dagster.multiprocess_executor\nconfig: {max: 2}": '"max"',
    "executor: dagster.multiprocess_executor\nconfig: {max_concurrent: two}": "max_concurrent",
    "executor: dagster.multiprocess_executor\nconfigs: {}": "executor, config",
    "executor: dagster.no_such_executor": "no_such_executor",
    "executor: nowhere.executor": "nowhere",
    "executor: executor": "executor",
    "executor: dagster.job": "is no executor",
    "- executor": "executor",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_no_executor_takes_is_refused_with_the_file(text: str, tmp_path: Path) -> None:
    path = says(tmp_path / "executor.yaml", text)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=WRONG[text]) as refused:
        executor_said(path)
    assert str(path) in str(refused.value)


@pytest.mark.skipif(sys.platform == "win32", reason="locks of Windows cannot be shared")
def test_steps_of_one_run_hold_the_deployment_together_and_nobody_besides(tmp_path: Path) -> None:
    home = Deployment(tmp_path / "khoi").home
    with held_together(home), held_together(home):
        with pytest.raises(AnotherRun), locked(home):
            pass
        ending = threading.Timer(0.2, lambda: None)
        ending.start()
    with locked(home), pytest.raises(AnotherRun), held_together(home, wait_seconds=0.1):
        pass
    with locked(home):
        pass


def executed(home: Home, job: str, processes: int) -> str:
    """``job`` as Dagster's own command executes it, with so many processes; what was said."""
    says(executor_file(home), f"executor: dagster.multiprocess_executor\nconfig: {{max_concurrent: {processes}}}\n")
    service = home.root.parent / f"dagster-{home.root.name}"
    says(service / "dagster.yaml", "telemetry:\n  enabled: false\n")
    environment = {
        **os.environ,
        "KHOI_HOME": str(home.root),
        "DAGSTER_HOME": str(service),
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, "-m", "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", job]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-6_000:]
    return done.stdout + done.stderr


def normalised(home: Home) -> dict[str, bytes]:
    """Every table of every partition, to the byte."""
    folder = home.lake / "normalised"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.fixture
def received(tmp_path: Path) -> Home:
    """Three committees with two periods each, received and not normalised."""
    deployment = Deployment(tmp_path / "one", committees=COMMITTEES)
    for number, committee in enumerate(COMMITTEES, 1):
        for period, opening in zip(PERIODS, (20, 22), strict=True):
            deployment.write(f"{committee}-001", period, opening * number, 2)
            deployment.write(f"{committee}-002", period, 30, 0, CLOSE=31)
    stages.receive(deployment.home, settle_seconds=0)
    return deployment.home


def copied(home: Home, name: str) -> Home:
    shutil.copytree(home.root, home.root.parent / name)
    return Home(home.root.parent / name)


@pytest.mark.long
@pytest.mark.parametrize("processes", [2, 4])
def test_partitions_side_by_side_come_to_what_one_process_comes_to(received: Home, processes: int) -> None:
    home = copied(received, "several")
    stages.normalise(received)
    assert len({name.rpartition("/")[0] for name in normalised(received)}) == 6
    said = executed(home, BY_PARTITION, processes)
    assert len({part for part in said.split() if part.startswith("normalise_partition[partition_")}) == 6
    assert normalised(home) == normalised(received)
    assert stages.stale_pairs(home) == []


@pytest.mark.long
def test_the_whole_job_with_a_process_a_step_publishes_the_same_marts(received: Home) -> None:
    home = copied(received, "several")
    stages.run(received, settle_seconds=0)
    executed(home, TAKE_IN, 2)
    write_marts(home)
    marts = {path.stem: str(path) for path in (home.root / MARTS).glob("*.parquet")}
    published = published_file(received)
    assert published is not None
    assert {mart.table: mart.differences for mart in compared(published, marts, "by partition") if not mart.holds} == {}
