"""Slips over several cells and slips that sums and neighbours show, each on a problem a person can check."""

from __future__ import annotations

import pytest

from quality.localise import Cell, Constraint, Diagnosis, Effort, Problem, load_weights, localise
from quality.localise.multi_cell_errors import repairing_errors
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.search import Search


def sheet(figures: dict[str, tuple[int | None, int | None]], apart: int = 1) -> list[Cell]:
    """Cells of one column, every ``apart`` rows: name -> (written, last period's)."""
    return [
        Cell(name, written, before, sheet="form", row=apart * row, column=3, label=f"form!{name}", fresh=True)
        for row, (name, (written, before)) in enumerate(figures.items())
    ]


def known(**figures: int) -> list[Cell]:
    """Figures that nobody of the workbook wrote."""
    return [Cell(name, value, fixed=True) for name, value in figures.items()]


def same(first: str, second: str) -> Constraint:
    """Two figures that are one."""
    return Constraint(f"{first}={second}", ((first, 1), (second, -1)))


def sum_of(total: str, *parts: str) -> Constraint:
    """A total and its parts."""
    return Constraint(f"sum {total}", ((total, -1), *((part, 1) for part in parts)))


def told(diagnosis: Diagnosis) -> dict[str, object]:
    """By place what should stand there, of everything that is likely."""
    return {one.cell: one.proposed for one in diagnosis.suspects()}


def kinds(diagnosis: Diagnosis) -> set[str]:
    """The kinds of the best explanation of every component."""
    return {kind for one in diagnosis.components for kind in one.alternatives[0].kinds}


def test_lines_of_last_period_are_one_slip_that_went_on() -> None:
    cells = sheet({"a": (31, 31), "b": (17, 17), "c": (52, 52), "d": (40, 22)}, apart=5)
    rules = [same(name, f"list_{name}") for name in "abcd"]
    diagnosis = localise(Problem.of([*cells, *known(list_a=38, list_b=24, list_c=61, list_d=40)], rules))
    assert told(diagnosis) == {"a": 38, "b": 24, "c": 61}
    assert kinds(diagnosis) == {"copied_previous"}
    assert len(diagnosis.components) == 1, "one story of contradictions in one column"


def test_a_slip_that_goes_on_is_one_event_however_many_cells_it_took() -> None:
    figures = {f"c{i}": (20 + i, 20 + i) for i in range(8)}
    truth = {f"list_c{i}": 33 + 2 * i for i in range(8)}
    cells = [*sheet({**figures, "other": (4, 9)}), *known(**truth)]
    problem = Problem.of(cells, [same(f"c{i}", f"list_c{i}") for i in range(8)])
    around = Neighbourhood(problem, problem.violated, load_weights(), frozenset())
    found, spent = Search(around, Effort(max_steps=2)).run()
    assert (len(found[0].steps), spent) == (8, False)
    assert told(localise(problem)) == {f"c{i}": 33 + 2 * i for i in range(8)}


def test_a_column_ten_times_too_large_is_one_slip() -> None:
    cells = sheet({"a": (110, 12), "b": (80, 9), "c": (70, 6), "all": (26, 27)})
    diagnosis = localise(Problem.of(cells, [sum_of("all", "a", "b", "c")]))
    assert told(diagnosis) == {"a": 11, "b": 8, "c": 7}


def test_figures_of_the_row_below_are_seen_as_copied() -> None:
    row = {"all": (59, 1), "good": (48, 1), "bad": (11, 0)}
    upper = [
        Cell(name, *pair, sheet="form", row=8, column=at, label=f"form!{name}")
        for at, (name, pair) in enumerate(row.items())
    ]
    lower = [
        Cell(f"{name}2", now, now, sheet="form", row=9, column=at) for at, (name, (now, _)) in enumerate(row.items())
    ]
    rules = [sum_of("all", "good", "bad"), same("all", "members")]
    cells = [*upper, *lower, *known(members=1)]
    diagnosis = localise(Problem.of(cells, rules))
    assert "copied_beside" in kinds(diagnosis)
    assert told(diagnosis) == {"all": 1, "good": 1, "bad": 0}


def test_without_the_row_below_nothing_is_copied_from_it() -> None:
    cells = sheet({"a": (48, 1), "b": (2, 3)})
    diagnosis = localise(Problem.of([*cells, *known(right=7)], [same("a", "right")]))
    assert "copied_beside" not in kinds(diagnosis)


@pytest.mark.parametrize(("written", "true"), [(60, 79), (98, 79)])
def test_a_sum_that_lacks_a_part_or_holds_it_twice(written: int, true: int) -> None:
    cells = sheet({"all": (written, 78), "a": (33, 31), "b": (19, 20), "c": (27, 27)})
    diagnosis = localise(Problem.of(cells, [sum_of("all", "a", "b", "c")]))
    assert kinds(diagnosis) == {"summed"}
    best = diagnosis.components[0].suspects[0]
    assert (best.cell, best.proposed) == ("all", true)


def test_a_share_in_percent_is_told_as_its_number() -> None:
    part, whole = (
        Cell("part", 62, 7, sheet="form", row=1, label="form!part"),
        Cell("whole", 13, 12, sheet="form", row=2),
    )
    diagnosis = localise(Problem.of([part, whole], [Constraint("within", (("part", 1), ("whole", -1)), "<=")]))
    assert kinds(diagnosis) == {"percent"}
    assert told(diagnosis) == {"part": 8}


def test_whole_rows_that_stand_in_each_others_place() -> None:
    rows = {"x": (5, 40, 45), "y": (31, 12, 43)}
    cells = [
        Cell(f"{name}{at}", value, None, sheet="form", row=row, column=at, label=f"form!{name}{at}")
        for row, (name, values) in enumerate(rows.items())
        for at, value in enumerate(values)
    ]
    rules = [same(f"{name}{at}", f"{name}{at}_there") for name in rows for at in range(3)]
    there = {f"{name}{at}_there": rows[other][at] for name, other in (("x", "y"), ("y", "x")) for at in range(3)}
    diagnosis = localise(Problem.of([*cells, *known(**there)], rules))
    assert kinds(diagnosis) == {"rows_exchanged"}
    assert told(diagnosis) == {f"{name}{at}": there[f"{name}{at}_there"] for name in rows for at in range(3)}


def test_what_was_counted_in_another_part_of_the_sum_leaves_the_total_alone() -> None:
    cells = sheet({"all": (11, 12), "admitted": (7, 6), "moved": (4, 6)})
    rules = [sum_of("all", "admitted", "moved"), same("admitted", "decided"), same("moved", "listed")]
    diagnosis = localise(Problem.of([*cells, *known(decided=6, listed=5)], rules))
    assert kinds(diagnosis) == {"moved_part"}
    assert told(diagnosis) == {"admitted": 6, "moved": 5}


def test_the_subtotal_moves_with_its_part() -> None:
    cells = sheet({"all": (11, 12), "admitted": (7, 6), "moved": (4, 6), "near": (3, 4), "far": (1, 2)})
    rules = [sum_of("all", "admitted", "moved"), sum_of("moved", "near", "far")]
    rules += [same("admitted", "decided"), same("near", "listed"), same("far", "listed_far")]
    diagnosis = localise(Problem.of([*cells, *known(decided=6, listed=4, listed_far=1)], rules))
    assert told(diagnosis) == {"admitted": 6, "moved": 5, "near": 4}


def test_a_figure_on_two_forms_may_be_wrong_on_both() -> None:
    """The second form costs what it costs to take a wrong figure over, not an error of its own."""
    cells = [
        *sheet({"official": (90, 88), "probationary": (8, 4), "total": (94, 92)}),
        Cell("twin", 8, 4, sheet="other", row=1, column=3, label="other!twin"),
    ]
    problem = Problem.of(cells, [sum_of("total", "official", "probationary"), same("probationary", "twin")])
    around = Neighbourhood(problem, problem.violated, load_weights(), frozenset())
    best = Search(around, Effort()).run()[0][0]
    assert [step.kind == "carried" for step in best.steps] == [False, True]
    first, second = (step.changes[0] for step in best.steps)
    assert best.cost == around.change(*first)[0] + around.follows(*second, around.taken_over_cost)
    assert {around.cells[cell].key: value for cell, value in (first, second)} == {"probationary": 4, "twin": 4}


def test_a_figure_written_over_its_neighbour_is_a_block_of_two() -> None:
    row = {"all": (151, 140), "top": (25, 22), "good": (0, 111), "fair": (123, 5), "bad": (0, 1)}
    cells = [
        Cell(name, *pair, sheet="form", row=1, column=at, label=f"form!{name}")
        for at, (name, pair) in enumerate(row.items())
    ]
    diagnosis = localise(Problem.of(cells, [sum_of("all", "top", "good", "fair", "bad")]))
    best = diagnosis.components[0].alternatives[0]
    assert best.kinds == ("shifted",)
    assert {one.cell: one.proposed for one in best.repairs} == {"good": 123, "fair": 3}
    assert "bad" not in told(diagnosis)


def test_rules_that_agree_speak_against_an_error_that_nobody_knows() -> None:
    cells = sheet({"close": (138, 148), "other": (4, 9)})
    few = localise(Problem.of([*cells, *known(a=155)], [same("close", "a")]))
    rules = [same("close", name) for name in "abc"]
    many = localise(Problem.of([*cells, *known(a=155, b=155, c=155)], rules))
    assert many.suspects(0.02)[0].probability > few.suspects(0.02)[0].probability
    assert many.suspects(0.02)[0].proposed == 155


def bounded(part: str, whole: str) -> Constraint:
    """A figure that is at most another one."""
    return Constraint(f"{part}<={whole}", ((part, 1), (whole, -1)), "<=")


DUE = {"a": 12, "b": 7, "c": 3, "d": 40, "e": 38, "f": 9, "g": 6, "h": 15, "i": 2, "j": 21, "k": 19, "l": 4}
"""A column of which most cells are in no rule, as it should be."""


@pytest.mark.parametrize("from_row", [0, 3])
def test_a_column_that_stands_one_row_down_is_one_event_over_all_its_cells(from_row: int) -> None:
    names, true = list(DUE), list(DUE.values())
    written: list[int | None] = [*true[:from_row], None, *true[from_row:-1]]
    cells = sheet({name: (there, before) for name, there, before in zip(names, written, true, strict=True)})
    # What is in no rule, and what only a rule far away names, stands in the line like the others.
    far = [Cell(f"far{n}", 1000, fixed=True) for n in range(5)]
    chain = [Constraint("a_far", (("f", 1), ("far0", -1)), "<=")]
    rules = [bounded("e", "d"), bounded("k", "j"), *chain]
    diagnosis = localise(Problem.of([*cells, *far], rules))
    assert told(diagnosis) == {name: DUE[name] for name in names[from_row:]}
    assert {one.kind for one in diagnosis.suspects()} == {"shifted"}
    assert len(diagnosis.components) == 1


def test_what_a_shift_along_a_line_would_break_is_seen_however_far_its_rules_are() -> None:
    """A shift may take no cell with it that a rule holds where it is, though the rule is none of the broken ones."""
    names, true = list(DUE), list(DUE.values())
    written: list[int | None] = [None, *true[:5], *true[6:]]
    cells = sheet({name: (there, before) for name, there, before in zip(names, written, true, strict=True)})
    rules = [bounded("e", "d"), *(same(name, f"list_{name}") for name in names[6:])]
    problem = Problem.of([*cells, *known(**{f"list_{name}": DUE[name] for name in names[6:]})], rules)
    around = Neighbourhood(problem, problem.violated, load_weights(), frozenset())
    ends = {around.cells[one.changes[-1][0]].key for one in repairing_errors(around) if one.kind == "shifted"}
    assert "f" in ends
    assert ends < set(names[:7]), "one that took more would break more than it mends"
    assert set(told(localise(problem))) == set(names[:6])


@pytest.mark.parametrize(
    ("counts", "shares"), [((11, 55, 3), (16, 80, 4)), ((24, 120, 3), (16, 82, 2)), ((1, 2, 0), (33, 67, 0))]
)
def test_parts_that_add_up_to_a_hundred_are_shares_of_the_total(
    counts: tuple[int, int, int], shares: tuple[int, int, int]
) -> None:
    cells = [
        Cell(name, share, None, sheet="form", row=9, column=at, label=f"form!{name}")
        for at, (name, share) in enumerate(zip("abc", shares, strict=True))
    ]
    problem = Problem.of([*cells, *known(rated=sum(counts))], [sum_of("rated", "a", "b", "c")])
    diagnosis = localise(problem)
    assert kinds(diagnosis) == {"shares"}
    wrong = {name: count for name, count, share in zip("abc", counts, shares, strict=True) if count != share}
    assert told(diagnosis) == wrong


def test_a_hundred_by_chance_is_no_row_of_shares() -> None:
    """95 and 5 of eleven: no ten of eleven are 95 in a hundred, so the 5 that fits is not accused."""
    cells = sheet({"a": (95, 6), "b": (5, 5), "all": (11, 11)}, apart=5)
    diagnosis = localise(Problem.of(cells, [sum_of("all", "a", "b")]))
    assert "shares" not in kinds(diagnosis)
    assert told(diagnosis) == {"a": 6}


def test_a_total_of_a_hundred_has_no_shares() -> None:
    cells = sheet({"a": (16, 15), "b": (80, 70), "c": (4, 5)})
    problem = Problem.of([*cells, *known(rated=100)], [sum_of("rated", "a", "b", "c")])
    assert localise(problem).components == ()
