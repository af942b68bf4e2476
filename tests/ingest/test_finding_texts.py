"""Every finding that reading can raise has a text in both languages, and every text is raised somewhere."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import ingest
from ingest.findings import finding_texts, reading_findings, shown

WORDS = {"observed", "expected", "detail", "thing"}
SOURCES = [
    path.read_text(encoding="utf-8")
    for path in Path(ingest.__file__).parent.rglob("*")
    if (path.suffix in {".py", ".sql"} and path.name != "findings.py") or path.name == "foreign.yaml"
]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sorted(finding_texts()))
def test_both_languages_say_the_same_with_known_words(name: str) -> None:
    text = finding_texts()[name]
    assert text["severity"] in {"hard", "soft", "info"}
    assert text["engine"] in {"receive", "identify", "normalise"}
    assert placeholders(text["vi"]) <= WORDS
    assert placeholders(text["en"]) == placeholders(text["vi"])
    assert placeholders(text.get("expected_vi", "")) == placeholders(text.get("expected_en", "")) <= {"expected"}


@pytest.mark.parametrize("name", sorted(finding_texts()))
def test_every_text_is_raised_somewhere(name: str) -> None:
    assert any(re.search(rf"[\"']{name}[\"']|finding: {name}\b", source) for source in SOURCES)


def test_names_and_contents_are_shown_without_hidden_signs() -> None:
    assert shown("a\u202eb\u200bc\n") == "a\\u202eb\\u200bc\\u000a"
    told = reading_findings([{"name": "unknown_header", "sheet": "A", "cell": "B1", "observed": "x\u2066y"}])
    assert "\u2066" not in told.loc[0, "message_vi"]
    assert told.loc[0, "cells"] == "A!B1"


def test_a_sentence_about_what_is_expected_is_added_where_something_is() -> None:
    rows = [{"name": "period_not_open", "observed": "2019H1", **more} for more in ({}, {"expected": "2022H1"})]
    without, issued = reading_findings(rows)["message_vi"]
    assert issued == f"{without} Mẫu biểu này được cấp cho kỳ 2022H1."


def test_a_cell_that_is_not_quoted_is_named() -> None:
    row = {"name": "not_a_count", "observed": "•••", "thing_vi": "Kết nạp", "thing_en": "Admitted"}
    told = reading_findings([row, {"name": "not_a_count", "observed": "•••"}])
    assert [text.partition(" không")[0] for text in told["message_vi"]] == ["Kết nạp: “•••”", "“•••”"]
    assert told.loc[0, "message_en"].startswith("Admitted: “•••” is not")


def test_the_same_violation_keeps_its_id() -> None:
    row = {"name": "unknown_header", "file_hash": "f", "sheet": "A", "cell": "B1", "observed": "x"}
    first, again, other = (
        reading_findings([{**row, **changed}]).loc[0, "finding_id"] for changed in ({}, {}, {"cell": "B2"})
    )
    assert first == again != other


def test_it_is_said_what_stands_for_words_that_are_not_quoted() -> None:
    """A clerk read that a cell holds the text ••• and was not read, and could not know that it was his own."""
    rows = [{"name": "unread_text", "observed": observed} for observed in ("•••", "đã đối chiếu")]
    hidden, quoted = reading_findings(rows)["message_vi"]
    assert hidden.endswith("Dấu ••• thay cho chữ của người gửi, không chép lại ở đây.")
    assert "•••" not in quoted
