"""Connected problems: over periods of one organization, and over organizations that transfer members."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from quality.localise import Cell, Constraint, Problem, localise


def organization(name: str, period: str, opening: int, came: int, left: int) -> tuple[list[Cell], list[Constraint]]:
    """One balanced record; its closing has an independent witness on another form."""
    key = f"{name}|{period}|"
    values = {"OPEN": opening, "IN": came, "OUT": left, "CLOSE": opening + came - left}
    cells = [
        Cell(key + code, value, value - 1 if value else 0, "stock" if code in ("OPEN", "CLOSE") else "flow")
        for code, value in values.items()
    ]
    cells.append(Cell(key + "TOTAL", values["CLOSE"], values["CLOSE"] - 1, "stock"))
    balance = Constraint(
        key + "balance", tuple((key + code, sign) for code, sign in zip(values, (1, 1, -1, -1), strict=True))
    )
    witness = Constraint(key + "witness", ((key + "TOTAL", 1), (key + "CLOSE", -1)))
    return cells, [balance, witness]


def written(cells: list[Cell], **values: int) -> list[Cell]:
    """The cells with some figures (by end of key) written differently."""
    found = []
    for cell in cells:
        wrong = [value for end, value in values.items() if cell.key == end.replace("__", "|")]
        found.append(replace(cell, observed=wrong[0]) if wrong else cell)
    return found


def test_the_side_of_a_transfer_is_named_where_it_has_a_witness() -> None:
    cells_a, constraints_a = organization("A", "H1", 100, 4, 12)
    cells_b, constraints_b = organization("B", "H1", 80, 12, 3)
    meet = Constraint("meet", (("A|H1|OUT", 1), ("B|H1|IN", -1)))
    cells = written([*cells_a, *cells_b], A__H1__OUT=21)
    diagnosis = localise(Problem.of(cells, [*constraints_a, *constraints_b, meet]))
    (suspect,) = diagnosis.suspects()
    assert (suspect.cell, suspect.proposed, suspect.band.name) == ("A|H1|OUT", 12, "near_certain")


def test_the_pair_is_reported_where_no_side_has_a_witness() -> None:
    cells = [Cell("A|H1|OUT", 12, 11), Cell("B|H1|IN", 15, 14)]
    diagnosis = localise(Problem.of(cells, [Constraint("meet", (("A|H1|OUT", 1), ("B|H1|IN", -1)))]))
    component = diagnosis.components[0]
    assert component.outcome != "located"
    assert {one.cell for one in component.suspects} == {"A|H1|OUT", "B|H1|IN"}


def test_the_previous_period_may_be_the_wrong_one() -> None:
    """Last closing was mistyped and accepted: this period's balance and its witness both speak for the opening."""
    before, constraints_before = organization("A", "H1", 100, 4, 12)
    now, constraints_now = organization("A", "H2", 92, 5, 3)
    link = Constraint("link", (("A|H2|OPEN", 1), ("A|H1|CLOSE", -1)))
    cells = written([*before, *now], A__H1__CLOSE=29)
    diagnosis = localise(Problem.of(cells, [*constraints_before, *constraints_now, link]))
    (suspect,) = diagnosis.suspects()
    assert (suspect.cell, suspect.proposed) == ("A|H1|CLOSE", 92)


def committee(count: int, wrong: int) -> tuple[Problem, dict[str, int]]:
    """``count`` organizations in a ring of transfers, ``wrong`` of them with an outgoing figure mistyped."""
    rng = np.random.default_rng(7)
    moved = [int(value) for value in rng.integers(11, 30, count)]
    cells: list[Cell] = []
    constraints: list[Constraint] = []
    for i in range(count):
        own_cells, own_constraints = organization(f"O{i:03d}", "H1", int(rng.integers(40, 400)), moved[i - 1], moved[i])
        cells += own_cells
        constraints += own_constraints
        constraints.append(Constraint(f"meet{i:03d}", ((f"O{i:03d}|H1|OUT", 1), (f"O{(i + 1) % count:03d}|H1|IN", -1))))
    chosen = [int(i) for i in rng.choice(count, wrong, replace=False)]
    truth = {f"O{i:03d}|H1|OUT": moved[i] for i in chosen}
    mistyped = {key.replace("|", "__"): 10 * value for key, value in truth.items()}
    return Problem.of(written(cells, **mistyped), constraints), truth


def test_a_whole_committee_is_solved_component_by_component() -> None:
    problem, truth = committee(300, 40)
    start = time.perf_counter()
    diagnosis = localise(problem)
    assert time.perf_counter() - start < 3.0
    named = {one.cell: one.proposed for one in diagnosis.suspects()}
    assert len(diagnosis.components) >= 20
    assert named == truth
