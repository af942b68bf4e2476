"""The data dictionary: everything declared is in it, in both languages, and what lacks a text stops the build."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ingest.register_files.mistakes import RegisterMistakes
from khoi import stages
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.deployment.product import DBT_PROJECT
from khoi.reports.dictionary import (
    Dictionary,
    dictionary,
    require_documented,
    undocumented,
    write_dictionary,
)
from khoi.reports.dictionary.marts import mart_columns


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A new deployment."""
    home = Home(tmp_path / "khoi")
    create_deployment(home)
    return home


def _declared(home: Home) -> Dictionary:
    return dictionary(home.catalogue(), home.reference())


def _page(home: Home) -> Path:
    return write_dictionary(home.catalogue(), home.reference(), home.reports / "dictionary")


def test_everything_the_project_declares_is_documented(home: Home) -> None:
    assert undocumented(_declared(home)) == []


def test_every_declared_thing_stands_on_the_page(home: Home) -> None:
    page = _page(home).read_text(encoding="utf-8")
    found = _declared(home)
    named = set(re.findall(r'<td class="code">([^<]*)</td>', page))
    for frame, column in (
        (found.cells, "cell_code"),
        (found.fields, "field"),
        (found.measures, "measure_code"),
        (found.codes, "code"),
        (found.marts, "column"),
    ):
        assert set(frame[column]) <= named
    assert set(re.findall(r'id="table-(\w+)"', page)) == {
        path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql")
    }
    assert "{{" not in page
    scripts = [(f' src="{name}" defer', "") for name in ("list.min.js", "site.js")]
    assert re.findall(r"<script([^>]*)>([^<]*)", page) == scripts


def test_a_word_of_a_deployment_is_escaped(home: Home) -> None:
    _edit(home, "codes", "label_vi", "<b>chữ đậm</b>")
    assert "<b>chữ" not in _page(home).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("seed", "column", "told"),
    [("codes", "label_en", "codes.csv, dòng 2"), ("measures", "label_vi", "measures.csv, dòng 2")],
)
def test_a_code_or_measure_without_a_text_stops_every_command(home: Home, seed: str, column: str, told: str) -> None:
    require_documented(home.catalogue(), home.reference())
    _edit(home, seed, column, "")
    with pytest.raises(RegisterMistakes, match=re.escape(told)):
        stages.write_reference_tables(home)


def test_a_form_without_an_english_label_is_named(home: Home) -> None:
    source = Path(stages.__file__).parent.parent / "ingest" / "forms" / "30_member_status.yaml"
    text = source.read_text("utf-8").replace("en: Official members", 'en: ""')
    (home.config / "forms" / source.name).write_text(text, "utf-8")
    assert "cell member_status.OFFICIAL (en)" in undocumented(_declared(home))


def test_a_column_of_a_mart_without_a_text_is_named(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT / "models", project / "models")
    columns = project / "models" / "columns_vi.md"
    columns.write_text(columns.read_text("utf-8").replace("docs vi_due_on ", "docs vi_due_date "), "utf-8")
    frame = mart_columns(project)
    lacking = frame[frame["column_vi"] == ""]
    assert set(lacking["column"]) == {"due_on"}
    assert (frame["column_en"] != "").all()


def test_a_column_that_means_something_else_in_one_table_has_its_own_words() -> None:
    frame = mart_columns(DBT_PROJECT).set_index(["table", "column"])
    assert frame.loc[("fct_ratings", "rated"), "column_vi"] == "Số đối tượng được xếp loại."
    assert frame.loc[("rpt_headlines", "value"), "column_vi"] != frame.loc[("fct_observations", "value"), "column_vi"]


def _edit(home: Home, seed: str, column: str, text: str) -> None:
    path = home.seeds / f"{seed}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[0, column] = text
    frame.to_csv(path, index=False)
