"""Publishing: a swap that readers never see happen."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from small_build import small_build

from khoi.deployment import Home, create_deployment
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.publish import KEPT_VERSIONS, publish
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import published_file, published_version


def _number(connection: duckdb.DuckDBPyConnection) -> int:
    ((number,),) = connection.execute("select number from numbers").fetchall()
    return int(number)


def _publish_often(home: Home, first: int) -> int:
    """More publications than are kept; returns the number in the last."""
    for number in range(first, first + KEPT_VERSIONS + 1):
        small_build(home, number)
        publish(home)
    return first + KEPT_VERSIONS


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A deployment whose first publication says 1."""
    home = Home(tmp_path)
    create_deployment(home)
    small_build(home, 1)
    publish(home)
    return home


def test_readers_see_the_version_they_opened_whatever_is_published_meanwhile(home: Home) -> None:
    with open_published(home) as slow:
        last = _publish_often(home, 2)
        assert _number(slow) == 1
    with open_published(home) as late:
        assert _number(late) == last


def test_a_reader_whose_pointer_is_four_publications_old_reads_the_newest(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def taken_early(asked: Home) -> Path | None:
        path = published_file(asked)
        if not taken:
            taken.append(_publish_often(home, 2))
        return path

    monkeypatch.setattr("khoi.warehouse.read.published_file", taken_early)
    with open_published(home) as connection:
        assert _number(connection) == taken[0]


def test_a_folder_in_the_pointer_s_place_stops_neither_readers_nor_a_publication(home: Home) -> None:
    pointer = home.published / "current"
    pointer.unlink()
    pointer.mkdir()
    (pointer / "ghi chú.txt").write_text("của ai đó", encoding="utf-8")
    with open_published(home) as connection:
        assert _number(connection) == 1
    small_build(home, 2)
    publish(home)
    with open_published(home) as connection:
        assert _number(connection) == 2
    assert [path.read_text(encoding="utf-8") for path in home.published.glob("*.set-aside/*")] == ["của ai đó"]


def test_the_last_three_versions_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    versions = []
    for number in range(KEPT_VERSIONS + 2):
        small_build(home, number)
        versions.append(publish(home, fingerprint=f"f{number}").version)
    kept = versions[-KEPT_VERSIONS:]
    assert sorted(path.stem for path in home.published.glob("*.duckdb")) == kept
    assert sorted(path.stem for path in home.published.glob("*.json")) == kept
    current = published_version(home)
    assert current is not None
    assert (current.version, current.fingerprint) == (versions[-1], f"f{KEPT_VERSIONS + 1}")
    assert published_file(home) == home.published / f"{versions[-1]}.duckdb"


def test_nothing_is_published_without_a_build(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    with pytest.raises(WarehouseError, match="khoi run"):
        publish(home)
    with pytest.raises(WarehouseError, match="khoi run"):
        open_published(home)
    assert published_version(home) is None


def test_an_unfinished_build_is_not_published(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    small_build(home, 1)
    log = warehouse_file(home).with_suffix(".duckdb.wal")
    log.write_bytes(b"half")
    with pytest.raises(WarehouseError):
        publish(home)
    log.unlink()
    with duckdb.connect(str(warehouse_file(home))) as connection:
        connection.execute("drop table build.record")
    with pytest.raises(WarehouseError):
        publish(home)
    warehouse_file(home).write_bytes(b"no database")
    with pytest.raises(WarehouseError):
        publish(home)
    assert published_version(home) is None


def test_a_reader_cannot_write_or_leave_the_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    small_build(home, 1)
    publish(home)
    with open_published(home) as connection:
        for statement in ("delete from numbers", f"copy numbers to '{tmp_path}/out.csv'", "load httpfs"):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
