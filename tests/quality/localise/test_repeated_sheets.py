"""A sheet of last period sent again is one event: it is told as the sheet, and right cells elsewhere are left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fit import uncalibrated
from quality.localise import Cell, Constraint, Diagnosis, Problem, localise
from quality.localise.calibration import Calibration, load_calibration
from quality.localise.lists import ListAggregate, RecordList

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


STANDING_NOW = {"official": 58, "probationary": 5, "women": 20, "youth": 31, "party": 44, "total": 63}
STANDING_THEN = {"official": 71, "probationary": 9, "women": 26, "youth": 39, "party": 52, "total": 80}


def standing(written: dict[str, int], **elsewhere: int) -> Problem:
    """A sheet of stocks as written beside last period's, and what three other forms say of three of its figures."""
    cells = [
        Cell(name, value, STANDING_THEN[name], "stock", sheet="Đảng viên", row=n, column=3, label=f"Đảng viên!C{n}")
        for n, (name, value) in enumerate(written.items(), start=9)
    ]
    said = {name: elsewhere.get(name, STANDING_NOW[name]) for name in ("official", "probationary", "total")}
    for name, value in said.items():
        place = {"sheet": f"form of {name}", "row": 9, "column": 3, "label": f"form of {name}!C9"}
        cells.append(Cell(f"other.{name}", value, STANDING_THEN[name], "stock", **place))
    rules = [Constraint(f"same.{name}", ((name, 1), (f"other.{name}", -1))) for name in said]
    return Problem.of(cells, rules)


def test_a_sheet_of_stocks_that_several_forms_contradict_is_last_periods() -> None:
    assert localise(standing(STANDING_NOW)).components == ()
    (component,) = localise(standing(STANDING_THEN)).components
    (suspect,) = component.suspects
    assert (suspect.place, suspect.kind) == ("Đảng viên!C9:C14", "sheet_repeated")
    assert len(component.constraints) == 3


def test_a_sheet_of_stocks_of_which_one_figure_is_contradicted_is_not() -> None:
    """What stays by nature repeats; that one figure is wrong says nothing of the sheet."""
    said = {"probationary": STANDING_THEN["probationary"], "total": STANDING_THEN["total"]}
    assert "sheet_repeated" not in kinds(localise(standing(STANDING_THEN, **said)))


@pytest.mark.parametrize("figure", [30, 8, 2])
def test_an_error_elsewhere_is_no_reason_to_take_a_sheet_that_repeats_for_last_periods(figure: int) -> None:
    """Nobody came and nobody left, so the sheet repeats; one other figure contradicts it and its own form as well."""
    repeated = standing(STANDING_THEN, official=71, probationary=9, total=80)
    wrong = [replace(one, observed=figure) if one.key == "other.total" else one for one in repeated.cells]
    again = [replace(one, key=f"again.{one.key}", sheet="again") for one in repeated.cells if one.key == "total"]
    rules = [
        *repeated.constraints,
        Constraint("again", (("again.total", 1), ("other.total", -1))),
        Constraint("most", (("official", 1), ("other.total", -1)), "<="),
    ]
    diagnosis = localise(Problem.of([*wrong, *again], rules))
    assert "sheet_repeated" not in kinds(diagnosis)
    assert [(one.cell, one.proposed) for one in diagnosis.suspects()] == [("other.total", 80)]


@pytest.mark.parametrize("calibration", [load_calibration(), uncalibrated(load_calibration())])
def test_of_a_list_and_a_sheet_that_repeats_no_more_is_told_than_of_the_list(calibration: Calibration) -> None:
    whole = problem(LAST)
    listed = [replace(one, sheet="Danh sách", fixed=True) for one in whole.cells if one.sheet == "Đảng viên"]
    beside = [one for one in whole.cells if one.sheet != "Đảng viên"]
    held = RecordList("list", "Danh sách", "B8:E8", (), (ListAggregate("official", None, {}),))
    whole = Problem.of([*beside, *listed], [BALANCE, STATUS], [held])
    (component,) = localise(whole, calibration=calibration).components
    (suspect,) = component.suspects
    assert suspect.kind == "sheet_repeated"
    assert suspect.probability == pytest.approx(min(0.99, calibration.most.get("list_against_form", 1.0)), abs=0.001)
