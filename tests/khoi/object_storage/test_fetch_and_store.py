"""Fetching, storing and reading against fsspec's storage in memory: names, versions, states, deaths on the way.

`test_on_a_server.py` does the same once against a server that speaks S3.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.object_storage import bucket as storage
from khoi.object_storage.__main__ import main
from khoi.object_storage.bucket import Bucket, BucketError
from khoi.object_storage.fetch import fetch
from khoi.object_storage.names import why_unsafe
from khoi.object_storage.reading import compared, opened, tables
from khoi.object_storage.store import CURRENT, current_state, store


@pytest.fixture
def bucket() -> Bucket:
    """An empty place of its own."""
    return Bucket.at(f"memory://{uuid.uuid4().hex}/khoi")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A deployment with a lake of two tables, one mart and one landed file, none of which a stage made."""
    home = Home(tmp_path / "khoi")
    create_deployment(home)
    lake_says(home, 3)
    for name in ("lake/cells/" + "a" * 24, "lake/cells/" + "b" * 24, "build/stored_marts/dim_periods"):
        write_rows(home.root / f"{name}.parquet", 5)
    (home.build / "stored_marts" / "version.txt").write_text("", encoding="utf-8")  # nothing is published
    landed = home.landed / "2c" / "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.xlsx"
    landed.parent.mkdir(parents=True)
    landed.write_bytes(b"hello")
    return home


def write_rows(path: Path, rows: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"number": list(range(rows))}), path)


def lake_says(home: Home, rows: int) -> None:
    write_rows(home.lake / "normalised" / "ZZ" / "2021H1" / "observations.parquet", rows)


def observations(bucket: Bucket) -> int:
    with opened(bucket) as connection:
        (found,) = connection.execute("select count(*) from lake.normalised_observations").fetchone() or (-1,)
    return int(found)


def inbox(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.inbox).as_posix(): path.read_bytes() for path in home.inbox.rglob("*") if path.is_file()
    }


def put(bucket: Bucket, **objects: bytes) -> None:
    for name, content in objects.items():
        bucket.write(f"inbox/{name}", content)


def test_what_was_sent_is_in_the_inbox_once_with_its_bytes(bucket: Bucket, home: Home) -> None:
    put(bucket, **{"TH/biểu 1.xlsx": b"one", "two.xlsx": b"two", "~$two.xlsx": b"a lock"})
    assert sorted(fetch(bucket, home).fetched) == ["TH/biểu 1.xlsx", "two.xlsx"]
    assert inbox(home) == {"TH/biểu 1.xlsx": b"one", "two.xlsx": b"two"}
    (home.inbox / "two.xlsx").unlink()
    again = fetch(bucket, home)
    assert (again.fetched, again.known) == ((), 2), "what was taken once is not taken again, wherever it went"


def test_a_second_version_lies_beside_the_first(bucket: Bucket, home: Home) -> None:
    put(bucket, **{"one.xlsx": b"first"})
    fetch(bucket, home)
    put(bucket, **{"one.xlsx": b"second"})
    (beside,) = fetch(bucket, home).fetched
    assert inbox(home) == {"one.xlsx": b"first", beside: b"second"}
    assert Path(beside).suffix == ".xlsx"


def test_a_lost_journal_costs_fetching_again_and_no_second_file(bucket: Bucket, home: Home) -> None:
    put(bucket, **{"one.xlsx": b"first"})
    fetch(bucket, home)
    (home.logs / "object_storage.json").write_text("{", encoding="utf-8")
    again = fetch(bucket, home)
    assert (again.fetched, again.known) == ((), 0)
    assert inbox(home) == {"one.xlsx": b"first"}


UNSAFE = [
    "../x.xlsx",
    "a/../../x.xlsx",
    "/x.xlsx",
    "a//x.xlsx",
    "..\\x.xlsx",
    "C:x.xlsx",
    "con.xlsx",
    "NUL",
    "a\nb.xlsx",
]
UNSAFE += ["x" * 201, "đ" * 101, "x.xlsx ", "thư./x.xlsx", "a*.xlsx", "./x.xlsx"]


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_name_is_refused_and_told(name: str, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_unsafe(name) is not None
    bucket = Bucket.at(f"memory://{uuid.uuid4().hex}/khoi")
    put(bucket, **{"fine.xlsx": b"fine"})
    told = [storage.Listed(name, 4, "stamp"), *bucket.below("inbox").listed()]
    monkeypatch.setattr(Bucket, "listed", lambda self, folder="": told)
    report = fetch(bucket, home)
    assert len(report.refused) == 1
    assert report.fetched == ("fine.xlsx",), "what others sent is taken all the same"
    assert inbox(home) == {"fine.xlsx": b"fine"}


@pytest.mark.parametrize("name", ["biểu 1.xlsx", "TH/2021H1/Tổng hợp (2).XLSX", ".ẩn.xlsx", "console.xlsx", "đ" * 100])
def test_an_ordinary_name_is_taken(name: str) -> None:
    assert why_unsafe(name) is None


def test_a_file_and_a_folder_of_one_name_stop_nothing_else(bucket: Bucket, home: Home) -> None:
    (home.inbox / "TH").write_bytes(b"a file")
    (home.inbox / "two.xlsx").mkdir()
    put(bucket, **{"TH/one.xlsx": b"one", "two.xlsx": b"two", "three.xlsx": b"three"})
    report = fetch(bucket, home)
    assert report.fetched == ("three.xlsx",)
    assert [name for name, _ in report.refused] == ["TH/one.xlsx", "two.xlsx"]


def test_what_was_half_fetched_is_no_file_of_the_inbox(
    bucket: Bucket, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, **{"one.xlsx": b"whole"})
    whole = Bucket.fetch

    def half(self: Bucket, name: str, target: str) -> None:
        whole(self, name, target)
        assert inbox(home).keys() == {Path(target).name}
        assert Path(target).name.startswith("."), "no stage takes it up"
        Path(target).write_bytes(b"wh")

    monkeypatch.setattr(Bucket, "fetch", half)
    assert fetch(bucket, home).changing == ("one.xlsx",)
    assert inbox(home) == {}
    monkeypatch.setattr(Bucket, "fetch", whole)
    assert fetch(bucket, home).fetched == ("one.xlsx",)


def test_an_object_that_is_replaced_meanwhile_waits(
    bucket: Bucket, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, **{"one.xlsx": b"first"})
    whole = Bucket.fetch

    def replaced(self: Bucket, name: str, target: str) -> None:
        whole(self, name, target)
        put(bucket, **{"one.xlsx": b"other"})

    monkeypatch.setattr(Bucket, "fetch", replaced)
    assert fetch(bucket, home).changing == ("one.xlsx",)
    assert inbox(home) == {}


def test_only_what_changed_is_sent(bucket: Bucket, home: Home) -> None:
    first = store(bucket, home)
    assert (first.number, first.files, first.sent_files) == (1, 5, 3), "three files have the same bytes"
    assert store(bucket, home).sent_files == 0
    lake_says(home, 4)
    third = store(bucket, home)
    assert (third.number, third.sent_files) == (3, 1)
    assert observations(bucket) == 4


def test_the_bucket_says_what_the_deployment_says(bucket: Bucket, home: Home) -> None:
    store(bucket, home)
    found = {one.table: (one.there, one.here, one.same) for one in compared(bucket, home)}
    assert found == {
        "lake.cells": (10, 10, True),
        "lake.normalised_observations": (3, 3, True),
        "marts.dim_periods": (5, 5, True),
    }
    pq.write_table(pa.table({"number": [0, 1, 7]}), home.lake / "normalised" / "ZZ" / "2021H1" / "observations.parquet")
    write_rows(home.lake / "checked" / "findings.parquet", 1)
    differs = {one.table: (one.there, one.here) for one in compared(bucket, home) if not one.same}
    assert differs == {"lake.normalised_observations": (3, 3), "lake.checked_findings": (None, 1)}


class Died(Exception):
    """What a process that is killed says: nothing."""


def dying(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever changes the bucket die at the operation after so many."""
    done = iter(range(times))

    def instead(real: Callable[..., None]) -> Callable[..., None]:
        def operation(self: Bucket, *arguments: object) -> None:
            if next(done, None) is None:
                raise Died
            real(self, *arguments)

        return operation

    for name in ("send", "write", "remove"):
        monkeypatch.setattr(Bucket, name, instead(getattr(Bucket, name)))


def test_a_store_that_dies_anywhere_leaves_a_whole_state(
    bucket: Bucket, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(bucket, home)
    said = [3]
    for times in range(20):
        lake_says(home, 10 + times)
        write_rows(home.lake / "checked" / "findings.parquet", 100 + times)
        with monkeypatch.context() as patched:
            dying(times, patched)
            try:
                store(bucket, home, keep=1)
                died = False
            except Died:
                died = True
        rows = observations(bucket)
        assert rows in (said[-1], 10 + times), "the state before or this one"
        if not died:
            break
        if rows == 10 + times:
            said.append(rows)
    assert times >= 5, "two objects, state, pointer, what is removed"
    assert all(one.same for one in compared(bucket, home))
    state = current_state(bucket)
    assert state is not None
    assert len(bucket.listed("objects")) == len({one.sha256 for one in state.files}), "nothing is left of those before"
    assert len(bucket.listed("states")) == 1


def test_an_object_that_was_lost_is_sent_again(bucket: Bucket, home: Home) -> None:
    store(bucket, home)
    bucket.remove([bucket.listed("objects")[0].name])
    assert store(bucket, home).sent_files == 1
    assert all(one.same for one in compared(bucket, home))


def test_a_landed_file_that_is_damaged_is_left_out_and_told(bucket: Bucket, home: Home) -> None:
    (damaged,) = home.landed.glob("2c/*")
    damaged.write_bytes(b"jello")
    report = store(bucket, home)
    assert [name for name, _ in report.left_out] == [damaged.relative_to(home.root).as_posix()]
    assert report.files == 4


def test_a_damaged_state_is_told_and_mended_by_storing_again(bucket: Bucket, home: Home) -> None:
    store(bucket, home)
    bucket.write("states/000001.json", b"{}")
    with pytest.raises(BucketError, match="states/000001"):
        observations(bucket)
    bucket.remove([CURRENT])
    assert store(bucket, home).sent_files == 0
    assert observations(bucket) == 3


def test_batches_are_one_table_and_what_is_no_table_none() -> None:
    found = tables({f"lake/submissions/{'0' * 24}.parquet": "a", "landed/ab/x.parquet.xlsx": "b"})
    assert found == {'lake."submissions"': ["a"]}


def test_the_command_tells_and_ends_with_its_code(
    bucket: Bucket, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    put(bucket, **{"one.xlsx": b"one", "aux.xlsx": b"two"})
    place = ["--home", str(home.root)]
    assert main(["verify", bucket.url, *place]) == 2
    assert "chưa có gì được gửi lên" in capsys.readouterr().err
    assert main(["fetch", bucket.url, *place]) == 1
    said = capsys.readouterr()
    assert "aux.xlsx: không nhận / refused" in said.err
    assert "1 new files in the inbox, 0 taken before, 1 refused" in said.out
    assert main(["store", bucket.url, *place]) == 0
    assert main(["verify", bucket.url, *place]) == 0
    assert "3/3" in capsys.readouterr().out
    lake_says(home, 9)
    assert main(["verify", bucket.url, *place]) == 1
    assert main(["store", bucket.url, "--keep", "0", *place]) == 2
    assert main(["fetch", "nowhere://bucket", *place]) == 2
    assert 'pip install "khoi[s3]"' in capsys.readouterr().err
