"""Reading the publication that people read now: one connection a version, a cursor a question."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from khoi.deployment.home import Home
from khoi.warehouse.publish import PublishedVersion, published_version
from khoi.warehouse.read import open_published
from khoi.warehouse.renamed import stand_in

if TYPE_CHECKING:
    import duckdb


class Published:
    """The published warehouse of a deployment, opened once a version; safe to ask from several threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._opened: tuple[str, duckdb.DuckDBPyConnection] | None = None

    def version(self) -> PublishedVersion | None:
        """What is published now, or None."""
        return published_version(self.home)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of the version people read now. Raises WarehouseError where nothing is published."""
        version = self.version()
        name = version.version if version else ""
        with self._lock:
            if self._opened is None or self._opened[0] != name:
                self._opened = (name, open_published(self.home, threads="2", memory_limit="1GB"))
            cursor = self._opened[1].cursor()
        cursor.execute("set schema = 'marts'")
        stand_in(cursor)
        return cursor

    def rows(self, sql: str, given: Mapping[str, Any] | Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The rows of a question, each by the names of its columns."""
        with self.cursor() as cursor:
            answered = cursor.execute(sql, given)
            names = [column[0] for column in answered.description or []]
            return [dict(zip(names, row, strict=True)) for row in answered.fetchall()]
