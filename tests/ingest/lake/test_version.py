"""A lake of another edition is made again, one of a newer edition is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from ingest.lake import CELLS, damaged, mend, tables, write_table
from ingest.lake.version import FORMAT, SCHEMA, NewerLake, columns_mark


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """One batch, written by this edition."""
    write_table(pd.DataFrame([{"file_hash": "h"}]), CELLS, tmp_path / "cells" / "a.parquet")
    (tmp_path / "inbox_index.json").write_text("{}", encoding="utf-8")
    assert mend(tmp_path) == []
    return tmp_path


def _batch(lake: Path) -> bool:
    return (lake / "cells" / "a.parquet").exists()


def test_a_lake_of_this_edition_says_so_and_stays(lake: Path) -> None:
    assert json.loads((lake / FORMAT).read_bytes()) == {"schema": SCHEMA, "columns": columns_mark()}
    assert (damaged(lake), mend(lake), _batch(lake)) == ([], [], True)


def test_what_an_edition_wrote_that_said_nothing_stays(lake: Path) -> None:
    (lake / FORMAT).unlink()
    assert (damaged(lake), mend(lake), _batch(lake)) == ([], [], True)
    assert (lake / FORMAT).exists()


def test_another_column_makes_the_lake_anew(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    import pyarrow as pa

    from ingest.lake import version

    before = columns_mark()
    changed = dataclasses.replace(tables.TABLES[0], schema=CELLS.append(pa.field("tomorrow", pa.string())))
    monkeypatch.setattr(version, "TABLES", (changed, *tables.TABLES[1:]))
    assert columns_mark() != before
    assert damaged(lake) == [lake / FORMAT]
    assert mend(lake) == [FORMAT]
    assert (damaged(lake), _batch(lake), (lake / "inbox_index.json").exists()) == ([], False, False)


@pytest.mark.parametrize(
    "record", [b"", b"{", b"[]", b"null", b"\xff", b'{"schema": 0, "columns": "x"}', b'{"schema": 1}']
)
def test_a_lake_of_an_earlier_edition_or_that_nobody_can_tell_is_made_anew(lake: Path, record: bytes) -> None:
    (lake / FORMAT).write_bytes(record)
    assert damaged(lake) == [lake / FORMAT]
    assert mend(lake) == [FORMAT]
    assert (mend(lake), _batch(lake)) == ([], False)


def test_a_lake_of_a_newer_edition_is_left_alone(lake: Path) -> None:
    (lake / FORMAT).write_text(json.dumps({"schema": SCHEMA + 1, "columns": "x", "more": 1}), encoding="utf-8")
    for looked_at in (damaged, mend):
        with pytest.raises(NewerLake, match="newer khoi"):
            looked_at(lake)
    assert _batch(lake)


def test_no_lake_is_no_lake_of_another_edition(tmp_path: Path) -> None:
    assert (damaged(tmp_path / "lake"), mend(tmp_path / "lake")) == ([], [])
    assert not (tmp_path / "lake").exists()
