"""Formats alone, many at once: no count is made of a number that LibreOffice shows as another one.

A workbook tries some ten formats and takes a tenth of a second; a sheet of formats tries thousands in the same time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping

from bench.fuzz import palette
from bench.fuzz.cases import Base
from bench.fuzz.clerk import number_in_number_cell
from bench.fuzz.recorded import DAY, shown_of
from ingest.normalise.contents import CodeWords, Content, read
from ingest.reading.cells import kind_and_text, looks_of
from ingest.reading.number_formats import BUILT_IN, is_harmless

_NOISE = 1e-9
_AT_ONCE = 1500
_NUMBERS = ("0", "1", "45", "100", "1000", "-3", "0.5")


def taken(code: str, number: str) -> float | None:
    """The count that the product takes of ``number`` under ``code``; None where it refuses it."""
    code = BUILT_IN[int(code[3:])] if code.startswith("id:") else code
    kind, text = kind_and_text(float(number))
    is_plain = is_harmless(code) and text.isdigit()
    look, marks = (None, frozenset()) if is_plain else looks_of(kind, text, code)
    return read(Content("count", None, None, None, kind, text, look, " ".join(marks)), CodeWords()).parsed.value


Taken = tuple[str, str, str, float]
"""Format, number, what is shown, what is taken."""


def all_taken(shown: Mapping[tuple[str, str], str]) -> list[Taken]:
    """The pairs of format and number of which a count is taken."""
    read_as = ((code, number, text, taken(code, number)) for (code, number), text in shown.items())
    return [(code, number, text, mine) for code, number, text, mine in read_as if mine is not None]


def differing(pairs: Iterable[Taken]) -> list[Taken]:
    """Those of which another number is shown than is taken."""
    return [one for one in pairs if not _is_shown(one[2], one[3])]


def _is_shown(text: str, mine: float) -> bool:
    seen = None if text.startswith(DAY) else number_in_number_cell(text)
    return seen is not None and abs(seen - mine) <= _NOISE


def invented(count: int, seed: int, base: Base) -> Iterator[Mapping[tuple[str, str], str]]:
    """What LibreOffice shows of ``count`` invented formats with some numbers each, in parts."""
    chance = random.Random(seed)
    for first in range(0, count, _AT_ONCE):
        formats = dict.fromkeys(palette.invented_format(chance) for _ in range(min(_AT_ONCE, count - first)))
        numbers = dict.fromkeys((*(palette.invented_number(chance) for _ in range(20)), *_NUMBERS))
        yield shown_of(base, [*formats], [*numbers])
