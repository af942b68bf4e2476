"""The glossary holds: every word has a home that exists, and words that say nothing name nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
WORDS, _, SAY_NOTHING = GLOSSARY.partition("## Words that say nothing")
HOMES = re.findall(r"^\| ([\w -]+) \|.*\| `([^`]+)` \|$", WORDS, re.MULTILINE)
BANNED = [
    word for row in re.findall(r"^\| (`.*?) \|", SAY_NOTHING, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)
]
PACKAGES = ("ingest", "quality", "khoi", "orchestration", "demo")
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*")) if path.suffix in (".py", ".sql")
]


@pytest.mark.parametrize(("word", "home"), HOMES)
def test_every_word_has_a_home_that_exists(word: str, home: str) -> None:
    assert (ROOT / home).exists(), word


def test_no_word_stands_twice() -> None:
    assert HOMES
    assert len({word for word, _ in HOMES}) == len(HOMES)


@pytest.mark.parametrize("word", BANNED)
def test_words_that_say_nothing_name_nothing(word: str) -> None:
    named = re.compile(rf"(?:def|class|import|as|for|from)\s+{word}\b|^\s*{word}\s*[:=][^=]|\b{word}\(", re.MULTILINE)
    found = [
        path.relative_to(ROOT).as_posix() for path in SOURCES if path.exists() and named.search(path.read_text("utf-8"))
    ]
    assert found + [path.name for path in SOURCES if path.stem == word] == []
