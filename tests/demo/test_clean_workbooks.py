"""Honest workbooks are left alone: a demo without planted faults has nothing to mend and hardly anything to answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.clean import CleanCheck, checked, of_committees
from demo.committees import plan_committees
from demo.deployment import demo_reference
from demo.generate import DemoReport, PlannedFile, _files
from demo.planting import planted
from ingest.catalogue import load_catalogue

PERIODS = ("2023H2", "2024H1", "2024H2", "2025H1")
"""Of a half-year questions about the past are asked when two are known before it."""


_DAY = 86_400


def _is_sent_alike(one: PlannedFile, other: PlannedFile | None) -> bool:
    """True where the same was sent on the same day: who is absent lets the next arrive some minutes earlier."""
    if other is None or abs(one.arrived - other.arrived) > _DAY:
        return False
    return (one.content, one.kind, one.habit) == (other.content, other.kind, other.habit)


def assert_left_alone(told: CleanCheck, *, questions: int) -> None:
    assert not told.asked("hard"), told.by_rule()
    assert told.asked("soft") <= questions, told.by_rule()


def test_small_committees_are_left_alone(tmp_path: Path) -> None:
    told = checked(tmp_path / "small", of_committees(["BT", "DN"], PERIODS), 5)
    assert told.workbooks == (4 + 6 + 1 + 3 + 5 + 1) * len(PERIODS)
    assert_left_alone(told, questions=1)


@pytest.mark.long
def test_a_whole_demo_is_left_alone(tmp_path: Path) -> None:
    told = checked(tmp_path / "whole", of_committees([]), 6)
    assert_left_alone(told, questions=told.workbooks // 100)


def test_the_demo_tells_which_workbooks_it_spoilt_and_a_clean_one_has_none() -> None:
    catalogue, reference, report = load_catalogue(), demo_reference(), DemoReport()
    plans = plan_committees(reference)
    spoilt = {file.path: file for plan in plans for file in _files(plan, catalogue, reference, report)}
    clean = {file.path: file for plan in plans for file in _files(plan, catalogue, reference, None)}
    changed = {
        (file.content.organization_code, file.content.period_code)
        for path, file in clean.items()
        if file.content and not _is_sent_alike(file, spoilt.get(path))
    }
    assert changed == report.spoilt
    assert {one["organization"] for one in planted()["missing"]} <= {code for code, _ in report.spoilt}
