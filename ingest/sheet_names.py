"""Which sheet of a workbook is which of ours, also where another program renamed it on the way out.

Numbers writes "Biểu 1 - Table 1", others "Biểu 1 (2)" or "Biểu 1_1"; Excel cuts names at 31 letters. A sheet of our
very name always counts before one that merely begins with it, and two that could be the same are never chosen between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from ingest.labels import label_key

_LONGEST = 31
_ADDED = re.compile(r"[\s_\-–—.]*\(?\s*(?:table|bảng|sheet|trang tính)?[\s_\-–—]*\d*(?:[-–]\d+)?\)?")
_CUT = re.compile(r"[\s_\-–—]+(?:t(?:a(?:b(?:l(?:e\s?\d*)?)?)?)?)?")


def sheet_keys(names: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Sheet name -> the key under which it is compared: one of ``known`` where only that can be meant, else its own."""
    own = {name: label_key(name) for name in names}
    exact = {key for key in own.values() if key in known}
    likely = {
        name: match
        for name, key in own.items()
        if key not in known and (match := _beginning(name, key, known)) is not None
    }
    times = Counter(likely.values())
    return {
        name: likely[name] if name in likely and times[likely[name]] == 1 and likely[name] not in exact else key
        for name, key in own.items()
    }


def _beginning(name: str, key: str, known: Collection[str]) -> str | None:
    """The longest of ``known`` that ``name`` begins with, where the rest is what programs add."""
    fitting = [
        one for one in known if one and key.startswith(one) and _is_added(key[len(one) :], len(name) >= _LONGEST)
    ]
    if len(name) >= _LONGEST and not fitting:
        # So long a name is cut in the middle of our own words already.
        fitting = [one for one in known if len(one) >= _LONGEST and one.startswith(key)]
        return fitting[0] if len(fitting) == 1 else None
    return max(fitting, key=len, default=None)


def _is_added(rest: str, is_cut: bool) -> bool:
    if not rest or rest[0].isalnum():
        return False
    return bool(_ADDED.fullmatch(rest)) or (is_cut and bool(_CUT.fullmatch(rest)))
