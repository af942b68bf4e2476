"""Reading a stored state where it lies: DuckDB over fsspec's file system, by the names of the state; nothing is copied.

DuckDB's own extension for S3 is fetched from its makers' servers when it is first asked for, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.database import open_database
from khoi.backup.store import Manifest
from khoi.deployment.home import Home
from khoi.object_storage.bucket import Bucket, BucketError
from khoi.object_storage.marts import MARTS
from khoi.object_storage.store import current_state, object_name, stored_files

if TYPE_CHECKING:
    import duckdb

_BATCH = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Compared:
    """One table: its rows in the bucket and in the deployment, and whether all of them say the same."""

    table: str
    there: int | None
    here: int | None
    same: bool


@contextmanager
def opened(bucket: Bucket) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the state that was current when it was opened: ``lake.<table>`` and ``marts.<table>``.

    Raises BucketError where nothing is stored or the storage fails.
    """
    state = _required(bucket)
    with open_database() as connection:
        connection.register_filesystem(bucket.files)
        for schema in ("lake", "marts"):
            connection.execute(f"create schema {schema}")
        for table, names in tables(_stored(bucket, state)).items():
            connection.execute(f"create view {table} as select * from {_rows(names)}")
        yield connection


def compared(bucket: Bucket, home: Home) -> list[Compared]:
    """Every table of the current state beside that of ``home`` as it is now; the rows of the bucket are all read."""
    state = _required(bucket)
    local = {file.name: (home.root / file.name).as_posix() for file in stored_files(home)}
    there, here = tables(_stored(bucket, state)), tables(local)
    with open_database() as connection:
        connection.register_filesystem(bucket.files)
        return [_held(connection, table, there.get(table), here.get(table)) for table in sorted(there | here)]


def tables(places: Mapping[str, str]) -> dict[str, list[str]]:
    """Table -> where its files lie, of files by their names below the home; what is no Parquet file is left aside."""
    found: dict[str, list[str]] = {}
    for name, place in places.items():
        if name.endswith(".parquet"):
            found.setdefault(_table(name), []).append(place)
    return found


def _table(name: str) -> str:
    """``lake/normalised/C/P/observations.parquet`` is ``lake.normalised_observations``; batches are one table."""
    stem = name.rpartition("/")[2].removesuffix(".parquet")
    if name.startswith(f"{MARTS}/"):
        return f'marts."{stem}"'
    folder = name.split("/")[1]
    return f'lake."{folder}"' if _BATCH.fullmatch(stem) else f'lake."{folder}_{stem}"'


def _stored(bucket: Bucket, state: Manifest) -> dict[str, str]:
    return {one.name: bucket.address(object_name(one.sha256)) for one in state.files}


def _required(bucket: Bucket) -> Manifest:
    state = current_state(bucket)
    if state is None:
        raise BucketError(f"{bucket.url}: chưa có gì được gửi lên (`store`) / nothing is stored there yet")
    return state


def _rows(places: Iterable[str]) -> str:
    quoted = ", ".join("'" + place.replace("'", "''") + "'" for place in places)
    return f"read_parquet([{quoted}], union_by_name = true)"


def _held(
    connection: duckdb.DuckDBPyConnection, table: str, there: list[str] | None, here: list[str] | None
) -> Compared:
    sides = [_told(connection, places) if places else None for places in (there, here)]
    counts = [None if side is None else side[0] for side in sides]
    return Compared(table.replace('"', ""), counts[0], counts[1], sides[0] is not None and sides[0] == sides[1])


def _told(connection: duckdb.DuckDBPyConnection, places: list[str]) -> tuple[int, int]:
    """Rows, and a sum over what they say that does not depend on their order."""
    said = connection.execute(f"select count(*), coalesce(sum(hash(r)), 0) from {_rows(places)} as r").fetchone()
    assert said is not None
    return int(said[0]), int(said[1])
