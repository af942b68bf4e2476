"""The stages together: only what changed is done, a crash loses nothing, the order of files does not matter."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest
from khoi_deployment import Deployment, published_deployment
from typer.testing import CliRunner

from khoi import stages
from khoi.cli import app
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.deployment.lock import AnotherRun, locked
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import published_version

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Of this module's own: it is run again, and a build of it fails."""
    return published_deployment(tmp_path_factory.mktemp("run") / "khoi")


def members(home: Home) -> dict[tuple[str, str], float]:
    """Members in the published warehouse by organization and period."""
    with open_published(home) as connection:
        rows = connection.execute(
            "select organization_code, period_code, value from fct_measure_values where measure_code = 'members_total'"
        ).fetchall()
    return {(organization, period): value for organization, period, value in rows}


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below ``folder`` with its time and bytes; the lock is no content."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


def test_a_run_publishes_what_the_workbooks_say(published: Deployment) -> None:
    assert members(published.home) == {
        ("ZZ-001", "2021H1"): 22,
        ("ZZ-002", "2021H1"): 30,
        ("ZZ-001", "2021H2"): 23,
    }


def test_every_file_ends_in_one_state(published: Deployment) -> None:
    with open_published(published.home) as connection:
        rows = connection.execute("select file_name, submission_state from fct_submissions order by 1").fetchall()
    assert dict(rows) == {
        "ZZ-001_2021H1_1.xlsx": "accepted",
        "ZZ-001_2021H2_1.xlsx": "accepted",
        "ZZ-002_2021H1_1.xlsx": "accepted",
        "ZZ-002_2021H2_1.xlsx": "returned",
        "thư.xlsx": "unreadable",
    }


def test_a_second_run_parses_nothing_and_changes_nothing(published: Deployment) -> None:
    before = contents(published.home.root)
    report = stages.run(published.home, settle_seconds=0)
    assert not report.changed
    assert report.received is not None
    assert (report.received.new, report.normalised, report.checked) == (0, [], None)
    assert contents(published.home.root) == before


def test_a_run_with_nothing_new_says_so(published: Deployment) -> None:
    def said(*options: str) -> str:
        told = CliRunner().invoke(app, ["run", "--settle", "0", *options], env={"KHOI_HOME": str(published.home.root)})
        assert told.exit_code == 0, told.output
        return told.stdout

    assert json.loads(said("--json"))["changed"] is False
    assert "nothing changed" in said()


@pytest.mark.long
def test_a_corrected_version_replaces_the_returned_one(deployment: Deployment) -> None:
    deployment.write("ZZ-001", "2021H1", 20, 2, CLOSE=23)
    assert stages.run(deployment.home, settle_seconds=0).changed
    assert members(deployment.home) == {}
    deployment.write("ZZ-001", "2021H1", 20, 2, submission_no=2)
    report = stages.run(deployment.home, settle_seconds=0)
    assert report.received is not None
    assert report.received.new == 1
    assert members(deployment.home) == {("ZZ-001", "2021H1"): 22}


@pytest.mark.long
def test_pages_that_a_crash_left_unwritten_are_written_by_the_next_run(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.write("ZZ-001", "2021H1", 20, 2)

    def dies(home: Home, **_: object) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stages, "write_quality_pages", dies)
        with pytest.raises(KeyboardInterrupt):
            stages.run(deployment.home, settle_seconds=0)
    index = deployment.home.reports / "quality" / "index.html"
    assert not index.exists()
    assert not stages.run(deployment.home, settle_seconds=0).changed
    assert index.exists()


def test_a_build_that_fails_leaves_the_published_warehouse_whole(
    published: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from khoi.warehouse import build
    from khoi.warehouse.errors import BuildError

    before = published_version(published.home)
    monkeypatch.setattr(build, "PUBLISHING", ("--select", "no_such_model_and_an_unknown_option", "--nonsense"))
    with pytest.raises(BuildError):
        build.build_warehouse(published.home, arguments=build.PUBLISHING)
    assert published_version(published.home) == before
    assert members(published.home)


def _hold(root: str, held: multiprocessing.synchronize.Event, leave: multiprocessing.synchronize.Event) -> None:
    with locked(Home(Path(root))):
        held.set()
        leave.wait()
        os._exit(1)  # dies without letting go


def test_two_runs_never_meet_and_a_dead_one_holds_nothing(deployment: Deployment) -> None:
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(deployment.home.root), held, leave))
    other.start()
    assert held.wait(60)
    with pytest.raises(AnotherRun):
        stages.run(deployment.home)
    leave.set()
    other.join(60)
    with locked(deployment.home):
        pass


@pytest.mark.long
def test_a_new_deployment_runs_before_anything_is_filled_in(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    create_deployment(home)
    assert stages.run(home, settle_seconds=0).changed
    assert members(home) == {}


@pytest.mark.long
def test_an_inbox_without_a_single_workbook_is_told_and_published(deployment: Deployment) -> None:
    (deployment.home.inbox / "thư.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    assert stages.run(deployment.home, settle_seconds=0).changed
    with open_published(deployment.home) as connection:
        states = connection.execute("select submission_state from fct_submissions").fetchall()
    assert states == [("unreadable",)]
