"""The statutory tables: each filled cell is the warehouse's, its cells add up to it, what is not held stays empty."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest
from khoi_deployment import Deployment
from typer.testing import CliRunner

from ingest.addresses import a1_address
from khoi.cli import app
from khoi.reports.statutory.declared import edition_on, editions
from khoi.reports.statutory.write import CELLS, NOT_COLLECTED, SOURCES, write_tables
from khoi.reports.word.spans import report_subject, table_span
from khoi.warehouse.read import open_published


@pytest.fixture(scope="module", params=["2021H1", "2021H2"])
def written(request: pytest.FixtureRequest, published: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a half-year, and what the command said of them beside it."""
    path = tmp_path_factory.mktemp("bieu") / f"{request.param}.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHOI_HOME", str(published.home.root))
        asked = ["report", "bieu", "--committee", "zz", "--period", request.param, "-o", str(path), "--json"]
        result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    path.with_suffix(".json").write_text(result.stdout, encoding="utf-8")
    return path


def test_what_stands_in_a_cell_is_the_warehouse_s_and_its_cells_add_up_to_it(
    written: Path, published: Deployment
) -> None:
    book = openpyxl.load_workbook(written)
    behind: dict[tuple[str, str], float] = defaultdict(float)
    for table, cell, *_, contribution in book[CELLS].iter_rows(min_row=2, values_only=True):
        behind[str(table), str(cell)] += float(contribution)
    filled = 0
    with open_published(published.home) as connection:
        for row in book[SOURCES].iter_rows(min_row=2, values_only=True):
            table, cell, _, _, value, counted, expected, state, traced = row
            stands = book[f"Biểu {table}"][cell].value
            if value is None:
                assert stands is None
                assert state
                continue
            filled += 1
            assert stands == value
            assert 0 <= counted <= expected
            assert behind.get((str(table), str(cell)), 0) == pytest.approx(value)
            measure, committee, period = traced.split()[-1].split("@")
            if not table.startswith(("5", "6", "7A", "7B")):
                held = connection.execute(
                    "select value from rpt_committee_measures where measure_code = ? and committee_code = ? "
                    "and period_code = ?",
                    [measure, committee, period],
                ).fetchall()
                assert held == [(value,)]
    said = json.loads(written.with_suffix(".json").read_text(encoding="utf-8"))
    assert said["filled"] == filled > 10
    assert said["left_empty"]


def test_sectors_add_up_to_the_total_of_their_table(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    day = dt.date(2021, 12, 31) if written.stem.endswith("H2") else dt.date(2021, 6, 30)
    edition = edition_on(day)
    assert edition is not None
    for table in edition.tables:
        if not table.columns or f"Biểu {table.table}" not in book.sheetnames:
            continue
        sheet = book[f"Biểu {table.table}"]
        for at in range(len(table.columns)):
            values = [sheet[a1_address(9 + index, 3 + at)].value for index in range(len(table.rows))]
            if values[0] is not None:
                single = [value or 0 for value, row in zip(values, table.rows, strict=True) if len(row.sectors) == 1]
                assert sum(single) == values[0]


def test_the_edition_follows_the_day_and_every_measure_named_is_declared(published: Deployment) -> None:
    assert [one.edition for one in map(edition_on, (dt.date(2021, 12, 12), dt.date(2021, 12, 13))) if one] == [
        "2012",
        "2021",
    ]
    assert edition_on(dt.date(2011, 1, 1)) is None
    named = {asked.measure for one in editions() for table in one.tables for *_, asked in table.wanted() if asked}
    with open_published(published.home) as connection:
        known = {code for (code,) in connection.execute("select measure_code from dim_measures").fetchall()}
    assert named - known == set()


@pytest.mark.parametrize(("day", "in_force"), [(dt.date(2025, 10, 9), None), (dt.date(2025, 10, 10), "40-HD/BTCTW")])
def test_tables_of_a_period_whose_own_are_not_known_say_so(
    published: Deployment, tmp_path: Path, day: dt.date, in_force: str | None
) -> None:
    """They were printed by the edition before without a word but its number."""
    with open_published(published.home) as connection:
        span, kind, _ = table_span(connection, "ZZ", "2021H1")
        subject = report_subject(connection, "ZZ", span)
        told = write_tables(connection, subject, span, kind, day, tmp_path / "bieu.xlsx")
    book = openpyxl.load_workbook(tmp_path / "bieu.xlsx")
    said = [str(book[f"Biểu {table}"].cell(6, 2).value) for table in told.tables]
    assert [(told.in_force or "").partition(" ")[0], *{"40-HD/BTCTW" in text for text in said}] == [
        in_force or "",
        in_force is not None,
    ]


def test_a_table_stands_in_its_layout_and_says_what_is_empty(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)["Biểu 1"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in texts
    assert any(text.startswith("Số liệu của ") for text in texts)
    assert [sheet.cell(row, 1).value for row in range(9, 12)] == ["A", "B", "B1"]
    sources = openpyxl.load_workbook(written)[SOURCES]
    assert NOT_COLLECTED in {row[7] for row in sources.iter_rows(min_row=2, values_only=True)}


@pytest.mark.parametrize(
    ("period", "name", "told"),
    [("2021H1", "a.docx", ".xlsx"), ("1999H1", "a.xlsx", "1999H1"), ("2020H1", "a.xlsx", "2020H1")],
)
def test_what_cannot_be_written_is_told(
    published: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, period: str, name: str, told: str
) -> None:
    monkeypatch.setenv("KHOI_HOME", str(published.home.root))
    result = CliRunner().invoke(
        app, ["report", "bieu", "--committee", "ZZ", "--period", period, "-o", str(tmp_path / name)]
    )
    assert result.exit_code == 2
    assert told in result.output + str(result.exception)
    assert not list(tmp_path.iterdir())
