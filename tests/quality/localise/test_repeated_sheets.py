"""A sheet of last period sent again is one event: it is told as the sheet, and right cells elsewhere are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.localise import Cell, Constraint, Diagnosis, Problem, localise

NAMES = ("admitted", "moved_in", "died", "moved_out")
BALANCE = Constraint(
    "balance", (("open", 1), *((name, 1 if n < 2 else -1) for n, name in enumerate(NAMES)), ("close", -1))
)
STATUS = Constraint("status", (("official", 1), ("probationary", 1), ("close", -1)))
PARTS = Constraint("parts", (("women", 1), ("men", 1), ("official", -1)))
TRUE = {"open": 60, "admitted": 5, "moved_in": 2, "died": 1, "moved_out": 3, "close": 63}
LAST = {"open": 57, "admitted": 3, "moved_in": 4, "died": 2, "moved_out": 2, "close": 60}
STATUSES = {"official": 58, "probationary": 5, "women": 20, "men": 38}


def problem(changes: dict[str, int], last: dict[str, int] = LAST, fresh: bool = True, **statuses: int) -> Problem:
    """The sheet of changes as written beside last period's, and a sheet of statuses."""
    cells = [
        Cell(
            name, value, last[name], "flow", sheet="Biểu 1", row=9 + n, column=3, label=f"Biểu 1!C{9 + n}",
            fresh=fresh and name in NAMES,
        )
        for n, (name, value) in enumerate(changes.items())
    ]  # fmt: skip
    for n, (name, value) in enumerate({**STATUSES, **statuses}.items()):
        cells.append(
            Cell(name, value, value - 1, "stock", sheet="Đảng viên", row=9 + n, column=3, label=f"Đảng viên!C{9 + n}")
        )
    return Problem.of(cells, [BALANCE, STATUS, PARTS])


def opened(changes: dict[str, int]) -> Problem:
    """`problem` with what must be the same elsewhere: the closing of the period before, and two lists."""
    whole = problem(changes)
    same = {"open": LAST["close"], **{name: TRUE[name] for name in ("moved_in", "moved_out")}}
    elsewhere = [Cell(f"elsewhere.{name}", value, fixed=True) for name, value in same.items()]
    rules = [Constraint(f"same.{name}", ((name, 1), (f"elsewhere.{name}", -1))) for name in same]
    return Problem.of([*whole.cells, *elsewhere], [*whole.constraints, *rules])


def kinds(diagnosis: Diagnosis) -> set[str]:
    return {one.kind for component in diagnosis.components for one in component.suspects}


def test_the_sheet_of_last_period_is_told_as_the_sheet() -> None:
    assert localise(problem(TRUE)).components == ()
    (component,) = localise(problem(LAST)).components
    (suspect,) = component.suspects
    assert (component.constraints, component.outcome) == (("status",), "located")
    assert (suspect.place, suspect.kind, suspect.proposed) == ("Biểu 1!C9:C14", "sheet_repeated", None)
    assert 0.95 <= suspect.probability <= 0.99
    assert "6 trong 6" in suspect.reason_vi
    assert "6 of 6" in suspect.reason_en
    assert [one.kinds for one in component.alternatives] == [("sheet_repeated",)]


ADDED_UP = {"open": 57, "admitted": 8, "moved_in": 6, "died": 3, "moved_out": 5, "close": 63}
"""The year's figures in its second half: it opens where the half before opened."""


def test_the_figures_of_the_year_in_a_half_are_told_as_the_sheet() -> None:
    (component,) = localise(opened(ADDED_UP)).components
    (suspect,) = component.suspects
    assert (component.constraints, component.outcome) == (("same.moved_in", "same.moved_out", "same.open"), "likely")
    assert (suspect.place, suspect.kind, suspect.proposed) == ("Biểu 1!C9:C14", "sheet_added_up", None)
    assert "4 trong 4 số khác 0 không nhỏ hơn kỳ trước" in suspect.reason_vi


@pytest.mark.parametrize("change", [{"died": 1, "close": 65}, {"open": 58, "close": 64}])
def test_a_smaller_figure_or_another_opening_is_no_year(change: dict[str, int]) -> None:
    assert "sheet_added_up" not in kinds(localise(opened({**ADDED_UP, **change})))


def test_a_figure_that_did_not_grow_is_no_smaller_one() -> None:
    assert "sheet_added_up" in kinds(localise(opened({**ADDED_UP, "admitted": 3, "close": 58})))


def test_an_opening_that_only_its_own_sheet_contradicts_is_right() -> None:
    """The balance is broken, what stands elsewhere is not: the total is stale."""
    same = {**ADDED_UP, "open": LAST["close"], "moved_in": TRUE["moved_in"], "moved_out": TRUE["moved_out"]}
    assert "sheet_added_up" not in kinds(localise(opened(same)))


def test_one_figure_brought_up_to_date_speaks_against_it() -> None:
    assert "sheet_repeated" not in kinds(localise(problem({**LAST, "admitted": 9})))


def test_figures_that_stay_by_nature_are_no_evidence() -> None:
    assert "sheet_repeated" not in kinds(localise(problem(LAST, fresh=False)))


def test_few_and_small_figures_are_no_evidence() -> None:
    small = {"open": 60, "admitted": 0, "moved_in": 1, "died": 0, "moved_out": 0, "close": 61}
    assert "sheet_repeated" not in kinds(localise(problem(small, small)))


def test_what_else_is_wrong_is_found_beside_it() -> None:
    diagnosis = localise(problem(LAST, women=200))
    assert {one.constraints for one in diagnosis.components} == {("status",), ("parts",)}
    assert [(one.place, one.proposed) for one in diagnosis.suspects()][-1] == ("Đảng viên!C11", 20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4), st.integers(20, 90))
def test_where_the_sheet_is_named_no_cell_of_it_and_of_its_rules_is(moves: list[int], opening: int) -> None:
    last = {"open": opening, **dict(zip(NAMES, moves, strict=True)), "close": opening + sum(moves[:2]) - sum(moves[2:])}
    if last["close"] < 0:
        return
    diagnosis = localise(problem(last, last))
    places = [one.place for component in diagnosis.components for one in component.suspects]
    assert len(places) == len(set(places))
    if "sheet_repeated" in kinds(diagnosis):
        assert places == ["Biểu 1!C9:C14"] or all(":" in place for place in places)
        assert sum(value > 0 for value in last.values()) >= 4
