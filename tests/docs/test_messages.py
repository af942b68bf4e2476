"""What people are told: every message on one page, in words that a clerk understands and that accuse nobody."""

from __future__ import annotations

import re

import pytest

from bench.messages import PAGE, Declared, Message, page, read_messages, register_messages, rule_messages

POINTS_NOWHERE = ("dòng này", "mức đó", "số bao gồm nó", "cấp này", "đối tượng này", "cái này", "ô đó là")
ACCUSES = ("chép nhầm", "gian lận", "cố tình", "khai man", "sai phạm", "khai sai", "cẩu thả", "bịa")
INTERNAL = re.compile(r"\b(hard|soft|returned|accepted|superseded|missing|nan|None)\b|\{\w*\}|<\w+>")
CODE = re.compile(
    r"\b[a-z]+_[a-z_]+\b(?!\.csv)|\b[a-z_]+\.[A-Z][A-Z_]+\b"
    r"|[\[(](?!CSV|PDF|HTML)[A-Z_]{3,}[\])]|=[A-Z][A-Z0-9_]+\b"
)
PERIOD_CODE = re.compile(r"\b\d{4}H[12]\b")
FOR_THE_COMMITTEE = {"S006", "S010", "S011", "S012", "S013", "C001", "C002", "C003"}
"""What is told to those who keep the registers, in the names that their files have."""
NAMES_A_LAYOUT = re.compile(r"^layout_")
QUOTES_THE_COVER = {"not_on_roster", "unknown_period", "period_not_open", "likely_owner"}
"""The cover asks for the period as 2022H1; what stands there is quoted."""


@pytest.fixture(scope="module")
def declared() -> Declared:
    return Declared.load()


@pytest.fixture(scope="module")
def of_rules(declared: Declared) -> list[Message]:
    return rule_messages(declared)


@pytest.fixture(scope="module")
def for_clerks(of_rules: list[Message]) -> list[Message]:
    told = [*of_rules, *read_messages()]
    return [one for one in told if one.name not in FOR_THE_COMMITTEE and not NAMES_A_LAYOUT.match(one.name)]


def test_the_page_of_messages_follows_from_the_declarations(declared: Declared) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(declared), "python -m bench.messages"


def test_every_message_begins_with_a_capital_and_has_all_its_words(of_rules: list[Message]) -> None:
    for one in (*of_rules, *read_messages(), *register_messages()):
        for text in (one.vi, one.en):
            first = text.lstrip("“")[:1]
            assert first.isupper() or text.startswith(("“", "organizations.csv")), text
            assert "  " not in text, text
            assert "“”" not in text, text
            assert "()" not in text, text
            assert re.search(r"[:;,] ?[.;,]|: *$", text) is None, text


def test_no_message_to_a_clerk_holds_a_code_or_a_word_of_the_program(for_clerks: list[Message]) -> None:
    for one in for_clerks:
        assert INTERNAL.search(one.vi) is None, one.vi
        assert CODE.search(one.vi) is None, one.vi
        if one.name not in QUOTES_THE_COVER:
            assert PERIOD_CODE.search(one.vi) is None, one.vi


def test_no_message_points_at_what_it_does_not_name_or_accuses(for_clerks: list[Message]) -> None:
    for one in for_clerks:
        said = one.vi.lower()
        assert not [word for word in (*POINTS_NOWHERE, *ACCUSES) if word in said], one.vi


def test_a_day_is_written_as_people_write_it(of_rules: list[Message]) -> None:
    for one in of_rules:
        if one.name not in FOR_THE_COMMITTEE:
            assert re.search(r"\b\d{4}-\d\d-\d\d\b", one.vi) is None, one.vi
