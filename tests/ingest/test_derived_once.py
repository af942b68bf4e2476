"""What follows from declarations is derived once, and never for declarations that changed."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import pandas as pd

from ingest.derived_once import carried, derived_of, derived_once


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


def test_in_a_block_that_carries_it_goes_along_with_the_objects_it_was_derived_from() -> None:
    CALLS.clear()
    one, other = Declared(5), pd.DataFrame({"b": [1]})
    rows(one, "x")
    rows(one, other)
    with carried(__name__):
        written = pickle.dumps((one, other))
    there, other_there = pickle.loads(written)
    assert rows(there, "x").equals(rows(one, "x"))
    assert rows(there, other_there).equals(rows(one, other))
    assert len(CALLS) == 2
    rows(there, other)  # another object than the one that came along
    assert len(CALLS) == 3
    assert rows(pickle.loads(pickle.dumps(one)), "x").equals(rows(one, "x"))
    assert len(CALLS) == 4, "outside the block it stays behind"


def test_what_another_package_derived_stays_behind_and_what_cannot_be_written_is_derived_anew() -> None:
    CALLS.clear()
    one = Declared(6)
    rows(one, "x")
    first = lines(one)[0]
    with carried("khoi"):
        assert not derived_of(pickle.loads(pickle.dumps(one)))
    with carried(__name__):
        there = pickle.loads(pickle.dumps(one))
    assert derived_of(there) == derived_of(one), "known to have been tried"
    assert lines(there)[0] is not first
    assert len(CALLS) == 1


def test_no_more_answers_go_along_than_are_worth_reading() -> None:
    CALLS.clear()
    one = Declared(8)
    for number in range(9):
        rows(one, str(number))
    with carried(__name__):
        there = pickle.loads(pickle.dumps(one))
    rows(there, "8")
    assert len(CALLS) == 9
    rows(there, "0")
    assert len(CALLS) == 10


def test_of_many_answers_the_last_are_kept() -> None:
    CALLS.clear()
    one = Declared(4)
    for number in range(200):
        rows(one, str(number))
    rows(one, "199")
    assert len(CALLS) == 200
    rows(one, "0")
    assert len(CALLS) == 201
