"""A process that dies anywhere between inbox and marked copies: the next run ends where an undisturbed one ends.

Bounded in the ordinary suite; `make faults` takes its time (KHOI_FAULTS_SECONDS). What was tried and survived is said.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from dying import __file__ as dying_program
from dying import work
from khoi_deployment import Deployment

from ingest.lake import tables_of
from ingest.lake.tables import Stage
from khoi.deployment.home import Home

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("KHOI_FAULTS_SECONDS", "20"))
LEAST = 3
# What depends on the clock is no figure; the order of rows says nothing.
_CLOCK = ("_at", "first_seen", "received")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot be asked to kill"),
]


def figures(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Table -> its rows, in an order of their own."""
    found = {}
    for table in (*tables_of(Stage.NORMALISED), *tables_of(Stage.CHECKED)):
        frame = table.read(home.lake)
        kept = [name for name in frame.columns if not any(part in name for part in _CLOCK)]
        rows = frame[kept].astype(object).where(pd.notna(frame[kept]), None)
        found[f"{table.stage}/{table.name}"] = sorted(rows.itertuples(index=False, name=None), key=repr)
    return found


def die(home: Home, how: str, number: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(dying_program), str(home.root), how, str(number)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three workbooks wait: one fine, one that contradicts itself, one that is none."""
    made = Deployment(tmp_path_factory.mktemp("faults") / "fresh")
    made.home.create()
    made.write("ZZ-001", "2021H1", 20, 2)
    made.write("ZZ-002", "2021H1", 30, 0, CLOSE=31)
    (made.home.inbox / "ZZ-003.xlsx").write_bytes(b"no workbook")
    return made.home


def copied(fresh: Home, place: Path) -> Home:
    shutil.copytree(fresh.root, place)
    return Home(place)


def test_killed_at_any_file_the_next_run_makes_all_of_it(
    fresh: Home, tmp_path: Path, tally: Callable[[str], None]
) -> None:
    undisturbed = copied(fresh, tmp_path / "undisturbed")
    counted = die(undisturbed, "count", 0)
    assert counted.returncode == 0, counted.stderr
    wanted, moves = figures(undisturbed), int(counted.stdout)
    assert moves > 20
    points = [(how, number) for number in range(1, moves + 1) for how in ("rename", "moved")]
    seed = int(os.environ.get("KHOI_FAULTS_SEED", str(time.time_ns() % 10_000)))
    random.Random(seed).shuffle(points)
    end, tried = time.monotonic() + SECONDS, 0
    for how, number in points:
        if tried >= LEAST and time.monotonic() > end:
            break
        home = copied(fresh, tmp_path / "dying")
        died = die(home, how, number)
        told = f"killed at {how} {number} of {moves}, seed {seed}"
        assert died.returncode == -signal.SIGKILL, f"{told}: {died.stderr}"
        work(home)
        assert figures(home) == wanted, told
        shutil.rmtree(home.root)
        tried += 1
    tally(f"faults: killed at {tried} of {len(points)} places, survived {tried} (seed {seed})")


@pytest.mark.parametrize("size", [0, 700, 6_000])
def test_a_full_disk_is_an_error_and_with_room_again_all_is_made(fresh: Home, tmp_path: Path, size: int) -> None:
    home = copied(fresh, tmp_path / "full")
    failed = die(home, "full", size)
    assert failed.returncode != 0, "nothing could be written, and that was said"
    undisturbed = copied(fresh, tmp_path / "undisturbed")
    work(undisturbed)
    work(home)
    assert figures(home) == figures(undisturbed)
