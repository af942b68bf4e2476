"""What others sent is read once, and again as soon as their partition says something else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from khoi.exchange.kept_partitions import KeptPartitions, Wanted

TEXTS = ("committee_code", "period_code", "file_hash", "cell_code")
SCHEMA = pa.schema([*((name, pa.string()) for name in TEXTS), ("value", pa.float64())])
WANTED = Wanted("cell_code", ("a.X",), ("a.Y",), 2)
HERE, THERE = ("AA", "2022H1"), ("AA", "2022H2")


def write(folder: Path, place: tuple[str, str], *rows: tuple[str, str, float]) -> None:
    """A partition with rows of (file_hash, cell_code, value), put in the place of the one before."""
    path = folder / "normalised" / place[0] / place[1] / "observations.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame([(*place, *row) for row in rows], columns=SCHEMA.names)
    pq.write_table(pa.Table.from_pandas(frame, schema=SCHEMA, preserve_index=False), path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def told(kept: KeptPartitions, *files: str, places: tuple[tuple[str, str], ...] = (HERE, THERE)) -> list[object]:
    rows = kept.rows("observations", SCHEMA, places, WANTED, files).to_pylist()
    return [(row["period_code"], row["file_hash"], row["cell_code"], row["value"]) for row in rows]


def test_rows_are_those_of_the_files_asked_for_that_say_something(tmp_path: Path) -> None:
    write(tmp_path, HERE, ("f", "a.X", 0), ("f", "a.Y", 1), ("f", "a.Y", 2), ("f", "a.Z", 9), ("g", "a.X", 5))
    write(tmp_path, THERE, ("h", "a.X", 7))
    kept = KeptPartitions(tmp_path)
    assert told(kept, "f") == [("2022H1", "f", "a.X", 0), ("2022H1", "f", "a.Y", 2)]
    assert told(kept, "g", "h") == [("2022H1", "g", "a.X", 5), ("2022H2", "h", "a.X", 7)]
    assert told(kept, "h", places=(HERE,)) == []
    assert KeptPartitions(tmp_path / "nothing").rows("observations", SCHEMA, [HERE], WANTED, ["f"]).num_rows == 0


def test_only_what_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, HERE, ("f", "a.X", 1))
    write(tmp_path, THERE, ("h", "a.X", 7))
    read: list[list[str]] = []
    rows = Wanted.rows

    def noted(self: Wanted, connection: duckdb.DuckDBPyConnection, paths: list[Path], columns: list[str]) -> pa.Table:
        read.append([path.parent.name for path in paths])
        return rows(self, connection, paths, columns)

    monkeypatch.setattr(Wanted, "rows", noted)
    kept = KeptPartitions(tmp_path)
    assert told(kept, "f", "h") == told(kept, "f", "h")
    write(tmp_path, THERE, ("h", "a.X", 8))
    assert told(kept, "f", "h") == [("2022H1", "f", "a.X", 1), ("2022H2", "h", "a.X", 8)]
    (tmp_path / "normalised" / "AA" / "2022H1" / "observations.parquet").unlink()
    assert told(kept, "f", "h") == [("2022H2", "h", "a.X", 8)]
    assert read == [["2022H1", "2022H2"], ["2022H2"]]


def test_no_more_is_kept_than_a_desk_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khoi.exchange.kept_partitions._MOST", 2)
    kept = KeptPartitions(tmp_path)
    places = [("AA", f"20{year}H1") for year in range(20, 25)]
    for place in places:
        write(tmp_path, place, (place[1], "a.X", 1))
    assert len(told(kept, *(place[1] for place in places), places=tuple(places))) == len(places)
    assert len(kept._kept) <= 2
