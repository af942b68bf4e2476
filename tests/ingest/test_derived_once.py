"""What follows from declarations is derived once, and never for declarations that changed."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import pandas as pd

from ingest.derived_once import derived_once


@dataclass(frozen=True)
class Declared:
    number: int


CALLS: list[tuple[int, object]] = []


@derived_once
def rows(declared: Declared, other: object) -> pd.DataFrame:
    CALLS.append((declared.number, other))
    return pd.DataFrame({"a": [declared.number]})


def test_the_same_objects_are_asked_once_and_other_objects_anew() -> None:
    CALLS.clear()
    one, same_words = Declared(1), Declared(1)
    assert rows(one, "x").equals(rows(one, "x"))
    assert len(CALLS) == 1
    rows(one, "y")
    rows(same_words, "x")
    rows(one, pd.DataFrame())
    rows(one, pd.DataFrame())  # another object: its content is not looked at
    assert len(CALLS) == 5


def test_who_changes_the_frame_that_was_handed_out_changes_nobody_elses() -> None:
    one = Declared(7)
    mine = rows(one, "x")
    mine["a"] = 8
    mine["b"] = 1
    assert rows(one, "x").to_dict("list") == {"a": [7]}


@derived_once
def lines(declared: Declared) -> list[object]:
    return list(pd.DataFrame({"a": [declared.number]}).itertuples())  # no process can send these to another


def test_what_was_derived_stays_behind_where_the_declarations_go_to_another_process() -> None:
    one = Declared(3)
    assert len(lines(one)) == 1
    there = pickle.loads(pickle.dumps(one))
    assert there == one
    assert lines(there)[0] is not lines(one)[0]


def test_of_many_answers_the_last_are_kept() -> None:
    CALLS.clear()
    one = Declared(4)
    for number in range(200):
        rows(one, str(number))
    rows(one, "199")
    assert len(CALLS) == 200
    rows(one, "0")
    assert len(CALLS) == 201
