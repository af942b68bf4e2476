"""Every value a query can give is printed and told as JSON; what is null is an empty cell; years are no amounts."""

from __future__ import annotations

import io
import json

import duckdb
import pytest

from khoi.cli import output, query_answer


def test_frames_of_other_commands_speak_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    frame = duckdb.sql("select [1, null] a, 1.5::decimal(3, 1) b, true c, 6177 d, null::bigint e").df()
    assert [output.number(value) for value in frame.iloc[0]] == ["1, ", "1,50", "có", "6.177", ""]
    output.as_json(frame)
    assert json.loads(capsys.readouterr().out) == [{"a": [1, None], "b": 1.5, "c": True, "d": 6177, "e": None}]


@pytest.mark.parametrize(
    ("sql", "shown", "told"),
    [
        ("select null::bigint a union all select 1 order by 1 nulls first", ["", "1"], [None, 1]),
        ("select true a union all select null order by 1", ["có", ""], [True, None]),
        ("select [1, null, 2] a", ["1, , 2"], [[1, None, 2]]),
        ("select list(x) a from (values ('b'), ('c')) t(x)", ["b, c"], [["b", "c"]]),
        ("select []::int[] a", [""], [[]]),
        ("select {'k': 1, 'm': ['x', null]} a", ["k: 1; m: x, "], [{"k": 1, "m": ["x", None]}]),
        ("select 1.25::decimal(5, 2) a union all select null order by 1", ["1,25", ""], [1.25, None]),
        ("select uuid '00000000-0000-0000-0000-000000000001' a", ["00000000-0000-0000-0000-000000000001"] * 1, None),
        ("select '\\xAA'::blob a", ["aa"], ["aa"]),
        ("select time '10:00' a", ["10:00:00"], ["10:00:00"]),
        ("select 'nan'::double a", [""], [None]),
        ("select 'inf'::double a", ["inf"], [None]),
        ("select 6177 a", ["6.177"], [6177]),
        ("select sum(6177) a", ["6.177"], [6177]),
        ("select date '2021-06-30' a", ["2021-06-30"], ["2021-06-30"]),
        ("select 2020 a union all select 2021 order by 1", ["2020", "2021"], [2020, 2021]),
        ("select extract(year from date '2020-01-01') a", ["2020"], [2020]),
        ("select 2020 a union all select 13000 order by 1", ["2.020", "13.000"], [2020, 13000]),
        ("select 0.0004 a", ["0,0004"], [0.0004]),
        ("select 0.00000004::double a", ["4e-08"], [4e-08]),
        ("select 98.8235294::double a", ["98,823529"], [98.8235294]),
        ("select 1234.5::decimal(8, 3) a", ["1.234,500"], [1234.5]),
        ("select -1500 a", ["-1.500"], [-1500]),
        ("select 123456789012345678901234567890::hugeint a", ["123.456.789.012.345.678.901.234.567.890"], None),
    ],
)
def test_a_value_is_printed_and_told(sql: str, shown: list[str], told: list[object] | None) -> None:
    answer = duckdb.sql(sql).to_arrow_table()
    assert [row[0] for row in query_answer.written(answer)] == shown
    if told is not None:
        assert json.loads(json.dumps([row["a"] for row in query_answer.as_records(answer)])) == told


@pytest.mark.parametrize("name", ["year", "reporting_year", "nam", "org_code", "publication_number", "id", "rank"])
def test_what_a_column_calls_a_name_is_not_grouped(name: str) -> None:
    assert query_answer.written(duckdb.sql(f"select 13000 as {name}").to_arrow_table()) == [["13000"]]


def screen(
    monkeypatch: pytest.MonkeyPatch, sql: str, *, width: int, height: int, terminal: bool = True, **asked
) -> str:
    told = io.StringIO()
    console = output.PlainConsole(file=told, width=width, height=height, force_terminal=terminal, color_system=None)
    monkeypatch.setattr(output, "out", console)
    paged = io.StringIO()
    monkeypatch.setattr(console, "pager", lambda **_: _Paged(console, paged))
    query_answer.print_answer(duckdb.sql(sql).to_arrow_table(), asked.get("most"), asked.get("every", False))
    return told.getvalue() + paged.getvalue()


class _Paged:
    """Says that what follows goes through the pager."""

    def __init__(self, console: output.PlainConsole, told: io.StringIO) -> None:
        self.told = told

    def __enter__(self) -> None:
        self.told.write("[pager]")

    def __exit__(self, *_: object) -> None:
        return None


WIDE = "select " + ", ".join(f"{number} as column_{number}" for number in range(30)) + " from range(100)"


def test_no_line_is_wider_than_the_screen_and_no_answer_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    for sql in (WIDE, "select range a from range(1943)", "select repeat('x', 300) a, range b from range(50)"):
        lines = screen(monkeypatch, sql, width=80, height=40).splitlines()
        # A terminal breaks what is longer than its lines.
        assert sum(-(-len(line) // 80) for line in lines) < 40
        assert not any(len(line) > 80 for line in lines if line.startswith(("│", "┃")))


def test_a_wide_row_is_turned_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    told = screen(monkeypatch, WIDE, width=80, height=40)
    assert "── 1 ──" in told
    assert "column_29  29" in told
    assert "99 dòng nữa" in told


def test_a_pipe_gets_the_first_rows_and_all_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = {"width": 160, "height": 25, "terminal": False}
    first = screen(monkeypatch, "select range a from range(1943)", **pipe)
    assert "1903 dòng nữa" in first
    some = screen(monkeypatch, "select range a from range(1943)", **pipe, most=1000)
    assert "943 dòng nữa" in some
    every = screen(monkeypatch, "select range a from range(1943)", **pipe, every=True)
    assert "dòng nữa" not in every
    assert "[pager]" not in every
    assert "1.942" in every


def test_only_what_is_longer_than_the_screen_goes_through_the_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "[pager]" in screen(monkeypatch, "from range(100)", width=80, height=40, every=True)
    assert "[pager]" not in screen(monkeypatch, "from range(5)", width=80, height=40, every=True)


def test_columns_of_one_name_are_told_apart() -> None:
    answer = duckdb.sql("select 1 as a, 2 as a").to_arrow_table()
    assert query_answer.as_records(answer) == [{"a": 1, "a_1": 2}]
