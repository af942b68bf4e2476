"""`khoi explain` as data and as lines: what was tried, the explanations, and why nothing is proposed."""

from __future__ import annotations

from quality.explanations import contradictions, in_lines
from quality.localise import Cell, Constraint, Problem, localise
from quality.suspects import Explained

BALANCE = Constraint("R1", (("open", 1), ("in", 1), ("close", -1)))
COPY = Constraint("R2", (("close", 1), ("total", -1)))


def explained(**written: int) -> Explained:
    values = {"open": 118, "in": 5, "close": 123, "total": 123} | written
    cells = [
        Cell(name, value, 120 if name != "in" else 4, "stock", "B", row, 3, label=f"B!C{row}")
        for row, (name, value) in enumerate(values.items(), start=1)
    ]
    problem = Problem.of(cells, [BALANCE, COPY])
    return Explained("f1", problem, localise(problem))


def test_a_contradiction_tells_rules_cells_tries_and_explanations() -> None:
    (told,) = contradictions(explained(close=132))
    assert told["rules"] == ["R1", "R2"]
    assert told["tried"] > 0
    assert [one["place"] for one in told["cells"]] == ["B!C3", "B!C2", "B!C1", "B!C4"]
    first = told["explanations"][0]
    assert first["repairs"] == [{"place": "B!C3", "observed": 132, "proposed": 123}]
    assert first["reason_vi"] == "hai chữ số liền nhau bị đảo"
    assert told["suspects"][0]["proposed_probability"] <= told["suspects"][0]["probability"] < 1


def test_one_rule_can_be_asked_for() -> None:
    assert contradictions(explained(close=132), "R2")
    assert contradictions(explained(total=7), "R1") == []


def test_the_lines_begin_in_vietnamese_and_name_what_to_compare_where_nothing_stands_out() -> None:
    cells = [
        Cell(name, value, label=f"B!C{row}")
        for row, (name, value) in enumerate(zip("abc", (5, 7, 13), strict=True), start=1)
    ]
    problem = Problem.of(cells, [Constraint("R1", (("a", 1), ("b", 1), ("c", -1)))])
    (told,) = contradictions(Explained("f1", problem, localise(problem)))
    lines = in_lines(told)
    assert lines[0].startswith("R1: không xác định được ô sai")
    assert "compare: B!C1=5, B!C2=7, B!C3=13" in lines[-1]
    assert all("100 %" not in line for line in lines)
