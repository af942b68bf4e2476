"""Runs that died with their service are told, those of a service that lives are its own to watch."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from filelock import FileLock

from khoi.deployment import Home, create_deployment
from khoi.doctor import State, look
from khoi.service.settings import service_folder, write_address, write_settings
from khoi.service.supervisor import SERVICE_LOCK


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A deployment without registers of anybody, and no service yet."""
    home = Home(tmp_path / "khoi")
    create_deployment(home)
    return home


def runs(home: Home, *statuses: dg.DagsterRunStatus) -> list[str]:
    """Runs of these statuses in Dagster's own records; returns their ids."""
    made = [dg.DagsterRun(job_name="take_in", status=status) for status in statuses]
    folder = service_folder(home)
    folder.mkdir(exist_ok=True)
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        for run in made:
            instance.add_run(run)
    return [run.run_id for run in made]


def test_where_no_service_ever_was_there_is_nothing_to_tell(home: Home) -> None:
    line = look("service_runs", home)
    assert line.state is State.FINE
    assert not service_folder(home).exists()


def test_runs_under_way_without_a_service_are_told_with_the_remedy(home: Home) -> None:
    status = dg.DagsterRunStatus
    dead = runs(home, status.STARTED, status.STARTING, status.CANCELING, status.NOT_STARTED)
    done = runs(home, status.SUCCESS, status.FAILURE, status.CANCELED)
    line = look("service_runs", home)
    assert line.state is State.WARNING
    assert line.found_en.startswith("4 runs")
    assert all(run[:8] in line.found_vi for run in dead)
    assert not any(run[:8] in line.found_vi for run in done)
    assert "khoi serve" in line.remedy_vi


def test_runs_of_a_service_that_lives_are_no_matter_of_the_doctor_s(home: Home) -> None:
    runs(home, dg.DagsterRunStatus.STARTED)
    lock = FileLock(service_folder(home) / SERVICE_LOCK)
    with lock:
        assert look("service_runs", home).state is State.FINE
    assert look("service_runs", home).state is State.WARNING


def test_records_that_cannot_be_read_are_told(home: Home) -> None:
    runs(home, dg.DagsterRunStatus.SUCCESS)
    assert look("service_runs", home).state is State.FINE
    (service_folder(home) / "history" / "runs.db").write_bytes(b"no database" * 100)
    line = look("service_runs", home)
    assert line.state is State.BAD
    assert "runs.db" in line.found_vi


def test_records_that_lie_elsewhere_are_not_looked_at_and_not_denied(home: Home) -> None:
    write_settings(home)
    write_address(home, 3000)
    line = look("service_runs", home)
    assert line.state is State.FINE
    assert "elsewhere" in line.found_en
