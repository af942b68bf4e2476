"""Free questions to the published warehouse, within bounds of time, memory, disk and rows."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.read import open_published

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

_SIZE = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?)?B", re.IGNORECASE)
_BATCH = 65_536
"""Rows taken over at a time: what is over the bound is noticed before the memory is full."""


@dataclass(frozen=True)
class Bounds:
    """What one question may take: ``seconds``; ``memory`` and ``spill`` to disk as sizes like 2GB; ``rows`` of answer.

    The defaults leave an office machine of 8 GB usable for the other people on it.
    """

    seconds: float = 300.0
    memory: str = "2GB"
    spill: str = "4GB"
    rows: int = 1_000_000

    def __post_init__(self) -> None:
        """Raises WarehouseError where a bound is none."""
        for name, size in (("--memory", self.memory), ("--spill", self.spill)):
            if not _SIZE.fullmatch(size.strip()):
                raise WarehouseError(f"{name} {size}: hãy ghi như 500MB hoặc 2GB / write it like 500MB or 2GB")
        if not 0 < self.seconds <= threading.TIMEOUT_MAX:
            raise WarehouseError("--timeout: phải lớn hơn 0 giây / must be more than 0 seconds")


@contextmanager
def open_bounded(home: Home, bounds: Bounds) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse for a free question; what does not fit into memory is spilled to a folder that goes.

    Raises WarehouseError where nothing is published.
    """
    with tempfile.TemporaryDirectory(prefix="khoi-query-") as folder:
        settings = {
            "memory_limit": bounds.memory.strip(),
            "temp_directory": folder,
            "max_temp_directory_size": bounds.spill.strip(),
        }
        with open_published(home, **settings) as connection:
            yield connection


def query(connection: duckdb.DuckDBPyConnection, sql: str, bounds: Bounds | None = None) -> pa.Table:
    """The answer to ``sql``, one row per row, in the types of the warehouse: decimals exact, whole numbers with nulls.

    Raises WarehouseError with DuckDB's reason where it fails, and with the bound where one is passed.
    """
    import duckdb

    bounds = bounds or Bounds()
    clock = threading.Timer(bounds.seconds, connection.interrupt)
    clock.daemon = True
    clock.start()
    try:
        return _taken(connection, sql, bounds.rows)
    except duckdb.InterruptException as error:
        raise WarehouseError(_too_long(bounds.seconds)) from error
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError(_too_large(bounds)) from error
    except duckdb.Error as error:
        raise WarehouseError(f"Câu truy vấn không chạy được / the query failed: {error}") from error
    finally:
        clock.cancel()


def _taken(connection: duckdb.DuckDBPyConnection, sql: str, most: int) -> pa.Table:
    """The rows of the last statement of ``sql``, taken over in batches until there are more than ``most``."""
    import pyarrow as pa

    relation = connection.sql(sql)
    if relation is None:
        return pa.table({})
    reader = relation.to_arrow_reader(_BATCH)
    batches, rows = [], 0
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        if rows > most:
            raise WarehouseError(_too_many(most))
    return pa.Table.from_batches(batches, schema=reader.schema)


def marts(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per table and column of the marts: table_name, column_name, data_type."""
    return connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = 'marts' order by table_name, ordinal_position"
    ).df()


def _too_long(seconds: float) -> str:
    return (
        f"Câu truy vấn chạy quá {seconds:g} giây nên đã dừng; hãy thu hẹp câu hỏi hoặc tăng --timeout / "
        "the query took longer and was stopped; ask for less or raise --timeout"
    )


def _too_large(bounds: Bounds) -> str:
    return (
        f"Câu truy vấn cần hơn {bounds.memory} bộ nhớ và {bounds.spill} đĩa tạm; hãy thu hẹp câu hỏi hoặc tăng "
        "--memory, --spill / the query needs more memory and spill than that; ask for less or raise --memory, --spill"
    )


def _too_many(rows: int) -> str:
    return (
        f"Kết quả có hơn {rows} dòng; hãy thêm where hoặc limit, hoặc đọc thẳng tệp Parquet (`khoi path bi`) / "
        "the answer has more rows than that; add where or limit, or read the Parquet files"
    )
