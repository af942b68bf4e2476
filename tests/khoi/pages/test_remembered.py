"""Answers of a publication are remembered as long as it is read, within a bound, and never given away to be changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from khoi.deployment.home import Home
from khoi.pages import published as module
from khoi.pages.published import Published
from khoi.pages.remembered import Remembered
from khoi.warehouse.errors import WarehouseError

_QUESTION = "select value from answers"


def _holding(value: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create schema marts; create table marts.answers as select {value} as value")
    return connection


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Which version people read, and the warehouse it is."""
    state: dict[str, Any] = {"version": "v1", "warehouse": _holding(1)}
    monkeypatch.setattr(module, "published_version", lambda _home: SimpleNamespace(version=state["version"]))
    monkeypatch.setattr(module, "open_published", lambda _home, **_settings: state["warehouse"])
    return state


def test_a_question_is_asked_once_a_publication(now: dict[str, Any], tmp_path: Any) -> None:
    read, asked = Published(Home(tmp_path)), []

    def ask(cursor: duckdb.DuckDBPyConnection) -> list[Any]:
        asked.append(1)
        return cursor.execute(_QUESTION).fetchall()

    assert [read.once("q", ask, len) for _ in range(3)] == [[(1,)]] * 3
    assert len(asked) == 1
    # An answer was accepted and built into the next publication: the page must not say what the last one said.
    now.update(version="v2", warehouse=_holding(2))
    assert [read.once("q", ask, len) for _ in range(2)] == [[(2,)]] * 2
    assert len(asked) == 2
    # Rolled back: the first is read again, and asked again.
    now.update(version="v1", warehouse=_holding(1))
    assert read.once("q", ask, len) == [(1,)]
    assert read.rows(_QUESTION) == [{"value": 1}]


def test_rows_are_the_caller_s_own(now: dict[str, Any], tmp_path: Any) -> None:
    read = Published(Home(tmp_path))
    read.rows(_QUESTION)[0]["value"] = 99
    assert read.rows(_QUESTION) == [{"value": 1}]
    assert read.rows(f"{_QUESTION} where value = $least", {"least": 1}) == [{"value": 1}]
    assert read.rows(f"{_QUESTION} where value = $least", {"least": 2}) == []


def test_an_answer_of_a_version_that_was_left_meanwhile_is_not_told_of_the_next(
    now: dict[str, Any], tmp_path: Any
) -> None:
    read = Published(Home(tmp_path))

    def slow(cursor: duckdb.DuckDBPyConnection) -> list[Any]:
        found = cursor.execute(_QUESTION).fetchall()
        now.update(version="v2", warehouse=_holding(2))
        read.rows("select 1")
        return found

    assert read.once("q", slow, len) == [(1,)]
    assert read.once("q", lambda cursor: cursor.execute(_QUESTION).fetchall(), len) == [(2,)]


def test_what_cannot_be_answered_is_asked_again(now: dict[str, Any], tmp_path: Any) -> None:
    read, tries = Published(Home(tmp_path)), []

    def fails_once(_cursor: duckdb.DuckDBPyConnection) -> list[int]:
        tries.append(1)
        if len(tries) == 1:
            raise WarehouseError("once")
        return [7]

    with pytest.raises(WarehouseError):
        read.once("q", fails_once, len)
    assert read.once("q", fails_once, len) == [7]


def test_the_least_recently_asked_is_given_up_first_and_large_answers_are_not_kept() -> None:
    kept = Remembered(most_rows=40)
    for name in ("a", "b", "c", "d"):
        kept.get("v1", name)
        kept.put("v1", name, name, 10)
    assert kept.get("v1", "a") == ("a", True)
    kept.put("v1", "e", "e", 10)
    assert [kept.get("v1", name)[1] for name in "abcde"] == [True, False, True, True, True]
    kept.put("v1", "large", "large", 11)
    assert kept.get("v1", "large") == (None, False)
    assert kept.get("v2", "a") == (None, False)
    kept.put("v1", "late", "late", 1)
    assert kept.get("v2", "late") == (None, False)
