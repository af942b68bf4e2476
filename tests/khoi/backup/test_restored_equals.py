"""README's sentence: restored on an empty machine without file times, everything is there again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from khoi_deployment import Deployment

from khoi import stages
from khoi.backup import make_backup, restore_backup
from khoi.backup.owned import owned_files
from khoi.deployment import Home
from khoi.deployment.lock import locked
from khoi.warehouse.versions import published_file
from khoi.warehouse.vintages import vintages

_LONG_AGO = (0, 0)

pytestmark = pytest.mark.long


def restored(original: Home, folder: Path) -> Home:
    """Backed up, put back elsewhere, every file of the same time."""
    with locked(original):
        make_backup(original, folder / "usb")
    home = Home(folder / "new machine")
    restore_backup(folder / "usb", home)
    for file in owned_files(home):
        os.utime(home.root / file.name, _LONG_AGO)
    return home


def of_landed_alone(original: Home, folder: Path) -> Home:
    """Received files with their receipts, and the configuration; no inbox, no lake, no publication."""
    home = Home(folder / "landed alone")
    home.create()
    for part in ("landed", "config"):
        shutil.copytree(original.root / part, home.root / part, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return home


def differing(one: Path, other: Path, schema: str = "marts") -> dict[str, int]:
    """Table -> how many rows are not in both warehouses."""
    found = {}
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            place = str(path).replace("'", "''")
            connection.execute(f"attach '{place}' as {name} (read_only)")
        tables = [
            connection.execute(
                "select table_name from duckdb_tables() where schema_name = ? and database_name = ? order by 1",
                [schema, name],
            ).fetchall()
            for name in ("one", "other")
        ]
        assert tables[0] == tables[1] != []
        for (table,) in tables[0]:
            ((rows,),) = connection.execute(
                f"select count(*) from ((from one.{schema}.{table} except all from other.{schema}.{table}) union all "
                f"(from other.{schema}.{table} except all from one.{schema}.{table}))"
            ).fetchall()
            found[table] = rows
    return {table: rows for table, rows in found.items() if rows}


@pytest.mark.parametrize("made_again", [restored, of_landed_alone])
def test_every_mart_and_the_history_of_every_finding_are_there_again(
    published: Deployment, tmp_path: Path, made_again: Callable[[Home, Path], Home]
) -> None:
    original = published.home
    home = made_again(original, tmp_path)
    before = {vintage.number: vintage for vintage in vintages(home)}
    report = stages.run(home, settle_seconds=0)
    assert report.published is not None
    assert report.published.number == len(before) + 1
    ours, theirs = published_file(original), published_file(home)
    assert ours is not None
    assert theirs is not None
    assert differing(ours, theirs) == {}
    history = Path("checked", "finding_history.parquet")
    with duckdb.connect() as connection:
        one, other = (str(one.lake / history).replace("'", "''") for one in (original, home))
        assert connection.execute(f"from '{one}' except all from '{other}'").fetchall() == []
        assert connection.execute(f"from '{other}' except all from '{one}'").fetchall() == []
        assert connection.execute(f"select count(*) > 0 from '{one}'").fetchall() == [(True,)]
    said = [one for one in vintages(original) if one.number in before]
    assert said == list(before.values()), "what was published before is as it was"
    for name in ("figures", "cells"):
        last = vintages(original)[-1].version
        one, other = (
            str(place.published / version / f"{name}.parquet").replace("'", "''")
            for place, version in ((original, last), (home, report.published.version))
        )
        assert duckdb.sql(f"from '{one}' except all from '{other}'").fetchall() == []
