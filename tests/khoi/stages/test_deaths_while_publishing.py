"""A run that dies while dbt builds or a publication is swapped in: readers keep what they had, the next run ends it.

One death in the ordinary suite (each needs two builds); `make faults` goes on for its time (KHOI_FAULTS_SECONDS).
"""

from __future__ import annotations

import copy
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dying import __file__ as dying_program
from khoi_deployment import Deployment

from khoi import stages
from khoi.deployment.home import Home
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import is_sound, published_version

ROOT = Path(__file__).resolve().parents[3]
SECONDS = float(os.environ.get("KHOI_FAULTS_SECONDS", "0"))
BEFORE, AFTER = 75.0, 109.0  # members of all counted workbooks, without and with the corrected one

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot be asked to kill"),
]


def members(home: Home) -> float:
    """Members over all organizations and periods, as readers find them."""
    question = "select sum(value) from fct_measure_values where measure_code = 'members_total'"
    with open_published(home) as connection:
        (row,) = connection.execute(question).fetchall()
    return float(row[0])


def one_late_workbook(published: Deployment, place: Path) -> Home:
    """A copy of the published deployment, with a corrected workbook in its inbox that nothing has seen."""
    shutil.copytree(published.home.root, place)
    late = copy.copy(published)
    late.home = Home(place)
    late.write("ZZ-002", "2021H2", 30, 4, submission_no=2)
    return late.home


def die(home: Home, how: str, number: int) -> int:
    """The exit code of a run that is made to die; it has a process group of its own, as a terminal gives it."""
    command = [sys.executable, str(dying_program), str(home.root), how, str(number)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        start_new_session=True,
    )
    return process.returncode


def trials(seed: int) -> list[tuple[str, int]]:
    """Where to die, in an order that differs from run to run: moments of the build, files of the publication."""
    moments = [(how, tenths) for how in ("build-alone", "build-group") for tenths in range(0, 80, 5)]
    points = [*moments, *(("publish", number) for number in range(1, 25))]
    random.Random(seed).shuffle(points)
    return points


def test_a_death_while_publishing_leaves_the_last_publication_and_the_next_run_ends_it(
    published: Deployment, tmp_path: Path, tally: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("KHOI_FAULTS_SEED", str(time.time_ns() % 10_000)))
    end, tried = time.monotonic() + SECONDS, 0
    for how, number in trials(seed):
        if tried and time.monotonic() > end:
            break
        home, told = one_late_workbook(published, tmp_path / "dying"), f"{how} {number}, seed {seed}"
        assert members(home) == BEFORE
        assert die(home, how, number) in (-signal.SIGKILL, 0), told  # 0: the run was done before its moment came
        version = published_version(home)
        assert version is not None, told
        assert is_sound(home.published, version), told
        assert members(home) == (AFTER if version.number > 1 else BEFORE), told
        stages.run(home, settle_seconds=0)
        assert members(home) == AFTER, told
        assert not stages.run(home, settle_seconds=0).changed, told
        shutil.rmtree(home.root)
        tried += 1
    tally(f"faults: died while publishing at {tried} of {len(trials(seed))} places, survived {tried} (seed {seed})")
