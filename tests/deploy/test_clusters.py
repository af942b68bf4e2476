"""The files for Kubernetes and Celery: Dagster's own libraries of its version accept them, and nothing else in them.

No cluster is started here; what Celery's workers do is tried with two of them over a folder in place of a broker.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from installed_beside import installed_beside
from khoi_deployment import PERIODS, Deployment

from khoi import stages
from khoi.deployment.home import Home
from orchestration.by_partition import BY_PARTITION
from orchestration.executors import executor_file, executor_said

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
EXECUTORS = {"kubernetes": "k8s", "celery": "celery", "multiprocess": "multiprocess"}
needed = pytest.mark.skipif(
    not (installed_beside("clusters", "dagster_k8s") and installed_beside("clusters", "dagster_celery")),
    reason="make clusters installs dagster-k8s and dagster-celery",
)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def refused(config_type: Any, config: Mapping[str, Any]) -> list[str]:
    """What a configuration schema of Dagster's says against ``config``."""
    from dagster._config import process_config
    from dagster._config.field_utils import Shape

    schema = config_type if hasattr(config_type, "kind") else Shape(config_type)
    return [error.message for error in process_config(schema, config).errors or ()]


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a cluster gives its pods."""
    monkeypatch.setenv("DAGSTER_PG_URL", "postgresql://khoi:secret@postgres:5432/dagster")
    monkeypatch.setenv("KHOI_CELERY_BROKER", "redis://redis:6379/0")
    monkeypatch.setenv("KHOI_CELERY_BACKEND", "redis://redis:6379/1")


@needed
@pytest.mark.parametrize("kind", EXECUTORS)
def test_the_executor_takes_its_file_and_no_other_key(kind: str, tmp_path: Path, addresses: None) -> None:
    path = DEPLOY / kind / "executor.yaml"
    assert executor_said(path).name == EXECUTORS[kind]
    said = read(path)
    for wrong in ({"max_parallel": 2}, {"retries": "often"}):
        mistaken = tmp_path / "executor.yaml"
        mistaken.write_text(yaml.safe_dump({**said, "config": {**said["config"], **wrong}}), encoding="utf-8")
        with pytest.raises(dg.DagsterInvalidDefinitionError, match=next(iter(wrong))):
            executor_said(mistaken)


@needed
def test_dagster_takes_the_settings_of_the_pods_and_no_other_key(addresses: None) -> None:
    from dagster._core.instance.config import dagster_instance_config
    from dagster_k8s import K8sRunLauncher
    from dagster_postgres import DagsterPostgresStorage

    said, _ = dagster_instance_config(str(DEPLOY / "kubernetes"))
    launcher, storage = said["run_launcher"], said["storage"]["postgres"]
    assert (launcher["module"], launcher["class"]) == ("dagster_k8s", K8sRunLauncher.__name__)
    assert refused(K8sRunLauncher.config_type(), launcher["config"]) == []
    assert refused(DagsterPostgresStorage.config_type(), storage) == []
    assert "service_account" in refused(K8sRunLauncher.config_type(), {**launcher["config"], "service_account": "x"})[0]
    assert refused(K8sRunLauncher.config_type(), {**launcher["config"], "image_pull_policy": ["Always"]})


@needed
def test_a_pod_is_asked_for_as_the_files_say(addresses: None, tmp_path: Path) -> None:
    """The Kubernetes job that dagster-k8s would make: image, volume and account, and not as root."""
    from dagster_k8s import K8sRunLauncher
    from dagster_k8s.job import construct_dagster_k8s_job

    config = read(DEPLOY / "kubernetes" / "dagster.yaml")["run_launcher"]["config"]
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(NO_CLUSTER), encoding="utf-8")
    outside = {**config, "load_incluster_config": False, "kubeconfig_file": str(kubeconfig)}
    launcher = K8sRunLauncher(**outside)
    run = dg.DagsterRun(job_name="take_in_workbooks")
    container = launcher.get_container_context_for_run(run)
    job = container.get_k8s_job_config(config["job_image"], launcher)
    made = construct_dagster_k8s_job(job, ["dagster", "api"], "khoi-run", container.run_k8s_config).to_dict()
    pod = made["spec"]["template"]["spec"]
    (one,) = pod["containers"]
    assert (one["image"], pod["service_account_name"]) == ("khoi-cluster", "khoi-dagster")
    assert pod["security_context"]["run_as_non_root"] is True
    assert {mount["mount_path"] for mount in one["volume_mounts"]} >= {"/srv/khoi", "/srv/dagster/dagster.yaml"}
    assert {"KHOI_HOME": "/srv/khoi"}.items() <= {said["name"]: said["value"] for said in one["env"]}.items()


NO_CLUSTER = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "none",
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
    "clusters": [{"name": "none", "cluster": {"server": "http://127.0.0.1:9"}}],
    "users": [{"name": "none", "user": {}}],
}


def test_the_workers_are_told_what_the_runs_are_told() -> None:
    worker, executor = (read(DEPLOY / "celery" / name) for name in ("worker.yaml", "executor.yaml"))
    assert worker["execution"]["config"] == executor["config"]


def test_the_libraries_are_those_of_this_dagster() -> None:
    pins = (ROOT / "tests" / "support" / "clusters" / "requirements.txt").read_text(encoding="utf-8")
    versions = dict(re.findall(r"^(dagster-\w+)==(\S+)", pins, re.MULTILINE))
    assert versions == dict.fromkeys(
        ("dagster-k8s", "dagster-celery", "dagster-postgres"), metadata.version("dagster-dbt")
    )


def test_the_image_of_clusters_adds_known_sums_to_the_first_and_is_not_root() -> None:
    lines = (DEPLOY / "docker" / "cluster.Dockerfile").read_text(encoding="utf-8").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    assert steps[0] == ["FROM", "khoi"]
    assert [rest for instruction, rest in steps if instruction == "USER"][-1] == "khoi"
    for instruction, rest in steps:
        if instruction == "COPY":
            assert (ROOT / rest.split()[0]).exists()
        if instruction == "RUN":
            subprocess.run(["sh", "-n", "-c", rest], check=True)
    assert any("--require-hashes" in rest for instruction, rest in steps if instruction == "RUN")


def celery_over(folder: Path) -> dict[str, Any]:
    """Celery's configuration with folders in place of a broker."""
    places = {name: str(folder / name) for name in ("queue", "done", "control", "answers")}
    for place in places.values():
        Path(place).mkdir(parents=True, exist_ok=True)
    options = {"data_folder_in": places["queue"], "data_folder_out": places["queue"]}
    options |= {"processed_folder": places["done"], "control_folder": places["control"]}
    said = read(DEPLOY / "celery" / "executor.yaml")["config"]
    source = {**said["config_source"], "broker_transport_options": options}
    return {**said, "broker": "filesystem://", "backend": f"file://{places['answers']}", "config_source": source}


@needed
@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Celery does not run on Windows")
def test_workers_of_celery_come_to_what_one_process_comes_to(tmp_path: Path) -> None:
    """Four partitions as tasks that two processes of a worker take; a folder stands for the broker."""
    import dagster_celery

    deployment = Deployment(tmp_path / "khoi", committees=("AA", "ZZ"))
    home = deployment.home
    for committee in ("AA", "ZZ"):
        for period, opening in zip(PERIODS, (20, 22), strict=True):
            deployment.write(f"{committee}-001", period, opening, 2)
    stages.receive(home, settle_seconds=0)
    shutil.copytree(home.root, tmp_path / "one")
    stages.normalise(Home(tmp_path / "one"))
    config = celery_over(tmp_path)
    said = {"executor": "dagster_celery.celery_executor", "config": config}
    executor_file(home).write_text(yaml.safe_dump(said), encoding="utf-8")
    (tmp_path / "worker.yaml").write_text(yaml.safe_dump({"execution": {"config": config}}), encoding="utf-8")
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        assert instance.get_runs_count() == 0, "worker and run would make the tables of SQLite at the same time"
    beside = Path(dagster_celery.__file__).parents[1]
    environment = {
        **os.environ,
        "KHOI_HOME": str(home.root),
        "DAGSTER_HOME": str(tmp_path / "dagster"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(beside)]),
        "PATH": os.pathsep.join([str(beside / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    start = [sys.executable, str(beside / "bin" / "dagster-celery"), "worker", "start", "-A", "dagster_celery.app"]
    start += ["-y", str(tmp_path / "worker.yaml"), "-q", "dagster", "--", "--concurrency=2", "--without-mingle"]
    execute = [sys.executable, "-m", "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", BY_PARTITION]
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(start, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            done = subprocess.run(execute, env=environment, capture_output=True, timeout=180, check=False)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
    assert done.returncode == 0, (tmp_path / "worker.log").read_text(encoding="utf-8")[-3_000:]
    assert (tmp_path / "worker.log").read_text(encoding="utf-8").count("STEP_SUCCESS") == 5, "one that lists, four"
    assert tables(home) == tables(Home(tmp_path / "one"))
    assert len(tables(home)) == 12


def tables(home: Home) -> dict[str, bytes]:
    """Every table of every partition, to the byte."""
    folder = home.lake / "normalised"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}
