"""What a run makes of its warehouses beside its own work: the copy it builds on, what is said for good, others' files.

Each is what it would have been later, of the file as it is when it is asked for, and nothing of it stays behind.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from small_build import small_build

from ingest import unchanged
from khoi import stages
from khoi.deployment import Home, create_deployment
from khoi.deployment.memory import spill_folder
from khoi.warehouse import bi, vintages
from khoi.warehouse.bi import bi_folder, renewed, renewing
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.publish import publish
from khoi.warehouse.read import open_published
from khoi.warehouse.start import begin_copy, take_copy
from khoi.warehouse.versions import made_of, published_file, sums_taken_once
from khoi.warehouse.vintages import begin_vintage


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One publication."""
    monkeypatch.setattr(unchanged, "_SETTLED_NS", 0)
    monkeypatch.setattr(vintages, "_TABLES", {"numbers": "select * from marts.numbers"})
    home = Home(tmp_path)
    create_deployment(home)
    small_build(home, 1)
    publish(home, "f1")
    return home


def _spilled(home: Home) -> list[Path]:
    return [path for path in spill_folder(home).rglob("*") if path.is_file()]


@pytest.mark.parametrize("begun", [True, False])
def test_a_build_begins_with_the_copy_that_was_begun(home: Home, begun: bool) -> None:
    base, built = published_file(home), warehouse_file(home)
    assert base is not None
    with sums_taken_once():
        for number in range(2):
            if begun:
                begin_copy(home, base)
            take_copy(home, base, built)
            assert built.read_bytes() == base.read_bytes(), number
            built.unlink()
    assert _spilled(home) == []


def test_a_copy_of_what_changed_since_is_made_again(home: Home) -> None:
    base, built = published_file(home), warehouse_file(home)
    assert base is not None
    with sums_taken_once():
        begin_copy(home, base)
        with base.open("ab") as file:
            file.write(b"more")
        take_copy(home, base, built)
    assert built.read_bytes().endswith(b"more")


def test_a_run_that_fails_leaves_no_copy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    base = published_file(home)
    assert base is not None
    monkeypatch.setattr(stages, "load_context", lambda _: None)
    monkeypatch.setattr(stages, "_mended", lambda *_: begin_copy(home, base))
    monkeypatch.setattr(stages, "receive", lambda *_, **__: begin_vintage(home, base))
    with pytest.raises(AttributeError):
        stages.run(home)
    assert _spilled(home) == []


def test_what_a_publication_says_was_written_while_the_gate_held_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    real = vintages._SayIn.__call__

    def counted(self: vintages._SayIn, warehouse: Path) -> vintages._Said:
        written.append(warehouse)
        return real(self, warehouse)

    monkeypatch.setattr(vintages._SayIn, "__call__", counted)
    for number in (2, 3):
        small_build(home, number)
        with sums_taken_once():
            begin_vintage(home, warehouse_file(home))
            if number == 3:
                made_of(vintages._SayIn(spill_folder(home)), warehouse_file(home), is_ours=True)
                warehouse_file(home).unlink()
                small_build(home, 30)
            version = publish(home, f"f{number}")
        (said,) = pq.read_table(home.published / version.version / "numbers.parquet")["number"].to_pylist()
        assert float(said) == {2: 2, 3: 30}[number], "what was built is what is said, whatever was begun"
    assert len(written) == 1 + 2
    assert _spilled(home) == []


def test_others_files_are_renewed_while_pages_are_read(home: Home) -> None:
    """The pages' connection reads nothing but its file; a file is open in one process with one set of settings."""
    with open_published(home) as connection, renewing(home):
        assert connection.execute("select count(*) from numbers").fetchall() == [(1,)]
    there = renewed(home)
    assert there is not None
    assert (there.number, there.held) == (1, ())
    with duckdb.connect(str(bi_folder(home) / "khoi.duckdb"), read_only=True) as copy:
        assert copy.execute("select count(*) from marts.numbers").fetchall() == [(1,)]


def test_a_renewal_that_fails_fails_the_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Home) -> None:
        raise OSError("no room")

    monkeypatch.setattr(bi, "renew", fails)
    done = []
    with pytest.raises(OSError, match="no room"), renewing(home):
        done.append("pages")
    assert done == ["pages"]
