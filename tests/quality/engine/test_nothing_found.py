"""Engines that find nothing share what they found: nobody may write into it."""

from __future__ import annotations

from quality.engine import OUTCOME_COLUMNS, VIOLATION_COLUMNS, nothing_found, together


def test_what_one_engine_writes_into_nothing_is_not_what_another_finds() -> None:
    mine = nothing_found()
    mine.violations["rule_id"] = ["R001"]
    mine.violations.columns = [name.upper() for name in mine.violations.columns]
    assert nothing_found().violations.empty
    assert list(nothing_found().violations.columns) == VIOLATION_COLUMNS


def test_of_nothing_and_nothing_comes_nothing() -> None:
    both = together([nothing_found(), nothing_found()], counted=False)
    assert both.violations.empty
    assert (list(both.violations.columns), list(both.outcomes.columns)) == (VIOLATION_COLUMNS, OUTCOME_COLUMNS)
