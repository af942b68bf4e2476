"""A watched folder hands out what is new or changed, once it lies still, and each state of a file once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from khoi.exchange.watching import WatchedFolder

pytestmark = pytest.mark.long


def test_a_file_is_handed_out_when_it_lies_still_and_again_when_it_changed(tmp_path: Path) -> None:
    watched, path = WatchedFolder(tmp_path), tmp_path / "a.xlsx"
    path.write_bytes(b"1")
    assert watched.settled() == []
    path.write_bytes(b"12")  # still being written
    assert watched.settled() == []
    assert watched.settled() == [path]
    assert watched.settled() == []
    path.write_bytes(b"123")
    assert watched.settled() == []
    assert watched.settled() == [path]


def test_what_another_program_held_open_is_handed_out_once_more(tmp_path: Path) -> None:
    watched, path = WatchedFolder(tmp_path), tmp_path / "a.xlsx"
    path.write_bytes(b"1")
    watched.settled()
    assert watched.settled() == [path]
    watched.again(path)
    assert watched.settled() == [path]


@pytest.mark.parametrize("name", ["~$a.xlsx", "._a.xlsx", "a_tra-lai.xlsx", "a.docx"])
def test_what_is_no_workbook_of_the_sender_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"1")
    (tmp_path / "folder.xlsx").mkdir()
    watched = WatchedFolder(tmp_path)
    assert watched.settled() == watched.settled() == []


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_the_command_tells_what_is_put_there_and_ends_with_ctrl_c(deployment: Deployment, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    deployment.write("ZZ-001", "2021H1", 20, 2, CLOSE=23).rename(desk / "mot.xlsx")
    command = [sys.executable, "-c", "from khoi.cli import app; app()", "check", "--watch", str(desk), "--json"]
    environment = {**os.environ, "KHOI_HOME": str(deployment.home.root)}
    told = tmp_path / "told.json"
    with told.open("w", encoding="utf-8") as answers:
        process = subprocess.Popen(
            command, env=environment, stdout=answers, stderr=subprocess.PIPE, start_new_session=True
        )
        until = time.monotonic() + 120
        while "R001" not in told.read_text(encoding="utf-8") and time.monotonic() < until and process.poll() is None:
            time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the reading process gets it too
        _, complaints = process.communicate(timeout=60)
    assert "R001" in told.read_text(encoding="utf-8"), complaints.decode()
    assert process.returncode == 0, complaints.decode()
    assert b"Traceback" not in complaints
