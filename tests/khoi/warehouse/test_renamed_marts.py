"""A publication made before a mart was renamed, or had a column more, is read and compared by the gate as today's."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from small_build import small_build

from khoi.deployment.home import Home
from khoi.gate.summaries import side_by_side
from khoi.pages.published import Published
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.publish import publish
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import published_file

ASKED = "select value from rpt_committee_measures where measure_code = 'm'"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A publication whose measures stand in a mart of the former name, and a finished build beside it."""
    home = Home(tmp_path / "khoi")
    small_build(home, 7, recorded=7)
    publish(home)
    published = published_file(home)
    assert published is not None
    with duckdb.connect(str(published)) as connection:
        connection.execute("alter table marts.rpt_committee_measures rename to rpt_headlines")
    small_build(home, 9, recorded=9)
    return home


def test_what_was_published_before_the_change_answers_to_the_name_of_today(home: Home) -> None:
    with open_published(home) as connection:
        assert connection.execute(ASKED).fetchall() == [(7,)]
    with Published(home).cursor() as cursor:
        assert cursor.execute(ASKED).fetchall() == [(7,)]


def test_the_gate_compares_across_the_change(home: Home) -> None:
    with side_by_side(warehouse_file(home), published_file(home)) as connection:
        both = (
            "select now.value, before.value from now.rpt_committee_measures as now "
            "inner join before.rpt_committee_measures as before using (committee_code, period_code, measure_code)"
        )
        assert connection.execute(both).fetchall() == [(9, 7)]


def test_a_mart_of_today_is_not_hidden_by_the_former_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "khoi")
    small_build(home, 7, recorded=7)
    with duckdb.connect(str(warehouse_file(home))) as connection:
        connection.execute("create table marts.rpt_headlines as select 1 as value, 'm' as measure_code")
    publish(home)
    with open_published(home) as connection:
        assert connection.execute(ASKED).fetchall() == [(7,)]


@pytest.mark.parametrize(
    ("columns", "level"), [("'a.B' as cell_code", None), ("'a.B' as cell_code, 'opening' as level", "opening")]
)
def test_a_column_that_a_publication_did_not_have_yet_is_empty_there(
    tmp_path: Path, columns: str, level: str | None
) -> None:
    home = Home(tmp_path / "khoi")
    small_build(home, 7, recorded=7)
    with duckdb.connect(str(warehouse_file(home))) as connection:
        connection.execute(f"create table marts.dim_cells as select {columns}")
    publish(home)
    with open_published(home) as connection:
        assert connection.execute("select cell_code, level from dim_cells").fetchall() == [("a.B", level)]
    with Published(home).cursor() as cursor:
        assert cursor.execute("select cell_code, level from dim_cells").fetchall() == [("a.B", level)]
