"""What a heading says once what changes nothing is taken away: numbering, units, a column of figures below its group.

A day in a heading is the beginning or the end of the period where it is one of these. Belongs here: the texts of one
heading by themselves. Does not belong here: which cell they are like (`khoi.layouts.likeness`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from ingest.labels import clean_text, label_key, without_accents
from ingest.printed_words import parted
from ingest.program_yaml import declared_in
from khoi.layouts.likeness import HEADINGS_FILE

Path = tuple[str, ...]
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_HYPHENED = re.compile(r"(?<=\w)[-–]\s*\n\s*(?=\w)")
_DAY = re.compile(
    r"(?:\b(?:có|co)\s+)?(?:\b(?:tính|tinh)\s+)?(?:\b(?:đến|den)\s+)?(?:\b(?:hết|het)\s+)?(?:\b(?:ngày|ngay)\s+)?"
    r"(?<!\d)(\d{1,2})(?:\s*[/.\-]\s*|\s+(?:tháng|thang)\s+)(\d{1,2})(?:\s*[/.\-]\s*|\s+(?:năm|nam)\s+)(20\d\d)(?!\d)",
    re.IGNORECASE,
)
_YEAR_END = re.compile(
    r"\b(?:(?:tính|tinh)\s+)?(?:(?:đến|den)\s+)?(?:cuối|cuoi|hết|het)\s+(?:năm|nam)\s+(20\d\d)(?!\d)", re.IGNORECASE
)
_PART = re.compile(r"quy (?:i|ii|iii|iv|[1-4])(?: 20\d\d| nam 20\d\d)?|thang [1-9]\d?(?: 20\d\d| nam 20\d\d)?")
_DIGITS = re.compile(r"\d+")
_FORMER = "truoc"
OPENING, CLOSING = "đầu kỳ", "cuối kỳ"


def is_bare(texts: Iterable[str]) -> bool:
    """True where words are written, and none of them with an accent."""
    told = "".join(texts)
    return any(map(str.isalpha, told)) and without_accents(told) == told


def spoken(path: Path, days: tuple[str, str] | None = None) -> Path:
    """The texts of a heading without numbering, units and figures that say nothing below their group.

    ``days``: the last day before the period and its last day, as ISO texts.
    """
    texts = [_in_period(_bare_text(text), days) for text in path]
    kept = [text for text in texts if label_key(text)]
    while len(kept) > 1 and _is_of_figures(kept[-1]):
        kept.pop()
    return tuple(kept) or path


def says_other(path: Path) -> str | None:
    """The word by which a heading says that it is no figure of the period: a ratio, a plan, a comparison."""
    said = plain(_bare_text(path[-1]))
    return (
        "%" if "%" in path[-1] else next((word for word in _told("other_columns") if f" {word} " in f" {said} "), None)
    )


def is_former(path: Path) -> bool:
    """True for the figure of the period before, below what it is of: "Kỳ trước chuyển sang" alone is the opening."""
    rest = set(_DIGITS.sub(" ", plain(path[-1])).split())
    return len(path) > 1 and _FORMER in rest and rest <= _words("former_words")


def is_of_part(path: Path) -> bool:
    """True below a group that is a quarter or a month: no figure of the whole period."""
    return any(_PART.fullmatch(plain(text)) for text in path[:-1])


def heads_branch(label: str) -> bool:
    """True for the label of a row that begins as names of branches and parts of an organization do."""
    said = f"{label_key(_bare_text(label))} "
    return any(said.startswith(f"{word} ") for word in _declared()["branches"])


def _is_of_figures(text: str) -> bool:
    rest = f" {plain(text)} "
    for said in sorted(_told("figure_words"), key=len, reverse=True):
        rest = rest.replace(f" {said} ", " ")
    return rest.strip() == "" and plain(text) != ""


def _bare_text(text: str) -> str:
    """Without numbering in front, a hyphen at the end of a line, and a unit in brackets behind."""
    joined = clean_text(_HYPHENED.sub("", text))
    mark, rest = parted(joined)
    # "6 tháng đầu năm" begins with a number, not with an ordinal.
    rest = joined if not rest or (mark.isdigit() and joined.startswith(f"{mark} ")) else rest
    unit = _BRACKETED.search(rest.rstrip())
    if unit is not None and set(plain(unit[1]).split()) <= _words("units"):
        rest = rest[: unit.start()].rstrip()
    return rest or joined


def _in_period(text: str, days: tuple[str, str] | None) -> str:
    if days is None:
        return text

    def said(match: re.Match[str]) -> str:
        day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        return {days[0]: OPENING, days[1]: CLOSING}.get(day, match[0])

    return _DAY.sub(said, _YEAR_END.sub(r"31/12/\1", text))


def plain(text: str) -> str:
    """The words of a text in small letters without accents, and nothing of what stands between them."""
    return without_accents(" ".join(re.findall(r"[^\W_]+", label_key(text))))


@cache
def _declared() -> dict[str, Any]:
    return dict(declared_in(HEADINGS_FILE))


@cache
def _told(name: str) -> tuple[str, ...]:
    return tuple(map(plain, _declared()[name]))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for text in _told(name) for word in text.split())
