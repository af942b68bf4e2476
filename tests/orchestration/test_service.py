"""The service as people start it: guarded, killed in the middle of a run, restarted, stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from headless_browser import BROWSER, DRIVER, headless_browser
from khoi_deployment import Deployment

from khoi.service.settings import token
from khoi.warehouse.versions import published_version
from orchestration.automation import TAKE_IN
from orchestration.dead_runs import settle_runs
from orchestration.partitions import SUBMISSIONS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ingest", "quality", "khoi", "orchestration", "demo", "bench", "tests")
NO_PUBLIC_WAY = frozenset({"test_future_ticks.py", "test_clusters.py"})
"""Put ticks into an instance as its daemon leaves them; hold files against the schema of what they configure."""
PATIENCE = 300.0


def test_no_private_module_of_dagster_is_imported() -> None:
    private = "dagster" + "._", "dagster_dbt" + "._", "dagster_webserver" + "._"
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if path.name in NO_PUBLIC_WAY:
                continue
            assert not any(name in path.read_text(encoding="utf-8") for name in private), path


def test_runs_of_a_service_that_is_gone_are_settled_and_no_others() -> None:
    statuses = dg.DagsterRunStatus
    with dg.DagsterInstance.ephemeral() as instance:
        given = (statuses.STARTED, statuses.STARTING, statuses.CANCELING, statuses.NOT_STARTED)
        for status in (*given, statuses.SUCCESS):
            instance.add_run(dg.DagsterRun(job_name=TAKE_IN, status=status))
        assert len(settle_runs(instance)) == len(given)
        left = [run.status for run in instance.get_runs()]
        assert sorted(left, key=str) == [*[statuses.FAILURE] * 4, statuses.SUCCESS]
        assert settle_runs(instance) == []


@contextmanager
def service(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`khoi serve` in a session of its own; whatever happens, it is asked to end with all it started."""
    environment = {**os.environ, "KHOI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "khoi", "serve", "--port", str(port)]
    with (home.parent / "service.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=home.parent, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def until(what: str, found: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert process.poll() is None, f"{what}: the service ended with {process.returncode}"
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:.0f} s"
        time.sleep(0.7)


def processes_of(home: Path) -> list[int]:
    """Every process that has this deployment in its environment, but for ourselves."""
    wanted, found = f"KHOI_HOME={home}".encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (place / "environ").read_bytes().split(b"\0") and int(place.name) != os.getpid():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def statuses(home: Path) -> list[dg.DagsterRunStatus]:
    """Of all runs, newest first."""
    if not (home / "dagster" / "history").exists():
        return []
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        return [run.status for run in instance.get_runs()]


def answer(port: int, secret: str = "", path: str = "/server_info") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {secret}"} if secret else {})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


_DEAF = """
import signal, time
from orchestration import process
process._DAEMON_SECONDS = 0.3
def deaf(*_words):
    signal.signal(signal.SIGTERM, lambda *_: None)
    print("up", flush=True)
    while True:
        time.sleep(60)
process._call = deaf
process.main({role!r})
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that a process does not hear")
def test_a_daemon_that_waits_for_an_answer_does_not_hold_up_the_end_of_the_service() -> None:
    command = [sys.executable, "-c", _DEAF.format(role="daemon")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as deaf:
        try:
            assert deaf.stdout is not None
            assert deaf.stdout.readline() == b"up\n"
            assert deaf.stdin is not None
            deaf.stdin.close()
            assert deaf.wait(timeout=60) == 0
        finally:
            deaf.kill()


def followed_in_a_browser(deployment: Deployment, port: int, process: subprocess.Popen[bytes], downloads: Path) -> None:
    """One late workbook as a person sees it: the sensor's run, its checks, the publication, the pages."""
    from selenium.webdriver.common.by import By

    home, browser, place = deployment.home, headless_browser(downloads), f"http://127.0.0.1:{port}"

    def text() -> str:
        return str(browser.find_element(By.TAG_NAME, "body").text)

    def opened(path: str, found: Callable[[str], object]) -> None:
        """The page is loaded once and waited for: Dagster's fills itself after it is there."""
        browser.get(place + path)
        until(path, lambda: found(text()), process)

    try:
        browser.get((home.root / "dagster" / "address.txt").read_text(encoding="ascii").strip())
        assert "token" not in browser.current_url
        opened("/khoi-pages/index.html", lambda page: "1/2" in page)
        deployment.write("ZZ-002", "2021H1", 30, 0)
        until("the late workbook", lambda: _number(deployment) == 2, process)
        until("the end of its run", lambda: statuses(home.root)[0] is dg.DagsterRunStatus.SUCCESS, process)
        opened("/runs", lambda page: page.count("Success") == 2 and page.count("khoi/new_files") >= 2)
        opened("/assets/checked/findings?view=checks", lambda page: "no_hard_findings\nSucceeded" in page)
        opened("/khoi-pages/index.html", lambda page: "2/2" in page)
        opened("/kho/to-chuc/ZZ-002", lambda page: "ZZ-002" in page and "30" in page)
    finally:
        browser.quit()


def _number(deployment: Deployment) -> int:
    """Of the publication people read."""
    published = published_version(deployment.home)
    return 0 if published is None else published.number


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks the system who is running")
def test_killed_in_the_middle_of_a_run_it_heals_itself_and_stops_without_leaving_anybody(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "khoi")
    deployment.write("ZZ-001", "2021H1", 20, 2)
    home = deployment.home.root
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    with service(home, port) as first:
        until("the UI", lambda: answer(port) == 403, first)
        until("a run", lambda: dg.DagsterRunStatus.STARTED in statuses(home), first)
        for process in processes_of(home):
            os.kill(process, signal.SIGKILL)
        first.wait()
    assert dg.DagsterRunStatus.STARTED in statuses(home), "as a power cut leaves it"
    assert published_version(deployment.home) is None
    with service(home, port) as second:
        until("the UI", lambda: answer(port, token(deployment.home)) == 200, second)
        until("publication", lambda: published_version(deployment.home), second)
        until("the end of the run", lambda: statuses(home)[0] is dg.DagsterRunStatus.SUCCESS, second)
        assert statuses(home)[-1] is dg.DagsterRunStatus.FAILURE, "the run that died"
        assert answer(port) == 403
        assert answer(port, token(deployment.home), "/khoi-pages/index.html") == 200
        assert answer(port, path="/khoi-pages/index.html") == 403
        with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
            assert instance.get_dynamic_partitions(str(SUBMISSIONS.name)) == ["ZZ|2021H1", "ZZ|2021H2"]
        if BROWSER and DRIVER:
            followed_in_a_browser(deployment, port, second, tmp_path)
    assert second.returncode == 0
    assert processes_of(home) == []
