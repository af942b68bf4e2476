"""A bit that flips in a table of figures, two runs at once, a clock far ahead and far behind: the figures stay."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from dying import __file__ as dying_program
from dying import work
from khoi_deployment import Deployment
from test_deaths import figures

from ingest.lake import damaged, mend
from ingest.receive.inbox import ArrivalTerms
from ingest.receive.receipts import Receipts
from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home

ROOT = Path(__file__).resolve().parents[2]
FLIPS = 150
NOW = dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC)
FAR = dt.timedelta(days=365 * 60)

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two workbooks wait."""
    made = Deployment(tmp_path_factory.mktemp("bits") / "fresh")
    made.home.create()
    made.write("ZZ-001", "2021H1", 20, 2)
    made.write("ZZ-002", "2021H1", 30, 0, CLOSE=31)
    return made.home


@pytest.fixture(scope="module")
def worked(fresh: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, received, checked and returned."""
    home = copied(fresh, tmp_path_factory.mktemp("bits") / "worked")
    work(home)
    return home


def copied(home: Home, place: Path) -> Home:
    shutil.copytree(home.root, place)
    return Home(place)


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def test_every_flipped_bit_of_the_observations_is_noticed(
    worked: Home, tmp_path: Path, tally: Callable[[str], None]
) -> None:
    home, chance = copied(worked, tmp_path / "home"), random.Random(0)
    (path,) = home.lake.glob("normalised/*/*/observations.parquet")
    whole = path.read_bytes()
    noticed = 0
    for _ in range(FLIPS):
        path.write_bytes(flipped(whole, chance))
        noticed += damaged(home.lake) == [path]
    tally(f"faults: bits of the lake flipped {FLIPS}, noticed {noticed}")
    assert noticed == FLIPS
    assert mend(home.lake) == [path.relative_to(home.lake).as_posix()]
    work(home)
    assert figures(home) == figures(worked)


def test_of_two_runs_at_once_one_works_and_the_other_says_so(worked: Home, fresh: Home, tmp_path: Path) -> None:
    home = copied(fresh, tmp_path / "home")
    command = [sys.executable, str(dying_program), str(home.root), "count"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [one.communicate()[1] for one in both]
    refused = [said for one, said in zip(both, told, strict=True) if one.returncode != 0]
    assert len(refused) <= 1, told
    assert all("AnotherRun" in said for said in refused)
    assert figures(home) == figures(worked)


@pytest.mark.parametrize("far", [FAR, -FAR], ids=["ahead", "behind"])
def test_a_clock_that_is_far_off_changes_no_figure_and_no_order(
    worked: Home, fresh: Home, tmp_path: Path, far: dt.timedelta
) -> None:
    home = copied(fresh, tmp_path / "home")
    second = home.inbox / "ZZ-002_2021H1_1.xlsx"
    waits = tmp_path / second.name
    second.rename(waits)
    with stages.locked(home):
        stages.receive(home, settle_seconds=0, terms=ArrivalTerms(clock=lambda: NOW + far))
        waits.rename(second)
        report = stages.receive(home, settle_seconds=0, terms=ArrivalTerms(clock=lambda: NOW))
        context = load_context(home)
        stages.normalise(home, context=context)
        stages.check(home, context=context)
    assert (report.clock_jump is not None) == (far > dt.timedelta(0)), "a clock behind its last arrival is told"
    assert figures(home) == figures(worked)
    first, later = Receipts.load(home.landed).first.values()
    assert (first.name, later.name) == ("ZZ-001_2021H1_1.xlsx", "ZZ-002_2021H1_1.xlsx")
    assert first.received_at < later.received_at
