"""What is said of how a figure came to be wrong is true of the figures that the reader sees."""

from __future__ import annotations

import pytest

from quality.localise import Cell, Constraint, Problem, load_weights, localise
from quality.localise.in_words import time_before, words
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.single_cell_errors import likelihoods
from quality.localise.states import Step


def around(*cells: Cell) -> Neighbourhood:
    """The neighbourhood of cells that a sum holds together, which is broken."""
    parts = tuple((cell.key, 1) for cell in cells)
    problem = Problem.of([*cells, Cell("all", 900, label="form!Z9")], [Constraint("sum", (("all", -1), *parts))])
    return Neighbourhood(problem, problem.violated, load_weights(), frozenset())


def said(neighbourhood: Neighbourhood, kind: str, cell: str, true: int) -> str:
    """The Vietnamese words of a step of one cell."""
    number = next(n for n, one in enumerate(neighbourhood.cells) if one.key == cell)
    return words(neighbourhood, Step(kind, ((number, true),)), cell)[0]


def column(name: str, value: int, row: int, **more: object) -> Cell:
    """A cell of the form's third column."""
    return Cell(name, value, sheet="form", row=row, column=3, label=f"form!C{row}", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("observed", "true"), [(10, 0), (90, 0), (0, 10)])
def test_nothing_is_not_a_figure_with_a_digit_less(observed: int, true: int) -> None:
    assert not {"added_digit", "dropped_digit"} & {kind for kind, _ in likelihoods(observed, true, None)}


def test_the_cell_that_was_copied_is_named() -> None:
    given = around(column("a", 7, 5), column("b", 7, 6), column("c", 8, 7))
    assert said(given, "copied_beside", "b", 4) == "chép số của ô form!C5 ở bên cạnh"


@pytest.mark.parametrize(("yearly", "before"), [(False, "kỳ trước"), (True, "năm trước")])
def test_what_is_asked_once_a_year_has_stood_a_year_before(yearly: bool, before: str) -> None:
    given = around(column("a", 7, 5, previous=7, yearly=yearly))
    assert said(given, "copied_previous", "a", 4) == f"chép lại số {before}"


def test_figures_without_a_former_one_do_not_say_of_when_they_are() -> None:
    cells = [column("a", 7, 5), column("b", 7, 6, previous=7, yearly=True)]
    assert time_before(cells)[0] == "năm trước"
    assert time_before([])[0] == "kỳ trước"


@pytest.mark.parametrize("fixed", [True, False])
def test_of_a_rule_with_a_single_cell_that_cell_is_wrong_whatever_it_should_be(fixed: bool) -> None:
    cells = [column("part", 17, 5), Cell("whole", 16, fixed=True) if fixed else column("whole", 16, 9)]
    told = localise(Problem.of(cells, [Constraint("in", (("part", 1), ("whole", -1)), "<=")]))
    part = next(one for one in told.suspects(0.2) if one.cell == "part")
    assert part.proposed_probability < 0.5
    assert part.probability >= 0.95 if fixed else part.probability < 0.65, "a whole that was typed may be the wrong one"


def test_of_a_figure_that_may_be_many_it_is_not_said_how_it_came_about() -> None:
    cells = [column("part", 17, 5), column("whole", 16, 9)]
    rule = Constraint("in", (("part", 1), ("whole", -1)), "<=")
    part = localise(Problem.of(cells, [rule])).suspects(0.2)[0]
    assert part.proposed_probability < 0.5
    assert part.reason_vi == "số khác", "off by a few, a digit, the figure of the cell beside: any of them"
