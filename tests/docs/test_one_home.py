"""What has one home is written nowhere else: a second copy of such an idea is how two of them came to differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = [path for name in ("ingest", "quality", "khoi", "orchestration") for path in (PROJECT / name).rglob("*.py")]


@pytest.mark.parametrize(
    ("idea", "pattern", "home"),
    [
        ("moving a finished file into place", r"os\.(replace|rename)\(|\.replace\(target", "ingest/durable.py"),
        ("the time zone of Vietnam", r"timedelta\(hours=7\)", "ingest/vietnam.py"),
        ("the day it is", r"date\.today\(|datetime\.now\((VIETNAM)?\)", "ingest/vietnam.py"),
        ("letters of a column", r"chr\(65|get_column_letter|xl_col_to_name|xl_rowcol", "ingest/addresses.py"),
        ("opening DuckDB", r"duckdb\.connect\(", "ingest/database.py"),
        ("digits grouped for people", r":,\.\d?\{?\w*\}?f\}", "ingest/numerals.py"),
    ],
    ids=lambda value: value if " " in value else "",
)
def test_an_idea_with_a_home_is_written_there_only(idea: str, pattern: str, home: str) -> None:
    found = {
        path.relative_to(PROJECT).as_posix() for path in SOURCES if re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert found == {home}, idea
