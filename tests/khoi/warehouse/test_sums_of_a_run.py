"""Within one run the sum of a warehouse is taken once; damage is seen all the same, and by every run."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_build import small_build

from ingest import unchanged
from khoi.deployment import Home, create_deployment
from khoi.warehouse import versions
from khoi.warehouse.publish import publish
from khoi.warehouse.versions import PublishedVersion, begin_sum, is_sound, sum_of_warehouse, sums_taken_once


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, PublishedVersion, list[Path]]:
    """A folder of publications, the one in it, and the files whose sums were taken."""
    home = Home(tmp_path)
    create_deployment(home)
    small_build(home, 1)
    version = publish(home, "f1")
    taken: list[Path] = []
    real = versions.sum_of
    monkeypatch.setattr(versions, "sum_of", lambda path: taken.append(path) or real(path))
    monkeypatch.setattr(unchanged, "_SETTLED_NS", 0)
    return home.published, version, taken


def test_a_sum_is_taken_once_a_run(published: tuple[Path, PublishedVersion, list[Path]]) -> None:
    folder, version, taken = published
    with sums_taken_once():
        assert [is_sound(folder, version) for _ in range(3)] == [True] * 3
    assert len(taken) == 1
    with sums_taken_once():
        assert is_sound(folder, version)
    assert len(taken) == 2, "a disk that lost bits changes no time: each run looks"
    assert [is_sound(folder, version) for _ in range(2)] == [True] * 2
    assert len(taken) == 4, "nor is anything remembered outside a run"


def test_a_file_that_changed_within_the_run_is_summed_up_again(
    published: tuple[Path, PublishedVersion, list[Path]],
) -> None:
    folder, version, taken = published
    path = folder / f"{version.version}.duckdb"
    with sums_taken_once():
        assert is_sound(folder, version)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        assert not is_sound(folder, version)
    assert len(taken) == 2


def test_what_was_written_just_now_is_never_remembered(
    published: tuple[Path, PublishedVersion, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, version, taken = published
    monkeypatch.undo()
    monkeypatch.setattr(versions, "sum_of", lambda path: taken.append(path) or str(version.sha256))
    with sums_taken_once():
        assert [is_sound(folder, version) for _ in range(2)] == [True] * 2
    assert len(taken) == 2


def test_a_sum_that_was_begun_is_the_one_that_is_asked_for(
    published: tuple[Path, PublishedVersion, list[Path]],
) -> None:
    folder, version, taken = published
    path = folder / f"{version.version}.duckdb"
    with sums_taken_once():
        begin_sum(path)
        assert is_sound(folder, version)
    assert taken == [path]
    begin_sum(path)
    assert taken == [path], "outside of a run nobody would ask for it"


def test_the_sum_of_what_the_run_has_made_is_of_its_last_bytes(
    published: tuple[Path, PublishedVersion, list[Path]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It was written just now, and nobody else writes it: what tells two of its states apart is enough."""
    monkeypatch.setattr(unchanged, "_SETTLED_NS", 10**12)
    _, _, taken = published
    built = tmp_path / "warehouse.duckdb"
    with sums_taken_once():
        built.write_bytes(b"one")
        begin_sum(built, is_ours=True)
        first = sum_of_warehouse(built, is_ours=True)
        built.write_bytes(b"three")
        assert sum_of_warehouse(built, is_ours=True) != first
        assert sum_of_warehouse(built, is_ours=True) != first
    assert taken == [built, built]
