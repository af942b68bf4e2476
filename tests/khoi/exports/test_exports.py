"""What is exported is read back as it was: codes, days, decimals, nulls; what a spreadsheet would calculate is text."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoi.deployment.home import Home
from khoi.exports import csv_file, workbook_file
from khoi.exports.asked import answer
from khoi.exports.files import export
from khoi.exports.notes import Notes
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.query import Bounds, open_bounded

# One row of every kind of value an answer can hold, and one of nulls.
SQL = """
select '007' as code, date '2021-06-30' as day, timestamp '2021-06-30 17:05:09' as moment,
    1234567.89::decimal(12, 2) as exact, 12345678901234567::hugeint as long, 6177 as members, 0.5 as share,
    true as holds, '=cmd|'' /C calc''!A1' as formula, 'Đảng ủy “Hồ Chí Minh”' as name,
    [1, null] as list, {'a': 1} as parts, uuid '00000000-0000-0000-0000-000000000001' as id
union all select null, null, null, null, null, null, null, null, null, null, null, null, null
"""
NOTES = Notes("query", "select 1", 1, "v", "2021-01-01", ())


@pytest.fixture
def written(built_home: Home, tmp_path: Path):
    """A function that exports and gives the file."""

    def write(asked: str, name: str, separator: str = ",") -> Path:
        export(built_home, asked, tmp_path / name, Bounds(), separator)
        return tmp_path / name

    return write


def test_a_workbook_holds_every_value_as_what_it_is(written) -> None:
    path = written(SQL, "kết quả.xlsx")
    sheet = openpyxl.load_workbook(path)[workbook_file.FIGURES_SHEET]
    first = {heading.value: cell for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    assert {name: cell.value for name, cell in first.items()} == {
        "code": "007",
        "day": dt.datetime(2021, 6, 30),
        "moment": dt.datetime(2021, 6, 30, 17, 5, 9),
        "exact": 1234567.89,
        "long": "12345678901234567",  # Excel would round it to 15 digits
        "members": 6177,
        "share": 0.5,
        "holds": True,
        "formula": "=cmd|' /C calc'!A1",
        "name": "Đảng ủy “Hồ Chí Minh”",
        "list": "[1, null]",
        "parts": '{"a": 1}',
        "id": "00000000-0000-0000-0000-000000000001",
    }
    assert first["formula"].data_type == "s"
    assert first["code"].data_type == "s"
    assert first["day"].number_format == "dd/mm/yyyy"
    assert [cell.value for cell in sheet[3]] == [None] * 13
    assert sheet.freeze_panes == "A2"
    frame = pd.read_excel(path, engine="openpyxl", dtype={"code": "str"})
    assert frame["code"].tolist()[:1] == ["007"]
    assert frame["day"].iloc[0] == pd.Timestamp("2021-06-30")


def test_the_notes_say_what_was_asked_of_which_publication_and_how_many_count(written) -> None:
    path = written("select * from rpt_completeness limit 3", "a.xlsx")
    notes = openpyxl.load_workbook(path)[workbook_file.NOTES_SHEET]
    told = {row[0]: row[1:] for row in notes.iter_rows(values_only=True) if row[0]}
    assert told["Câu hỏi / query"][0] == "select * from rpt_completeness limit 3"
    assert told["Lần công bố số / publication"][0] == 1
    assert told["Số dòng / rows"][0] == 3
    covered = [row for row in told.values() if isinstance(row[3], int)]
    assert covered
    assert all(0 <= counted <= due for *_, counted, due in (row[:5] for row in covered))


def test_a_table_by_its_name_tells_its_columns(written, built_home: Home) -> None:
    path = written("Marts.DIM_Measures", "m.xlsx")
    book = openpyxl.load_workbook(path)
    with open_bounded(built_home, Bounds()) as connection:
        rows = connection.execute("select count(*) from dim_measures").fetchall()[0][0]
    assert book[workbook_file.FIGURES_SHEET].max_row == rows + 1
    notes = [row[:2] for row in book[workbook_file.NOTES_SHEET].iter_rows(values_only=True)]
    assert any(name == "measure_code" and " / " in str(text) for name, text in notes)


def test_a_csv_opens_with_vietnamese_letters_and_nothing_in_it_calculates(written) -> None:
    path = written(SQL, "k.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcode,")
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    assert frame.iloc[0].to_dict() == {
        "code": "007",
        "day": "2021-06-30",
        "moment": "2021-06-30T17:05:09",
        "exact": "1234567.89",
        "long": "12345678901234567",
        "members": "6177",
        "share": "0.5",
        "holds": "true",
        "formula": "'=cmd|' /C calc'!A1",
        "name": "Đảng ủy “Hồ Chí Minh”",
        "list": "[1, null]",
        "parts": '{"a": 1}',
        "id": "00000000-0000-0000-0000-000000000001",
    }
    assert set(frame.iloc[1]) == {""}


def test_a_csv_with_semicolons_has_decimal_commas(written) -> None:
    path = written("select 1234.5 as x, 0.25::double as y, 'a.b' as z, 3 as n", "k.csv", ";")
    assert path.read_text("utf-8-sig").splitlines() == ["x;y;z;n", "1234,5;0,25;a.b;3"]


def test_a_parquet_keeps_the_types_and_says_what_it_is(written) -> None:
    path = written(SQL, "k.parquet")
    table = pyarrow.parquet.read_table(path)
    assert table.column("exact").to_pylist() == [Decimal("1234567.89"), None]
    assert table.column("long").to_pylist() == [12345678901234567, None]
    assert table.column("day").to_pylist() == [dt.date(2021, 6, 30), None]
    assert table.column("code").to_pylist() == ["007", None]
    assert table.schema.metadata[b"khoi_number"] == b"1"
    assert json.loads(table.schema.metadata[b"khoi_coverage"])
    assert pd.read_parquet(path)["members"].dropna().tolist() == [6177]
    assert duckdb.sql(f"select sum(members) from '{path}'").fetchall() == [(6177,)]


def test_a_figure_takes_its_cells_along_in_any_case(written, built_home: Home) -> None:
    with open_bounded(built_home, Bounds()) as connection:
        committee, period, value = connection.execute(
            "select committee_code, period_code, value from rpt_headlines where measure_code = 'members_total' "
            "and value > 0 order by all limit 1"
        ).fetchall()[0]
        found = answer(connection, f"Members_Total@{committee.lower()}@{period.lower()}", Bounds())
    assert found.asked == f"members_total@{committee}@{period}"
    frame = pd.read_excel(written(found.asked, "f.xlsx"), engine="openpyxl")
    assert frame["contribution"].sum() == value
    assert {"file_name", "sheet", "cell", "raw_text"} <= set(frame.columns)


@pytest.mark.parametrize(
    ("asked", "name", "says"),
    [
        ("rpt_headlin", "a.xlsx", "nearest: rpt_headline_bounds, rpt_headlines"),
        ("select 1", "a.doc", ".parquet"),
        ("select nothing", "a.csv", "failed"),
        ("members_total@QQ@2021H1", "a.csv", "no such committee"),
    ],
)
def test_what_cannot_be_exported_says_what_can_and_leaves_no_file(written, tmp_path, asked, name, says) -> None:
    with pytest.raises(WarehouseError, match=says):
        written(asked, name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(built_home: Home, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(WarehouseError, match="cannot be written"):
        export(built_home, "select 1", tmp_path / "a.csv", Bounds())
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_a_sheet_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = duckdb.sql("select repeat('a', 40000) as a").to_arrow_table()
    with pytest.raises(WarehouseError, match=r"\.parquet"):
        workbook_file.write_workbook(long, tmp_path / "a.xlsx", NOTES, {})
    monkeypatch.setattr(workbook_file, "MOST_ROWS", 1)
    with pytest.raises(WarehouseError, match=r"\.parquet"):
        workbook_file.write_workbook(duckdb.sql("from range(2)").to_arrow_table(), tmp_path / "b.xlsx", NOTES, {})


_PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="￾￿"), max_size=12)
_TEXTS = _PLAIN | st.builds(str.__add__, st.sampled_from("=+-@"), _PLAIN)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(_TEXTS, st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=4))
def test_any_text_and_any_whole_number_come_back(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    table = _table(rows)
    folder = tmp_path_factory.mktemp("any")
    workbook_file.write_workbook(table, folder / "a.xlsx", NOTES, {})
    cells = openpyxl.load_workbook(folder / "a.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True)
    assert [(text or "", int(number)) for text, number in cells] == rows
    csv_file.write_csv(table, folder / "a.csv")
    frame = pd.read_csv(folder / "a.csv", dtype="str", keep_default_na=False, skip_blank_lines=False)
    for (text, number), back in zip(rows, frame.itertuples(index=False), strict=True):
        assert int(back.number) == number
        assert back.text in (text, f"'{text}")
        assert not back.text.startswith(("=", "@"))


def _table(rows):
    import pyarrow as pa

    texts, numbers = zip(*rows, strict=True)
    return pa.table({"text": pa.array(texts, pa.string()), "number": pa.array(numbers, pa.int64())})
