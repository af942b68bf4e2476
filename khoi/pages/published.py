"""Reading the publication that people read now: one connection a version, a cursor a question asked the first time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from khoi.deployment.home import Home
from khoi.pages.remembered import Remembered
from khoi.warehouse.read import open_published
from khoi.warehouse.renamed import stand_in
from khoi.warehouse.versions import PublishedVersion, published_version

if TYPE_CHECKING:
    import duckdb

_Answer = TypeVar("_Answer")


class Published:
    """The published warehouse of a deployment, opened once a version; safe to ask from several threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._opened: tuple[str, duckdb.DuckDBPyConnection] | None = None
        self._remembered = Remembered()

    def version(self) -> PublishedVersion | None:
        """What is published now, or None."""
        return published_version(self.home)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of the version people read now. Raises WarehouseError where nothing is published."""
        _, cursor = self._cursor_of_now()
        with cursor:
            yield cursor

    def once(
        self, question: Hashable, ask: Callable[[duckdb.DuckDBPyConnection], _Answer], rows: Callable[[_Answer], int]
    ) -> _Answer:
        """What ``ask`` answers, asked once a publication; ``rows`` tells how large the answer is.

        The answer is shared by all readers: nobody may change it. Raises what ``ask`` raises, which is not remembered.
        """
        version = self.version()
        answer, is_there = self._remembered.get(version.version if version else "", question)
        if is_there:
            remembered: _Answer = answer
            return remembered
        name, cursor = self._cursor_of_now()
        with cursor:
            asked = ask(cursor)
        self._remembered.put(name, question, asked, rows(asked))
        return asked

    def rows(self, sql: str, given: Mapping[str, Any] | Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The rows of a question, each by the names of its columns; they are the caller's own."""

        def ask(cursor: duckdb.DuckDBPyConnection) -> tuple[list[str], list[tuple[Any, ...]]]:
            answered = cursor.execute(sql, given)
            return [column[0] for column in answered.description or []], answered.fetchall()

        names, found = self.once((sql, repr(given)), ask, lambda answer: len(answer[1]))
        return [dict(zip(names, row, strict=True)) for row in found]

    def _cursor_of_now(self) -> tuple[str, duckdb.DuckDBPyConnection]:
        """The version people read now and a cursor of it."""
        version = self.version()
        name = version.version if version else ""
        with self._lock:
            if self._opened is None or self._opened[0] != name:
                self._opened = (name, open_published(self.home, threads="2", memory_limit="1GB"))
            cursor = self._opened[1].cursor()
        cursor.execute("set schema = 'marts'")
        stand_in(cursor)
        return name, cursor
