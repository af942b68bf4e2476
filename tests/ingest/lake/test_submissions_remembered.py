"""The submissions are read once in a process and are always those that lie there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest import unchanged
from ingest.lake import FINDINGS, SUBMISSIONS, files, read_tables, write_table


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was opened."""
    opened: Counter[str] = Counter()

    def counting(real: Callable[..., object]) -> Callable[..., object]:
        def counted(path: Path, **how: object) -> object:
            opened[path.name] += 1
            return real(path, **how)

        return counted

    for name in ("read_table", "ParquetFile"):
        monkeypatch.setattr(files.pq, name, counting(getattr(pq, name)))
    return opened


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if everything had been written a while ago."""
    monkeypatch.setattr(unchanged, "_SETTLED_NS", 0)


def write(folder: Path, batch: str, *hashes: str) -> None:
    """One batch of submissions."""
    write_table(pd.DataFrame({"file_hash": hashes}), SUBMISSIONS, folder / f"{batch}.parquet")


def hashes(folder: Path) -> list[str]:
    """What lies there, as a run asks for it."""
    return list(read_tables(folder, SUBMISSIONS)["file_hash"])


@pytest.mark.usefixtures("settled")
def test_a_file_is_opened_once_while_it_stays_as_it_is(tmp_path: Path, read: Counter[str]) -> None:
    write(tmp_path, "a", "1")
    write(tmp_path, "b", "2")
    assert [hashes(tmp_path) for _ in range(3)] == [["1", "2"]] * 3
    assert read == {"a.parquet": 1, "b.parquet": 1}
    write(tmp_path, "b", "2", "3")
    write(tmp_path, "c", "4")
    assert [hashes(tmp_path) for _ in range(2)] == [["1", "2", "3", "4"]] * 2
    assert read == {"a.parquet": 1, "b.parquet": 2, "c.parquet": 1}
    (tmp_path / "a.parquet").unlink()
    assert hashes(tmp_path) == ["2", "3", "4"]
    write(tmp_path, "a", "9")
    assert hashes(tmp_path) == ["9", "2", "3", "4"]


@pytest.mark.usefixtures("settled")
def test_a_damaged_file_is_opened_and_told(tmp_path: Path) -> None:
    write(tmp_path, "a", "1")
    write(tmp_path, "b", "2")
    hashes(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(pa.ArrowInvalid):
        hashes(tmp_path)


def test_a_file_that_was_written_just_now_is_read_again(tmp_path: Path, read: Counter[str]) -> None:
    """The clock of a file system has steps: what is written twice in one of them looks the same."""
    write(tmp_path, "a", "1")
    write(tmp_path, "b", "2")
    hashes(tmp_path)
    hashes(tmp_path)
    assert read == {"a.parquet": 2, "b.parquet": 2}


@pytest.mark.usefixtures("settled")
def test_who_changes_what_he_was_given_changes_nothing_for_others(tmp_path: Path) -> None:
    write(tmp_path, "a", "1")
    write(tmp_path, "b", "2")
    hashes(tmp_path)
    given = read_tables(tmp_path, SUBMISSIONS)
    given.loc[0, "file_hash"] = "changed"
    given["file_hash"].array[1] = "changed"
    assert hashes(tmp_path) == ["1", "2"]


@pytest.mark.usefixtures("settled")
def test_other_tables_and_other_folders_are_their_own(tmp_path: Path, read: Counter[str]) -> None:
    for number in range(6):
        write(tmp_path / str(number), "a", f"a{number}")
        write(tmp_path / str(number), "b", f"b{number}")
    assert [hashes(tmp_path / str(number)) for number in range(6)] == [[f"a{n}", f"b{n}"] for n in range(6)]
    assert len(files._REMEMBERED) == files._MOST_FOLDERS
    write_table(pd.DataFrame({"finding_id": ["f"]}), FINDINGS, tmp_path / "told" / "a.parquet")
    for _ in range(2):
        assert list(read_tables(tmp_path / "told", FINDINGS)["finding_id"]) == ["f"]
    assert read["a.parquet"] == 6 + 2


def test_what_another_edition_wrote_has_the_columns_of_today(tmp_path: Path) -> None:
    write(tmp_path, "a", "1")
    fewer = SUBMISSIONS.empty_table().select(["file_name", "file_hash"]).schema
    pq.write_table(pa.table({"file_name": ["x.xlsx"], "file_hash": ["2"]}, schema=fewer), tmp_path / "b.parquet")
    found = read_tables(tmp_path, SUBMISSIONS)
    assert list(found.columns) == SUBMISSIONS.names
    assert list(found["file_hash"]) == ["1", "2"]
    assert found["layout"].isna().all()
