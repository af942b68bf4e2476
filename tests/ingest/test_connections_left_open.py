"""A database is opened with other settings once nobody holds the connection before any more."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.database import open_database


def test_a_connection_in_a_circle_that_nobody_holds_keeps_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    open_database(path).close()
    circle: list[object] = [open_database(path, read_only=True)]
    circle.append(circle)
    del circle
    with open_database(path, read_only=True, enable_external_access="false") as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_connection_that_is_held_keeps_other_settings_out(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    open_database(path).close()
    with open_database(path, read_only=True), pytest.raises(duckdb.ConnectionException):
        open_database(path, read_only=True, enable_external_access="false")
