"""DuckDB says nothing on standard output, also where it takes Python for an interactive one."""

from __future__ import annotations

import subprocess
import sys

from ingest.database import open_database

ASK = "select value from duckdb_settings() where name in ('enable_progress_bar', 'autoload_known_extensions')"


def test_no_progress_bar_and_no_download() -> None:
    with open_database() as connection:
        assert connection.execute(ASK).fetchall() == [("false",), ("false",)]


def test_nor_where_duckdb_takes_python_for_an_interactive_one() -> None:
    program = f"from ingest.database import open_database; print(open_database().execute({ASK!r}).fetchall())"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[('false',), ('false',)]"
