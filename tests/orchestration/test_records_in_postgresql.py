"""Dagster's records in PostgreSQL, by an operator's own settings: runs, what died, what is told where it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from khoi_deployment import Deployment
from postgresql_server import ACCOUNT, NEEDED, PACKAGES, PASSWORD, Server, postgresql_server

from khoi.service import reporting
from khoi.service.settings import write_address, write_settings
from orchestration import assets
from orchestration.automation import TAKE_IN
from orchestration.deployment import Turn
from orchestration.instance import records

pytestmark = NEEDED

ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = """telemetry:
  enabled: false
storage:
  postgres:
    postgres_db:
      hostname: 127.0.0.1
      port: {port}
      username: {account}
      password:
        env: KHOI_DAGSTER_PASSWORD
      db_name: postgres
      scheme: postgresql+psycopg2
"""


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    with postgresql_server() as started:
        yield started


@pytest.fixture
def deployment(one_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment whose operator wrote Dagster's settings himself."""
    one_server.reach(monkeypatch)
    made = Deployment(tmp_path / "khoi")
    folder = write_settings(made.home)
    (folder / "dagster.yaml").write_text(_SETTINGS.format(port=one_server.port, account=ACCOUNT), encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    monkeypatch.setenv("KHOI_DAGSTER_PASSWORD", PASSWORD)
    return made


def told_by(role: str, deployment: Deployment, **changes: str) -> subprocess.CompletedProcess[str]:
    """A process of the service, as `khoi serve` starts it."""
    environment = {**os.environ, "KHOI_HOME": str(deployment.home.root), "PYTHONPATH": f"{ROOT}{os.pathsep}{PACKAGES}"}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.process", role],
        cwd=ROOT,
        env={**environment, **changes},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_a_run_of_ours_is_recorded_in_the_database_and_nowhere_else(one_server: Server, deployment: Deployment) -> None:
    deployment.write("ZZ-001", "2021H1", 20, 2)
    with records() as instance:
        turn = Turn(root=str(deployment.home.root))
        done = dg.materialize([assets.landed], instance=instance, resources={"turn": turn})
    assert done.success
    assert one_server.rows(f"select status from runs where run_id = '{done.run_id}'") == [("SUCCESS",)]
    ((event,),) = one_server.rows(
        "select event from event_logs where dagster_event_type = 'ASSET_MATERIALIZATION'"
        f" and run_id = '{done.run_id}' and asset_key = '[\"landed\", \"submissions\"]'"
    )
    assert json.loads(event)["run_id"] == done.run_id
    assert not (deployment.home.root / "dagster" / "history").exists()


def test_the_service_keeps_the_settings_and_settles_what_died(one_server: Server, deployment: Deployment) -> None:
    with records() as instance:
        run = instance.add_run(dg.DagsterRun(job_name=TAKE_IN, status=dg.DagsterRunStatus.STARTED))
    before = (deployment.home.root / "dagster" / "dagster.yaml").read_text(encoding="utf-8")
    write_settings(deployment.home)
    done = told_by("settle", deployment)
    assert done.returncode == 0, done.stderr
    assert one_server.rows(f"select status from runs where run_id = '{run.run_id}'") == [("FAILURE",)]
    assert (deployment.home.root / "dagster" / "dagster.yaml").read_text(encoding="utf-8") == before


def test_the_command_line_tells_records_that_lie_in_the_database(
    one_server: Server, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{PACKAGES}")
    one_server.rows("drop schema public cascade; create schema public")
    assert not reporting.has_instance(deployment.home)
    write_address(deployment.home, 3000)
    assert reporting.has_instance(deployment.home)
    assert reporting.tell_closed_gate(deployment.home) is None
    partitions = one_server.rows("select partition from dynamic_partitions order by 1")
    assert partitions == [("ZZ|2021H1",), ("ZZ|2021H2",)]
    monkeypatch.delenv("KHOI_DAGSTER_PASSWORD")
    told = reporting.tell_closed_gate(deployment.home)
    assert told is not None
    assert "KHOI_DAGSTER_PASSWORD" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"KHOI_DAGSTER_PASSWORD": "Sai-Mat-Khau"}, "password authentication failed"),
        ({"PYTHONPATH": str(ROOT)}, 'pip install "khoi[postgresql]"'),
    ],
)
def test_what_is_the_matter_is_told_in_a_sentence_and_without_the_password(
    deployment: Deployment, changes: dict[str, str], told: str
) -> None:
    done = told_by("settle", deployment, **changes)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert "không mở được nơi Dagster ghi lượt chạy" in last
    assert told in last
    assert "Traceback" not in done.stderr
    assert not any(secret in done.stderr for secret in (PASSWORD, "Sai-Mat-Khau"))
