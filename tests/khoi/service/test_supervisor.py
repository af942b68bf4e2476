"""Starting and stopping: what must be refused before anything starts, and what becomes of the processes."""

from __future__ import annotations

import socket
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from khoi.cli import app
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.service import supervisor
from khoi.service.settings import write_settings
from khoi.service.supervisor import CannotServe, Service, only_service, require_free


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "khoi")
    create_deployment(made)
    write_settings(made)
    return made


def test_a_port_in_use_is_one_sentence_and_exit_code_2(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOI_HOME", str(home.root))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(app, ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert str(port) in result.output
    assert "Traceback" not in result.output
    require_free(port)


def test_a_second_service_of_a_deployment_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOI_HOME", str(home.root))
    with only_service(home):
        result = CliRunner().invoke(app, ["serve"])
    assert result.exit_code == 2
    assert "đang chạy" in result.output


@pytest.fixture
def roles(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Processes that write their role down instead of being Dagster's; `daemon` dies if it is told to."""
    folder = tmp_path / "product"
    folder.mkdir()
    (folder / "plain.py").write_text(
        textwrap.dedent(
            """
            import os, pathlib, socket, subprocess, sys
            role, here = sys.argv[1], pathlib.Path(__file__).parent
            (here / role).write_text(str(os.getpid()))
            if role == "forget-future":
                sys.exit()
            if role == "settle":
                sys.exit((here / "cannot").exists())
            if role == "code":
                listening = socket.socket(socket.AF_UNIX)
                listening.bind(sys.argv[sys.argv.index("--socket") + 1])
                listening.listen()
                left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
                (here / "grandchild").write_text(str(left.pid))
            if role == "daemon" and (here / "dies").exists():
                sys.exit(3)
            while os.read(0, 1):
                pass
            """
        ),
        encoding="utf-8",
    )
    monkeypatch.setattr(supervisor, "PROCESS", "plain")
    monkeypatch.setattr(supervisor, "PRODUCT", folder)
    return folder


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets of a folder")


def still_running(roles: Path) -> list[str]:
    """Who of the processes is there; the system is given a moment to take away what was ended by force."""
    end = time.monotonic() + 5
    places = [roles / name for name in ("code", "web", "daemon", "grandchild") if (roles / name).exists()]
    while left := [place.name for place in places if _is_running(place.read_text())]:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return left


def _is_running(process: str) -> bool:
    stat = Path("/proc") / process / "stat"
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_asked_to_stop_it_ends_all_processes_and_what_they_started(home: Home, roles: Path) -> None:
    service = Service(home, 3999, "secret")

    def stop() -> None:
        while not (roles / "daemon").exists():
            time.sleep(0.05)
        service._stopped.set()

    threading.Thread(target=stop, daemon=True).start()
    service.run()
    assert {path.name for path in roles.iterdir()} >= {"settle", "code", "web", "daemon", "grandchild"}
    assert still_running(roles) == []


def test_a_clock_set_back_starts_the_daemon_anew_after_its_records_are_put_right(
    home: Home, roles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster's daemon would wait for the day it wrote down under the wrong clock."""
    service, ahead = Service(home, 3999, "secret"), [3600.0]
    monkeypatch.setattr(supervisor, "_clock_offset", lambda: ahead[0])
    seen: list[str] = []

    def set_back() -> None:
        _await(roles / "daemon")
        seen.append((roles / "daemon").read_text())
        time.sleep(1)  # nothing happens as long as the clock only runs
        seen.append((roles / "daemon").read_text())
        ahead[0] = 0.0
        _await(roles / "forget-future")
        while (again := (roles / "daemon").read_text()) in ("", seen[0]):
            time.sleep(0.05)
        seen.append(again)
        service._stopped.set()

    threading.Thread(target=set_back, daemon=True).start()
    service.run()
    first, still, again = seen
    assert first == still != again
    assert not _is_running(first)
    assert still_running(roles) == []


def _await(path: Path) -> None:
    while not path.exists() or not path.read_text():
        time.sleep(0.05)


def test_one_process_that_dies_ends_the_service_and_is_named(home: Home, roles: Path) -> None:
    (roles / "dies").touch()
    with pytest.raises(CannotServe, match="daemon"):
        Service(home, 3999, "secret").run()
    assert still_running(roles) == []


def test_where_dead_runs_cannot_be_settled_nothing_starts(home: Home, roles: Path) -> None:
    (roles / "cannot").touch()
    with pytest.raises(CannotServe, match="settle"):
        Service(home, 3999, "secret").run()
    assert not (roles / "code").exists()


def test_the_secret_is_in_no_command_line_and_only_with_the_process_that_needs_it(home: Home) -> None:
    service = Service(home, 3999, "top-secret")
    assert service._environment("web")["KHOI_SERVICE_TOKEN"] == "top-secret"
    assert "top-secret" not in service._environment("code").values()
    assert "top-secret" not in service._environment("daemon").values()
