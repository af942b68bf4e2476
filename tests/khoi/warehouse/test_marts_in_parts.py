"""Large marts for other tools: what changed is written, what did not is taken over, and the file is always the mart."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_build import small_build

from ingest.receive.receipts import Erasure, Receipts, Sighting
from khoi.deployment import Home, create_deployment
from khoi.warehouse import bi, mart_parts
from khoi.warehouse.bi import bi_folder, renew
from khoi.warehouse.publications import roll_back
from khoi.warehouse.publish import publish
from khoi.warehouse.versions import published_file

Rows = dict[str | None, list[int]]
_COLUMNS = """
    code::varchar as committee_code, figure, figure::hugeint as total, 'chữ ' || figure as label, figure / 3 as share,
    figure % 2 = 0 as is_even, date '2025-01-01' + figure::int as day,
    timestamptz '2025-01-01 00:00:00+07' + to_seconds(figure) as seen_at, null::varchar as nothing
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A deployment in which every mart is large, and no file too large for what is in it."""
    monkeypatch.setattr(mart_parts, "LARGE", 1)
    monkeypatch.setattr(mart_parts, "MOST_TIMES", 1_000)
    home = Home(tmp_path)
    create_deployment(home)
    return home


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The committees whose rows were written, in order."""
    told: list[str] = []
    real = mart_parts._written

    def noted(*given: object) -> Iterator[tuple[str, bytes]]:
        for code, content in real(*given):
            told.append(code)
            yield code, content

    monkeypatch.setattr(mart_parts, "_written", noted)
    return told


def publish_rows(home: Home, rows: Rows, seed: int = 0, said: str = "") -> None:
    """A publication with the mart ``figures``, its rows in an order of their own; ``said``: what its build says."""
    small_build(home, 1)
    listed = [(code, figure) for code, figures in rows.items() for figure in figures]
    random.Random(seed).shuffle(listed)
    with duckdb.connect(str(home.build / "warehouse.duckdb")) as connection:
        connection.execute("create table given (code varchar, figure bigint)")
        if listed:
            connection.executemany("insert into given values (?, ?)", listed)
        connection.execute(f"create table marts.figures as select {_COLUMNS} from given")
        connection.execute("drop table given")
        if said:
            connection.execute(said)
    publish(home, f"f{seed}")
    renew(home)


def says(build: str, rests_on: str | None, *touched: str) -> str:
    """What a build says that made the rows of ``touched`` again, all others being those of ``rests_on``, in SQL."""
    base, codes = f"'{rests_on}'" if rests_on else "null", ", ".join(f"'{code}'" for code in touched)
    return f"""
        create or replace table build.record as
        select 1 as nodes, '{build}' as invocation_id, {base}::varchar as rests_on;
        create table build.renewed as select 'figures' as table_name;
        create table build.touched as select unnest([{codes}]::varchar[]) as committee_code;
    """


def file_of(home: Home) -> Path:
    """What other tools open."""
    return bi_folder(home) / "marts" / "figures.parquet"


def assert_is_the_mart(home: Home) -> None:
    """The file holds the rows of the published mart, read by two libraries, and says whose it is."""
    published = published_file(home)
    with duckdb.connect(str(published), read_only=True) as connection:
        for one, other in (("marts.figures", f"'{file_of(home)}'"), (f"'{file_of(home)}'", "marts.figures")):
            assert connection.sql(f"select * from {one} except all select * from {other}").fetchall() == []
        mart = connection.sql("select committee_code, figure from marts.figures order by all").fetchall()
    table = pq.read_table(file_of(home))
    read = [tuple(row.values()) for row in table.select(["committee_code", "figure"]).to_pylist()]
    assert sorted(read, key=str) == sorted(mart, key=str)
    assert published is not None
    said = pq.read_metadata(file_of(home)).metadata
    assert said[b"khoi_version"].decode() == published.stem


def test_what_did_not_change_is_taken_over_unread_and_what_did_is_written(home: Home, written: list[str]) -> None:
    rows: Rows = {"A": [1, 2], "B": [3], "C": [4, 5, 6], None: [7]}
    publish_rows(home, rows)
    assert written == ["", "A", "B", "C"]
    assert_is_the_mart(home)
    for number, (change, expected) in enumerate(
        [
            ({}, []),
            ({"B": [4]}, ["B"]),
            ({"A": [1, 2, 2]}, ["A"]),
            ({"A": [2, 1]}, ["A"]),
            ({"D": [1]}, ["D"]),
            ({"C": []}, []),
            ({None: [8]}, [""]),
        ],
        start=1,
    ):
        written.clear()
        rows |= change
        publish_rows(home, rows, seed=number)
        assert written == expected, change
        assert_is_the_mart(home)


def test_the_figures_of_one_committee_handed_to_another_are_written_for_both(home: Home, written: list[str]) -> None:
    publish_rows(home, {"A": [1], "B": [2], "C": [3]})
    written.clear()
    publish_rows(home, {"A": [2], "B": [1], "C": [3]}, seed=1)
    assert written == ["A", "B"]
    assert_is_the_mart(home)


@pytest.mark.parametrize("what", ["a byte", "the end", "the file", "the record", "a part's record", "another khoi"])
def test_what_was_damaged_is_noticed_and_written_anew(home: Home, written: list[str], what: str) -> None:
    rows: Rows = {"A": [1, 2], "B": [3], "C": [4, 5, 6]}
    publish_rows(home, rows)
    record = home.build / "mart_parts" / "figures.json"
    content = bytearray(file_of(home).read_bytes())
    if what == "a byte":
        content[40] ^= 1
        file_of(home).write_bytes(content)
    elif what == "the end":
        file_of(home).write_bytes(content[:-9])
    elif what == "the file":
        file_of(home).unlink()
    elif what == "the record":
        record.write_bytes(record.read_bytes()[:-20])
    else:
        told = json.loads(record.read_text("utf-8"))
        if what == "another khoi":
            told["made_by"] = "0.0"
        else:
            told["parts"]["B"].pop("row_groups")
        record.write_text(json.dumps(told), encoding="utf-8")
    written.clear()
    publish_rows(home, rows, seed=1)
    assert written == ["A", "B", "C"]
    assert_is_the_mart(home)


def test_of_a_build_on_the_one_before_only_what_was_touched_is_asked(
    home: Home, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of others cannot have changed: that here they did shows that nobody looked."""
    asked: list[str] = []
    real = mart_parts._marks

    def noted(connection: duckdb.DuckDBPyConnection, query: str, columns: list[str]) -> dict[str, tuple[str, int]]:
        asked.append(query.partition(" where committee_code in ")[2])
        return real(connection, query, columns)

    monkeypatch.setattr(mart_parts, "_marks", noted)
    publish_rows(home, {"A": [1], "B": [2], "C": [3], None: [4]}, said=says("one", None))
    written.clear()
    publish_rows(home, {"A": [1], "B": [3], "D": [5], "C": [9], None: [4]}, 1, says("two", "one", "B", "D", "E"))
    assert written == ["B", "D"]
    assert asked == ["", "('B', 'D', 'E')"]
    assert sorted(pq.read_table(file_of(home))["figure"].to_pylist()) == [1, 3, 3, 4, 5]
    written.clear()
    publish_rows(home, {"A": [1], "C": [3], None: [4]}, 2, says("three", "two", "B", "D"))
    assert written == []
    assert_is_the_mart(home)
    publish_rows(home, {"A": [1], "C": [3], None: [4]}, 3, says("four", "three"))
    assert asked[2:] == ["('B', 'D')"]
    assert_is_the_mart(home)


@pytest.mark.parametrize("said", [says("three", "another"), says("three", None), ""])
def test_of_a_build_on_another_one_or_on_none_all_rows_are_asked(home: Home, written: list[str], said: str) -> None:
    publish_rows(home, {"A": [1], "B": [2]}, said=says("one", None))
    written.clear()
    publish_rows(home, {"A": [1], "B": [3]}, 1, said)
    assert written == ["B"]
    assert_is_the_mart(home)


def test_a_column_more_lets_all_be_written(home: Home, written: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    publish_rows(home, {"A": [1], "B": [2]})
    written.clear()
    monkeypatch.setattr(bi, "_exported", lambda name, kind: f'"{name}", 1 as more' if name == "label" else f'"{name}"')
    publish_rows(home, {"A": [1], "B": [2]}, seed=1)
    assert written == ["A", "B"]
    assert pq.read_table(file_of(home))["more"].to_pylist() == [1, 1]


def test_of_a_forgotten_file_no_byte_stays(home: Home, written: list[str]) -> None:
    """What is no part any more stays in the file for a while; what was to be forgotten may not."""
    publish_rows(home, {"A": [111], "B": [2]})
    publish_rows(home, {"B": [2]}, seed=1)
    parts = file_of(home).stat().st_size
    receipts, now = Receipts.load(home.landed), dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    receipts.record([Sighting("hash", "a.xlsx", 1, None)], now)
    receipts.erase([Erasure("hash", now, "Chuyên viên", "gửi nhầm")])
    written.clear()
    publish_rows(home, {"B": [2]}, seed=2)
    assert written == ["B"]
    assert file_of(home).stat().st_size < parts
    assert_is_the_mart(home)


def test_a_full_run_takes_nothing_over(home: Home, written: list[str]) -> None:
    publish_rows(home, {"A": [1], "B": [2]})
    written.clear()
    mart_parts.forget_parts(home)
    publish_rows(home, {"A": [1], "B": [2]}, seed=1)
    assert written == ["A", "B"]


def test_a_renewal_that_dies_leaves_the_file_before_and_is_made_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its record was written, and between the record and the file that it is of."""
    publish_rows(home, {"A": [1], "B": [2]})
    before = file_of(home).read_bytes()
    for place, name in ((mart_parts, "_write_record"), (bi, "write_mart")):
        with monkeypatch.context() as patch:

            def dies(*given: object, **named: object) -> None:
                raise KeyboardInterrupt

            patch.setattr(place, name, dies)
            if name == "write_mart":  # the next table after this one
                patch.setattr(mart_parts, "LARGE", 2)
            with pytest.raises(KeyboardInterrupt):
                publish_rows(home, {"A": [1], "B": [3]}, seed=1)
        if name == "_write_record":
            assert file_of(home).read_bytes() == before
    renew(home)
    assert_is_the_mart(home)


def test_a_file_that_cannot_be_replaced_is_written_whole_the_next_time(
    home: Home, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows; its record is already that of the one that could not stand there."""
    publish_rows(home, {"A": [1], "B": [2]})
    real = bi.replacing

    def held(path: Path) -> object:
        if path.name == "figures.parquet":
            raise PermissionError(32, "used by another process")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(bi, "replacing", held)
        publish_rows(home, {"A": [1], "B": [3]}, seed=1)
    renew(home)
    assert_is_the_mart(home)
    roll_back(home, "1", by="Ban Tổ chức", reason="công bố nhầm")
    written.clear()
    renew(home)
    assert written == ["B"]
    assert_is_the_mart(home)


def test_what_is_no_part_any_more_is_at_most_half_of_the_file(
    home: Home, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mart_parts, "MOST_TIMES", 2)
    figures = list(range(400))
    rows: Rows = {code: figures for code in "ABCD"}
    publish_rows(home, rows)
    sizes = [file_of(home).stat().st_size]
    whole = []
    for number in range(1, 14):
        written.clear()
        publish_rows(home, {**rows, "B": [number, *figures]}, seed=number)
        sizes.append(file_of(home).stat().st_size)
        whole.append(len(written) == 4)
        assert_is_the_mart(home)
    assert max(sizes) < 2.5 * sizes[0]
    assert 0 < sum(whole) < 5


HISTORY = st.lists(
    st.dictionaries(st.sampled_from(["A", "B", "Đ'ảng", None]), st.lists(st.integers(0, 3), max_size=3)),
    min_size=1,
    max_size=4,
)


@pytest.mark.long
@settings(deadline=None, max_examples=25)
@given(history=HISTORY)
def test_after_any_history_the_file_is_the_mart(history: list[Rows], tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mart_parts, "LARGE", 0)
        patch.setattr(mart_parts, "_BATCH", 2)
        home = Home(tmp_path_factory.mktemp("khoi"))
        create_deployment(home)
        for number, rows in enumerate(history):
            publish_rows(home, rows, seed=number)
            assert_is_the_mart(home)
