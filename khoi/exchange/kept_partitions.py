"""Rows of the lake's partitions as they were read last, for a process that checks one workbook after the other.

Workbooks come by committee and period, and each is asked beside the same rows of the others. Belongs here: keeping what
was read as long as its file says the same. Does not belong here: which rows anything asks for
(`khoi.exchange.sent_beside`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingest.database import small_database

Place = tuple[str, str]
"""Committee and period: a partition."""
Stamp = tuple[int, int, int]
"""What a file is known by: its number, when it was last written (nanoseconds), its size in bytes."""
_MOST = 64
_ALWAYS = "list_contains($always, {column})"
_TELLING = "(list_contains($always, {column}) OR (value >= $least AND list_contains($telling, {column})))"


@dataclass(frozen=True)
class Wanted:
    """The rows whose ``column`` is one of ``always``, and of those in ``telling`` the ones of ``least`` or more."""

    column: str
    always: tuple[str, ...]
    telling: tuple[str, ...] = ()
    least: float = 0.0

    def rows(self, connection: duckdb.DuckDBPyConnection, paths: list[Path], columns: list[str]) -> pa.Table:
        """These rows of the files ``paths``."""
        where = (_TELLING if self.telling else _ALWAYS).format(column=self.column)
        query = f"SELECT {', '.join(columns)} FROM read_parquet($paths, hive_partitioning = false) WHERE {where}"
        given: dict[str, object] = {"paths": [str(path) for path in paths], "always": list(self.always)}
        if self.telling:
            given |= {"telling": list(self.telling), "least": self.least}
        found: pa.Table = connection.sql(query, params=given).to_arrow_table()
        return found


_Key = tuple[str, Place, Wanted]


class KeptPartitions:
    """The tables of `normalised` below ``folder``, of which each partition is read once and again when it changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[_Key, tuple[Stamp, pa.Table]] = {}

    def rows(
        self, name: str, schema: pa.Schema, places: Collection[Place], wanted: Wanted, files: Collection[str]
    ) -> pa.Table:
        """What the ``files`` of some partitions have of the ``wanted`` rows of table ``name``."""
        stamps = {place: stamp for place in places if (stamp := stamp_of(self._path(name, place))) is not None}
        stale = [place for place, stamp in stamps.items() if self._known(name, place, wanted) != stamp]
        if stale:
            self._read(name, schema, {place: stamps[place] for place in stale}, wanted)
        tables = self._taken([(name, place, wanted) for place in stamps])
        if not tables:
            return schema.empty_table()
        whole = pa.concat_tables(tables)
        return whole.filter(pc.is_in(whole["file_hash"], value_set=pa.array(sorted(files), pa.string())))

    def _path(self, name: str, place: Place) -> Path:
        return self._folder / "normalised" / place[0] / place[1] / f"{name}.parquet"

    def _known(self, name: str, place: Place, wanted: Wanted) -> Stamp | None:
        kept = self._kept.get((name, place, wanted))
        return None if kept is None else kept[0]

    def _taken(self, keys: list[_Key]) -> list[pa.Table]:
        """What was read of partitions, which are now those that were asked for last; the others go one by one."""
        for key in keys:
            self._kept[key] = self._kept.pop(key)
        tables = [self._kept[key][1] for key in keys]
        for oldest in list(self._kept)[:-_MOST]:
            del self._kept[oldest]
        return tables

    def _read(self, name: str, schema: pa.Schema, stamps: dict[Place, Stamp], wanted: Wanted) -> None:
        """Read partitions, all in one question."""
        with small_database() as connection:
            paths = [self._path(name, place) for place in stamps]
            read = wanted.rows(connection, paths, schema.names).cast(schema)
        for place, stamp in stamps.items():
            mine = pc.and_(pc.equal(read["committee_code"], place[0]), pc.equal(read["period_code"], place[1]))
            self._kept[name, place, wanted] = (stamp, read.filter(mine))


def stamp_of(path: Path) -> Stamp | None:
    """What the file at ``path`` is known by, None where there is none."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
