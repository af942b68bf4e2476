"""Folders that cannot be read, pipes instead of files, a dbt whose parent is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from khoi_deployment import Deployment
from typer.testing import CliRunner

from ingest.receive.arrivals import arrivals
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.landing import InboxUnreadable, hash_of
from khoi.cli import app
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.warehouse import build, dbt_ahead
from khoi.warehouse.dbt_ahead import DbtAhead
from khoi.warehouse.dbt_process import end_orphan, recorded
from khoi.warehouse.project import prepare_project

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root may read everything; the test does not want to."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that others may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(os.name == "nt", reason="rights of a folder by mode")
def test_a_closed_folder_of_the_inbox_is_an_error_and_no_missing_workbooks(open_to_all: Path) -> None:
    inbox, closed = open_to_all / "inbox", open_to_all / "inbox" / "Đảng bộ"
    closed.mkdir(parents=True)
    (inbox / "a.xlsx").write_bytes(b"a")
    (closed / "b.xlsx").write_bytes(b"b")
    index = InboxIndex(open_to_all / "index.json")
    closed.chmod(0)
    try:
        with as_somebody_else(), pytest.raises(InboxUnreadable, match=r"Đảng bộ.*Permission denied"):
            arrivals(inbox, index, 0.0, hash_of)
    finally:
        closed.chmod(0o755)
    assert len(arrivals(inbox, index, 0.0, hash_of).files) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_told_and_nobody_waits_for_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment = Deployment(tmp_path / "khoi")
    monkeypatch.setenv("KHOI_HOME", str(deployment.home.root))
    pipe = tmp_path / "ống.xlsx"
    os.mkfifo(pipe)
    result = CliRunner().invoke(app, ["check", str(pipe)])
    assert result.exit_code == 2
    assert "ống.xlsx" in result.output


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are any bytes on Linux only")
def test_a_workbook_whose_name_is_not_utf8_is_checked_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = Deployment(tmp_path / "khoi")
    monkeypatch.setenv("KHOI_HOME", str(deployment.home.root))
    sent = deployment.write("ZZ-001", "2021H1", 20, 2)
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/B\xe1o c\xe1o.xlsx")
    Path(odd).write_bytes(sent.read_bytes())
    result = CliRunner().invoke(app, ["check", odd, "--json"])
    assert result.exit_code == 0, result.output
    checked = json.loads(result.stdout)["files"]
    assert [(one["organization_code"], one["period_code"], one["state"]) for one in checked] == [
        ("ZZ-001", "2021H1", "accepted")
    ]


SLEEPS = "import time; print('started', flush=True); time.sleep(120)"
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell when a process began")


def is_running(number: int) -> bool:
    stat = Path(f"/proc/{number}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@LINUX
def test_a_dbt_whose_khoi_was_killed_is_ended_before_the_next_build(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "khoi")
    deployment.home.create()
    prepare_project(deployment.home, deployment.home.reference())
    deployment.home.build.mkdir(exist_ok=True)
    program = (
        "import os, time; from pathlib import Path; from khoi.deployment.home import Home\n"
        f"from khoi.warehouse import dbt_ahead; dbt_ahead._PROGRAM = {SLEEPS!r}\n"
        f"home = Home(Path({str(deployment.home.root)!r}))\n"
        "ahead = dbt_ahead.DbtAhead(home); ahead.begin(home.build, [], os.environ); time.sleep(120)"
    )
    khoi = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(ROOT)})
    record = deployment.home.build / "dbt.json"
    while not record.exists():
        assert khoi.poll() is None
        time.sleep(0.05)
    dbt = json.loads(record.read_bytes())["pid"]
    khoi.kill()
    khoi.wait()
    assert is_running(dbt), "an orphan"
    build.prepare_build(deployment.home, load_context(deployment.home))
    assert not is_running(dbt)
    assert not record.exists()


@LINUX
def test_a_process_that_has_the_number_of_an_old_dbt_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.build.mkdir()
    other = subprocess.Popen([sys.executable, "-c", SLEEPS], stdout=subprocess.DEVNULL)
    try:
        for known in (
            json.dumps({"pid": other.pid, "started": "1"}),
            json.dumps({"pid": other.pid, "started": ""}),
            "",
            "[",
            "[1]",
            '{"pid": null}',
        ):
            (home.build / "dbt.json").write_text(known, encoding="utf-8")
            assert not end_orphan(home)
            assert not (home.build / "dbt.json").exists()
        assert other.poll() is None
        with recorded(home, other.pid):
            assert end_orphan(home)
        assert other.wait(timeout=10) != 0
    finally:
        other.kill()


def test_a_dbt_does_not_outlive_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    home.build.mkdir()

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    def builds() -> None:
        with DbtAhead(home) as ahead:
            ahead.begin(home.build, [], os.environ)
            build._told(ahead.build([], home.build / "results.json"), None)

    monkeypatch.setattr(dbt_ahead, "_PROGRAM", SLEEPS)
    monkeypatch.setattr(build, "_events", broken)
    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        builds()
    assert time.monotonic() - before < 60
    assert not (home.build / "dbt.json").exists()
