"""Which sheet of a workbook is which of ours, also where another program renamed it on the way out.

Numbers writes "Biểu 1 - Table 1", others "Biểu 1 (2)" or "Biểu 1_1"; Excel cuts names at 31 letters. A sheet of our
very name always counts before one that merely begins with it, and two that could be the same are never chosen between.
A name typed with a font of the years before Unicode is the one of ours that it can only be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

from ingest.labels import label_key
from ingest.legacy_fonts import key_and_encoding, readings

_LONGEST = 31
_LEAST = 12
_FEW = 64
_ADDED = re.compile(r"[\s_\-–—.]*(?:\([\s_\-–—]*)?(?:(?:table|bảng|sheet|trang tính)[\s_\-–—]*)?\d*(?:[-–]\d+)?\)?")
_CUT = re.compile(r"[\s_\-–—]+(?:t(?:a(?:b(?:l(?:e\s?\d*)?)?)?)?)?")


def sheet_keys(names: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Sheet name -> the key under which it is compared: one of ``known`` where only that can be meant, else its own."""
    given = tuple(names)
    return dict((_keys_of_template if len(given) <= _FEW else _keys)(given, frozenset(known)))


def _keys(names: tuple[str, ...], known: frozenset[str]) -> dict[str, str]:
    own = {name: key_and_encoding(name, known.__contains__)[0] for name in names}
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


_keys_of_template = lru_cache(maxsize=512)(_keys)
"""The same; the workbooks of one template have the same sheets."""


def _beginning(name: str, key: str, known: Collection[str]) -> str | None:
    """The longest of ``known`` that ``name`` begins with, where the rest is what programs add."""
    fitting = [
        one for one in known if one and key.startswith(one) and _is_added(key[len(one) :], len(name) >= _LONGEST)
    ]
    if len(name) >= _LONGEST and not fitting:
        # So long a name is cut in the middle of our own words already.
        said = {label_key(converted) for converted in readings(name).values()}
        fitting = [one for one in known if len(one) >= _LONGEST and one.startswith(key)]
        # VNI writes an accent as a letter of its own: the name was cut where ours is not at its end, or amid a letter.
        fitting += [one for one in known if any(len(key) > _LEAST and one.startswith(key[:-1]) for key in said)]
        return fitting[0] if len(fitting) == 1 else None
    return max(fitting, key=len, default=None)


def _is_added(rest: str, is_cut: bool) -> bool:
    if not rest or rest[0].isalnum():
        return False
    return bool(_ADDED.fullmatch(rest)) or (is_cut and bool(_CUT.fullmatch(rest)))
