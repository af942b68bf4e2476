"""The doctor: a line per check, each fault told with what to do, nothing changed and nothing raised."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from khoi_deployment import Deployment

from khoi.backup import make_backup
from khoi.deployment import Home, NoRegisters
from khoi.doctor import CHECKS, State, examine, look, machine
from khoi.doctor.line import some
from khoi.warehouse.versions import published_file


@pytest.fixture
def home(published: Deployment, tmp_path: Path) -> Home:
    """A copy of a deployment that ran, to be spoilt."""
    root = tmp_path / "khoi"
    shutil.copytree(published.home.root, root)
    os.chmod(root, 0o700)
    Home(root).logs.joinpath("backup.json").unlink(missing_ok=True)  # the examples of `khoi backup` ran before
    return Home(root)


def lines(home: Home) -> dict[str, State]:
    return {line.check: line.state for line in examine(home)}


def test_a_deployment_that_ran_is_fine_but_for_its_backup(home: Home, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*") if path.name != ".khoi.lock"}
    found = lines(home)
    assert list(found) == list(CHECKS)
    assert {name for name, state in found.items() if state is not State.FINE} == {"backup"}
    after = {path: path.stat().st_mtime_ns for path in home.root.rglob("*") if path.name != ".khoi.lock"}
    assert after == before, "it looks and changes nothing"
    make_backup(home, tmp_path / "usb")
    assert lines(home)["backup"] is State.FINE


def _cut(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-5])


def _first(home: Home, pattern: str) -> Path:
    return next(path for path in sorted(home.root.glob(pattern)) if path.is_file())


def _published(home: Home) -> Path:
    path = published_file(home)
    assert path is not None
    return path


SPOILT: dict[str, tuple[Callable[[Home], object], State]] = {
    "registers": (lambda home: (home.seeds / "committees.csv").write_bytes(b"\xff\xfe\x00"), State.BAD),
    "receipts": (lambda home: _first(home, "landed/??/*").unlink(), State.BAD),
    "clock": (lambda home: _cut(_first(home, "landed/receipts/*.jsonl")), State.BAD),
    "lake": (lambda home: _cut(_first(home, "lake/checked/*.parquet")), State.WARNING),
    "work": (lambda home: (home.inbox / "mới.xlsx").write_bytes(b"x"), State.WARNING),
    "publication": (lambda home: _cut(_published(home)), State.BAD),
    "history": (lambda home: _cut(_first(home, "published/*/manifest.json")), State.BAD),
    "tools": (lambda home: (home.published / "bi" / "version.json").unlink(), State.WARNING),
    "folders": (lambda home: shutil.rmtree(home.returned), State.WARNING),
    "unfinished": (lambda home: (home.published / ".x.1.tmp").mkdir(), State.WARNING),
    "backup": (
        lambda home: (home.logs / "backup.json").write_text(
            json.dumps({"made_at": "2020-01-01T00:00:00+00:00", "folder": "/usb"}), encoding="utf-8"
        ),
        State.WARNING,
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_has_its_line_with_what_to_do(home: Home, name: str) -> None:
    spoil, state = SPOILT[name]
    spoil(home)
    line = look(name, home)
    assert line.check == name
    assert line.state is state
    assert line.remedy_vi
    assert line.remedy_en
    assert line.found_vi


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_what_others_may_read_is_told(home: Home) -> None:
    for path in (home.root, home.landed):
        path.chmod(0o755)
    line = look("modes", home)
    assert (line.state, line.remedy_en) == (State.WARNING, f"chmod 700 {home.landed}")


def test_a_run_under_way_and_a_full_disk_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    monkeypatch.setattr(machine.sys, "version_info", (3, 99, 0))
    monkeypatch.setattr(machine, "_version", lambda name: "0.0")
    with FileLock(home.root / ".khoi.lock"):
        found = {name: look(name, home).state for name in ("lock", "disk", "python", "libraries")}
    assert found == {
        "lock": State.WARNING,
        "disk": State.BAD,
        "python": State.BAD,
        "libraries": State.BAD,
    }


def test_a_folder_that_is_no_deployment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoRegisters):
        examine(Home(tmp_path))


def test_of_many_names_the_first_five_are_told_and_how_many_more() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some("abcde") == "a, b, c, d, e"
    assert some("abcdefg") == "a, b, c, d, e, … (+2)"
