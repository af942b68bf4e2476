"""A file of the lake that was lost or changed is noticed and taken away with what was made of the same files."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from ingest.lake import CELLS, FINDINGS, OBSERVATIONS, damaged, mend, write_table
from ingest.lake.files import seal

PARTITION = Path("normalised/ZZ/2021H1")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """One batch and one partition."""
    for schema, name in (
        (CELLS, "cells/a.parquet"),
        (FINDINGS, "submissions/a.parquet"),
        (FINDINGS, "submissions/b.parquet"),
        (OBSERVATIONS, f"{PARTITION}/observations.parquet"),
        (OBSERVATIONS, f"{PARTITION}/entries.parquet"),
    ):
        write_table(pd.DataFrame([{"file_hash": f"hash {number}"} for number in range(50)]), schema, tmp_path / name)
    (tmp_path / PARTITION / "manifest.json").write_text("{}", encoding="utf-8")
    return tmp_path


def files(lake: Path) -> set[str]:
    return {
        path.relative_to(lake).as_posix()
        for path in lake.rglob("*")
        if path.is_file() and path.suffix != ".sha256" and path.name != "format.json"
    }


def test_a_whole_lake_is_left_alone(lake: Path) -> None:
    before = files(lake)
    assert (mend(lake), damaged(lake), files(lake)) == ([], [], before)


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_bit_is_noticed(lake: Path, seed: int) -> None:
    path = lake / PARTITION / "observations.parquet"
    content, chance = bytearray(path.read_bytes()), random.Random(seed)
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    assert damaged(lake) == [path]


def test_a_lost_table_takes_its_partition_s_manifest_along(lake: Path) -> None:
    (lake / PARTITION / "entries.parquet").unlink()
    assert mend(lake) == [f"{PARTITION}/entries.parquet"]
    assert f"{PARTITION}/manifest.json" not in files(lake)
    assert f"{PARTITION}/observations.parquet" in files(lake)
    assert damaged(lake) == []


@pytest.mark.parametrize("name", ["cells/a.parquet", "submissions/a.parquet"])
def test_a_batch_that_is_not_whole_is_read_again_from_its_files(lake: Path, name: str) -> None:
    (lake / name).write_bytes((lake / name).read_bytes()[:-10])
    assert mend(lake) == [name]
    assert {found for found in files(lake) if not found.startswith("normalised")} == {"submissions/b.parquet"}


def test_a_file_written_again_is_whole(lake: Path) -> None:
    path = lake / "cells/a.parquet"
    path.write_bytes(b"other")
    seal(path)
    assert damaged(lake) == []
