"""Reads leave a line that says what was asked and names nobody; a log that cannot be written refuses no read."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_build import small_build
from starlette.testclient import TestClient
from typer.testing import CliRunner

from khoi.access import code_words, note_read, set_aside, without_values
from khoi.cli import app
from khoi.deployment import Home, create_deployment
from khoi.exports.files import Exported
from khoi.pages.app import pages_app
from khoi.retention import prune
from khoi.warehouse.publish import publish

NAME = "Nguyễn Văn A"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One publication."""
    home = Home(tmp_path / "khoi")
    create_deployment(home)
    small_build(home, 12)
    publish(home, "f1")
    monkeypatch.setenv("KHOI_HOME", str(home.root))
    return home


def lines(home: Home) -> list[dict[str, object]]:
    path = home.logs / "access.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def khoi(*words: str) -> int:
    return CliRunner().invoke(app, list(words)).exit_code


def test_a_query_leaves_one_line_without_the_values_it_asked_for(home: Home) -> None:
    sql = f"select number, '{NAME}' as \"{NAME}\" from numbers -- {NAME}\nwhere number < 912345678"
    assert khoi("query", sql) == 0
    (line,) = lines(home)
    assert line.pop("at")
    assert line == {
        "command": "query",
        "asked": "select number, '?' as \"?\" from numbers where number < ?",
        "publication": 1,
        "rows": 1,
    }


def test_an_export_leaves_its_line_and_what_was_refused_leaves_none(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Exported("a.csv", "query", "x", 7, ("number",), 1)
    monkeypatch.setattr("khoi.exports.files.export", lambda *_: written)  # its sheet of notes needs a whole warehouse
    assert khoi("export", "select * from numbers", "--out", "a.csv") == 0
    assert khoi("query", f"select '{NAME}' from nowhere") == 2
    assert khoi("trace", NAME) == 2
    assert [(line["command"], line["rows"]) for line in lines(home)] == [("export", 7)]


def test_revisions_that_are_compared_leave_their_line(home: Home) -> None:
    small_build(home, 13)
    publish(home, "f2")
    assert khoi("compare", "--published", "1", "2") == 0
    (line,) = lines(home)
    assert (line["command"], line["asked"], line["publication"]) == ("compare", "published=1..2", 2)


def test_a_page_leaves_its_line_without_what_was_searched_for(home: Home) -> None:
    with TestClient(pages_app(home)) as browser:
        assert browser.get(f"/kho/cong-bo?publications.q={NAME}&publications.sort=number").status_code == 200
        assert browser.get("/kho/style.css").status_code == 200
    (line,) = lines(home)
    assert (line["command"], line["publication"]) == ("serve", 1)
    assert line["asked"] == "/kho/cong-bo publications.q=? publications.sort=number"


def test_a_log_that_cannot_be_written_refuses_no_read(home: Home) -> None:
    (home.logs / "access.jsonl").mkdir(parents=True)
    assert khoi("query", "select * from numbers") == 0


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_only_the_owner_reads_the_log(home: Home) -> None:
    note_read(home, "query", "select 1", 1)
    assert stat.S_IMODE((home.logs / "access.jsonl").stat().st_mode) == 0o600


def test_pruning_sets_the_log_aside_and_removes_it_once_it_is_past_its_term(home: Home) -> None:
    note_read(home, "query", "select 1", 1)
    prune(home, dry=True)
    assert len(lines(home)) == 1
    prune(home)
    assert lines(home) == []
    (aside,) = home.logs.glob("access.*.jsonl")
    assert json.loads(aside.read_text("utf-8"))["asked"] == "select 1"
    note_read(home, "query", "select 2", 1)
    prune(home, now=aside.stat().st_mtime + 366 * 86_400)
    assert list(home.logs.glob("access*.jsonl")) == []


def test_without_a_log_there_is_nothing_to_set_aside(home: Home) -> None:
    assert set_aside(home) is None


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("m@ZZ@2021H1", "m@ZZ@2021H1"),
        ("select 'it''s', x", "select '?', x"),
        (r"select e'a\'Tên', x", "select '?', x"),
        ("select $$Tên$$, $t$Tên$t$, x", "select '?', '?', x"),
        ("select x /* Tên */ from t", "select x from t"),
        ('select "period_code" from t', 'select "period_code" from t'),
        ("select 'chưa đóng", "select '?'"),
        ("where id = 079123456789 or n = 2024", "where id = ? or n = 2024"),
        (f"/kho/tep/{'0123456789abcdef' * 4}", f"/kho/tep/{'0123456789abcdef' * 4}"),
    ],
)
def test_texts_long_numbers_and_comments_are_not_kept(asked: str, kept: str) -> None:
    assert without_values(asked) == kept


def test_words_of_an_address_are_kept_where_they_are_codes() -> None:
    given = {"code": "ZZ-001", "t.q": "an", "note": NAME, NAME: "1", "empty": "", "none": None}
    assert code_words(given) == "code=ZZ-001 t.q=? note=? ?=1"


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_text_in_a_question_is_ever_kept(text: str) -> None:
    literal = text.replace("'", "''")
    assert without_values(f"select 1 where a = '{literal}' and b") == "select 1 where a = '?' and b"
