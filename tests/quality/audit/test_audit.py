"""The rules audited: contradictions, implied rules, blind spots and what would close them."""

from __future__ import annotations

import pandas as pd

from quality.audit import (
    Contradiction,
    Redundancy,
    blind_spots,
    contradictions,
    mined_equalities,
    redundancies,
    remedies,
    repeat_candidates,
)
from quality.localise import Constraint

TOTAL = Constraint("total", (("a", 1), ("b", 1), ("t", -1)))
PART = Constraint("part", (("p", 1), ("t", -1)), "<=")


def test_sound_rules_contradict_nothing() -> None:
    assert contradictions([TOTAL, PART]) == []


def test_a_contradiction_names_its_least_culprits() -> None:
    rules = [
        TOTAL,
        PART,
        Constraint("one", (("x", 1),), constant=-1),
        Constraint("two", (("x", 1),), ">=", constant=-2),
    ]
    assert contradictions(rules) == [Contradiction(None, ("one", "two"))]


def test_a_cell_that_could_never_be_filled_is_a_contradiction() -> None:
    rules = [TOTAL, PART, Constraint("more", (("p", 1), ("t", -2)), ">=")]
    stuck = {found.cell: found.rules for found in contradictions(rules)}
    assert stuck["p"] == ("more", "part")
    assert stuck["t"] == ("more", "part")


def test_soft_rules_are_left_out_of_contradictions() -> None:
    assert contradictions([Constraint("never", (("a", 1),), "<=", constant=1, weight=2.0)]) == []


def test_an_implied_rule_names_the_rules_that_say_it() -> None:
    twice = [
        Constraint("ab", (("a", 1), ("b", -1))),
        Constraint("bc", (("b", 1), ("c", -1))),
        Constraint("ac", (("a", 1), ("c", -1))),
    ]
    found = redundancies([*twice, TOTAL])
    assert Redundancy("ac", ("ab", "bc")) in found
    assert {one.rule for one in found} == {"ab", "bc", "ac"}


def test_an_inequality_implied_by_a_sum_is_found() -> None:
    found = redundancies([TOTAL, Constraint("less", (("a", 1), ("t", -1)), "<=")])
    assert found == [Redundancy("less", ("total",))]
    signed = redundancies([TOTAL, Constraint("less", (("a", 1), ("t", -1)), "<=")], signed=frozenset({"b"}))
    assert signed == []


def test_a_tolerance_makes_a_rule_weaker_not_stronger() -> None:
    exact, loose = Constraint("exact", (("a", 1), ("b", -1))), Constraint("loose", (("a", 1), ("b", -1)), tolerance=2)
    assert redundancies([exact, loose]) == [Redundancy("loose", ("exact",))]


def test_sight_of_every_kind_of_cell() -> None:
    rules = [TOTAL, PART, Constraint("twin", (("t", 1), ("t2", -1)))]
    sight = {spot.cell: spot for spot in blind_spots(["a", "b", "t", "t2", "p", "lone"], rules)}
    assert sight["lone"].sight == "unseen"
    assert (sight["p"].sight, sight["p"].watched) == ("beyond_slack", ("too_large",))
    assert (sight["a"].sight, sight["a"].twins) == ("noticed", ("b",))
    assert sight["t"].sight == "located"
    assert sight["t2"].sight == "located"


def test_a_trusted_cell_is_nobodys_twin() -> None:
    rule = Constraint("opening", (("open", 1), ("prev.close", -1)))
    free = blind_spots(["open"], [rule])[0]
    trusted = blind_spots(["open"], [rule], fixed=["prev.close"])[0]
    assert (free.sight, trusted.sight) == ("noticed", "located")


def test_the_remedy_that_closes_most_comes_first() -> None:
    cells = ["a", "b", "t", "p", "lone"]
    rules = [TOTAL, PART, Constraint("twin", (("t", 1), ("t2", -1)))]
    cross = Constraint("cross", (("a", 1), ("p", -1), ("lone", -2)))
    best = remedies(cells, rules, [*repeat_candidates(cells), cross])[0]
    assert best.rule.key == "cross"
    assert best.noticed == ("lone", "p")
    assert {"a", "b"} <= set(best.located)


def test_a_useless_candidate_is_not_a_remedy() -> None:
    rules = [
        Constraint("ab", (("a", 1), ("b", -1))),
        Constraint("ac", (("a", 1), ("c", -1))),
        Constraint("bc2", (("b", 1), ("c", -1))),
    ]
    assert remedies(["a", "b", "c"], rules, [Constraint("again", (("a", 1), ("b", -1)))]) == []


def test_equalities_are_mined_only_with_enough_varied_returns() -> None:
    frame = pd.DataFrame({"x": range(40), "y": range(40), "z": [7] * 40, "w": [7] * 40, "v": range(1, 41)})
    assert [constraint.key for constraint in mined_equalities(frame, [])] == ["x=y"]
    assert mined_equalities(frame.head(10), []) == []
    assert mined_equalities(frame, [Constraint("said", (("y", 1), ("x", -1)))]) == []
