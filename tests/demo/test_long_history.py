"""The committee of the benchmark by periods: every half-year opens with the closing before it, and is found sound."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from bench.long_history import COMMITTEE, deployed, half_years, planned
from bench.nation import workbook_name
from demo.deployment import demo_reference
from ingest.template import WorkbookContent
from khoi import stages
from khoi.deployment.home import Home

PERIODS = half_years(demo_reference(), dt.date(2026, 11, 28))


def test_the_half_years_follow_one_another_from_the_first_the_generator_knows() -> None:
    assert (PERIODS[0], PERIODS[-1], len(PERIODS)) == ("2018H1", "2026H1", 17)


def test_every_half_year_opens_with_the_closing_before_it() -> None:
    plan = planned(demo_reference(), PERIODS)
    for before, after in itertools.pairwise(plan.periods):
        assert (before.cells["CLOSE"] == after.cells["OPEN"]).all()
        assert (after.cells["INC"] + after.cells["DEC"]).any()


def test_a_workbook_lies_below_its_own_period() -> None:
    content = WorkbookContent(COMMITTEE, f"{COMMITTEE}-001", "x", "2020H2", 1)
    assert workbook_name(content) == Path(COMMITTEE) / "2020H2" / f"{COMMITTEE}-001_2020H2.xlsx"


@pytest.mark.long
def test_what_was_generated_is_found_sound(tmp_path: Path) -> None:
    home = Home(tmp_path / "long")
    deployed(home, PERIODS[:2])
    stages.receive(home, settle_seconds=0)
    stages.normalise(home)
    assert not stages.check(home).findings.get("hard", 0)
