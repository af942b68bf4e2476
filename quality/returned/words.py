"""The words and colours of returned workbooks (`words.yaml`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ingest.catalogue import Label
from ingest.labels import label_key
from ingest.program_yaml import declared_in
from ingest.words import words as reading_words


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Declared):
    """One column of the list; ``width`` in characters, 0 for a hidden one."""

    field: str
    heading: str
    width: int


class Shade(_Declared):
    """What a colour means; ``color`` is ARGB."""

    vi: str
    en: str
    color: str


class ReturnedWords(_Declared):
    """The declarations of `words.yaml`."""

    title: Label
    instructions: list[Label]
    list_only: Label
    not_markable: Label
    unread: Label
    columns: list[Column]
    answers: dict[str, list[str]]
    severities: dict[str, Shade]
    undetermined: Label
    likely: Shade
    likely_at_line: str
    comment: dict[str, str]

    @property
    def shades(self) -> dict[str, Shade]:
        """Every kind of mark; of several on one cell the first colours it."""
        return {"likely": self.likely, **self.severities}

    @property
    def answer_codes(self) -> dict[str, str]:
        """What a sender may write, as keys -> fix, explain or dispute."""
        return {label_key(word): code for code, words in self.answers.items() for word in words}


@cache
def returned_words() -> ReturnedWords:
    """Read once. Raises pydantic.ValidationError where the file does not fit."""
    declared = declared_in(Path(__file__).with_name("words.yaml"))
    return ReturnedWords.model_validate(declared)


def answer_sheets() -> tuple[str, ...]:
    """The names the list sheet may have, the usual one first."""
    return reading_words().returned
