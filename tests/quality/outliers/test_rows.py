"""Rows exchanged, levels one column aside, women for all: asked about where the own past says so, else not."""

from __future__ import annotations

import pandas as pd
import pytest

from quality.outliers.moves import moved_flags
from quality.outliers.rows import ROW_FLAGS, row_flags, row_violations

INTERMEDIATE, ADVANCED = "membership_structure.THEORY_INTERMEDIATE", "membership_structure.THEORY_ADVANCED"
FEMALE, ATTENDED = "membership_structure.FEMALE", "study.ATTENDED.NGHI_QUYET"
LEVELS = [f"ratings.DV.{level}" for level in ("HTXS", "HTT", "HTNV", "KHT")]
ELIGIBLE = "study.ELIGIBLE.NGHI_QUYET"
UNION = "campaigns.COMMITMENTS_UNION"


def figures(now: dict[str, int], before: dict[str, int] | None, period: str = "2022-12-31") -> pd.DataFrame:
    rows = [(code, float(value), (before or {}).get(code)) for code, value in now.items()]
    frame = pd.DataFrame(rows, columns=["cell_code", "value", "previous"]).astype({"previous": "float64"})
    return frame.assign(committee="C", organization="A", period=period, form=frame["cell_code"].str.partition(".")[0])


def asked(now: dict[str, int], before: dict[str, int]) -> list[tuple[str, str]]:
    found = row_flags(figures(now, before))
    return list(zip(found["test"], found["cell_code"], strict=True))


@pytest.mark.parametrize(
    ("now", "before", "is_asked"),
    [
        ((21, 34), (33, 20), True),
        ((34, 21), (33, 20), False),
        ((20, 33), (33, 20), True),
        ((21, 24), (23, 20), False),
        ((28, 27), (33, 20), False),
        ((20, 33), (33, None), False),
    ],
)
def test_two_rows_of_which_each_is_near_what_the_other_was(
    now: tuple[int, int], before: tuple[int, int | None], is_asked: bool
) -> None:
    was = {code: value for code, value in zip((INTERMEDIATE, ADVANCED), before, strict=True) if value is not None}
    found = asked(dict(zip((INTERMEDIATE, ADVANCED), now, strict=True)), was)
    assert found == ([("exchanged_rows", INTERMEDIATE)] if is_asked else [])


@pytest.mark.parametrize(
    ("now", "before", "is_asked"),
    [
        ({ATTENDED: 32, FEMALE: 32}, {ATTENDED: 92, FEMALE: 31}, True),
        ({ATTENDED: 33, FEMALE: 32}, {ATTENDED: 92, FEMALE: 31}, False),
        ({ATTENDED: 32, ELIGIBLE: 32, FEMALE: 32}, {ATTENDED: 92, ELIGIBLE: 92, FEMALE: 31}, False),
        ({ATTENDED: 32, ELIGIBLE: 92, FEMALE: 32}, {ATTENDED: 92, ELIGIBLE: 92, FEMALE: 31}, True),
        ({ATTENDED: 32, FEMALE: 32}, {ATTENDED: 40, FEMALE: 31}, False),
        ({ATTENDED: 8, FEMALE: 8}, {ATTENDED: 14, FEMALE: 9}, False),
        ({ATTENDED: 32, FEMALE: 32}, {ATTENDED: 92, FEMALE: 92}, False),
        ({"study.TURNS.CHUYEN_DE": 32, FEMALE: 32}, {"study.TURNS.CHUYEN_DE": 92, FEMALE: 31}, False),
    ],
)
def test_women_written_for_all(now: dict[str, int], before: dict[str, int], is_asked: bool) -> None:
    assert asked(now, before) == ([("written_for_all", next(iter(now)))] if is_asked else [])


def test_what_was_written_for_all_stands_beside_what_came_before() -> None:
    (told,) = row_flags(figures({ATTENDED: 32, FEMALE: 32}, {ATTENDED: 92, FEMALE: 31})).to_dict("records")
    assert (told["now"], told["before"], told["with_cells"]) == ((32,), (92,), (FEMALE,))


def test_of_several_figures_of_one_cell_the_first_that_is_known_counts() -> None:
    known = figures({INTERMEDIATE: 21, ADVANCED: 34}, {INTERMEDIATE: 33, ADVANCED: 20})
    again = known.assign(value=[33.0, 20.0])
    assert list(row_flags(pd.concat([known.assign(value=float("nan")), known, again]))["now"]) == [(21, 34)]
    assert row_flags(pd.concat([again, known])).empty


@pytest.mark.parametrize(
    ("now", "before", "is_asked"),
    [
        ((0, 12, 62, 3), (12, 62, 3, 0), True),
        ((12, 60, 5, 0), (12, 62, 3, 0), False),
        ((20, 50, 5, 2), (12, 62, 3, 0), False),
        ((0, 1, 7, 1), (1, 7, 1, 0), False),
    ],
)
def test_levels_one_column_aside_are_seen_beside_the_year_before(
    now: tuple[int, ...], before: tuple[int, ...], is_asked: bool
) -> None:
    """A rating comes once a year: the half-year between has none."""
    mine = figures(dict(zip(LEVELS, now, strict=True)), None)
    past = figures(dict(zip(LEVELS, before, strict=True)), None, "2021-12-31")
    found = row_flags(mine, past)
    assert list(found["cell_code"]) == ([LEVELS[0]] if is_asked else [])
    assert row_flags(past, mine).empty or is_asked  # what comes after is held against what came before it
    if is_asked:
        assert (found["now"][0], found["before"][0]) == (now, before)
        assert found["period"][0] == "2022-12-31"


def test_of_workbooks_that_are_not_asked_nothing_is_said() -> None:
    mine = figures(dict(zip(LEVELS, (12, 62, 3, 0), strict=True)), None, "2023-12-31")
    past = [
        figures(dict(zip(LEVELS, levels, strict=True)), None, f"{year}-12-31")
        for year, levels in ((2021, (12, 62, 3, 0)), (2022, (0, 12, 62, 3)))
    ]
    assert list(row_flags(mine, pd.concat(past))["period"]) == ["2023-12-31"]
    assert row_flags(mine, past[0]).empty


def test_a_question_names_all_its_cells_and_both_periods() -> None:
    now, before = {INTERMEDIATE: 1_021, ADVANCED: 1_934}, {INTERMEDIATE: 1_933, ADVANCED: 1_020}
    mine = figures(now, before).assign(file_hash="f", sheet="Cơ cấu", cell=["C15", "C16"])
    (told,) = row_violations(row_flags(mine), mine).to_dict("records")
    assert told["cells"] == "Cơ cấu!C15=1021; Cơ cấu!C16=1934"
    assert (told["observed_vi"], told["expected_vi"]) == ("1.021, 1.934", "1.933, 1.020")
    assert (told["observed_en"], told["file_hash"], told["cell"]) == ("1,021, 1,934", "f", "C15")


def test_without_figures_nothing_is_asked() -> None:
    empty = figures({INTERMEDIATE: 1}, None).iloc[:0]
    assert list(row_flags(empty).columns) == ROW_FLAGS
    assert row_flags(empty).empty


@pytest.mark.parametrize(
    ("value", "previous", "is_asked"), [(0, 42, True), (0, 20, True), (0, 12, False), (1, 42, False), (42, 0, False)]
)
def test_commitments_of_the_unions_that_end_all_at_once(value: int, previous: int, is_asked: bool) -> None:
    frame = figures({UNION: value}, {UNION: previous}).assign(members=70.0, previous_members=70.0)
    assert len(moved_flags(frame, "ended")) == is_asked
