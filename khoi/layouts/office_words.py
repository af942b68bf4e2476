"""What an office's own words for codes stand for, where their words leave one code of the list.

A text is a name of a code, some of its words as their first letters (“UBKT ĐUCS”, “K.trách”), all of them in order.
Else it means a code whose name is within it, and beside which it says nothing but what the column is called by ("Hình
thức cảnh cáo"); or the only code whose name has all its words ("30 năm" of "Huy hiệu 30 năm tuổi Đảng"). Any other word
may be what tells it from the code that it resembles ("đảng viên DB"), so then it means none. Used for proposals, which
a person looks at: a reading knows only the list and what a layout declares. Belongs here: one text against one code
list. Does not belong here: which list a column is of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ingest.labels import label_key, without_accents
from khoi.layouts.likeness import words_of

_EMPTY = frozenset({"bị", "mức"})
"""Words beside a code that say nothing of which it is."""
_WORD = re.compile(r"\w+")
_TELLING = 3
"""One word, or one row of first letters, must be as long: two letters are of too many names."""
_Names = Mapping[str, Iterable[frozenset[str]]]


def meant_by(text: str, keys: Mapping[str, str], label: str) -> str | None:
    """The one code that ``text`` can be. ``keys``: code, label or alias -> code; ``label``: of the field, whose words
    say nothing more."""
    return _by_words(text, keys, label) or _by_letters(text, keys)


def _by_letters(text: str, keys: Mapping[str, str]) -> str | None:
    """The one code whose name the text is from its first word to its last, some of them as their first letters."""
    tokens = _WORD.findall(_plain(text))
    if not any(len(token) >= _TELLING for token in tokens):
        return None
    found = {
        code for key, code in keys.items() if key != code.casefold() and _is_short(tokens, _WORD.findall(_plain(key)))
    }
    return next(iter(found)) if len(found) == 1 else None


def _is_short(tokens: Sequence[str], name: Sequence[str]) -> bool:
    if not tokens or not name:
        return not tokens and not name
    token = tokens[0]
    letters = "".join(word[0] for word in name[: len(token)])
    return (token == name[0] and _is_short(tokens[1:], name[1:])) or (
        token == letters and _is_short(tokens[1:], name[len(token) :])
    )


def _plain(text: str) -> str:
    return without_accents(label_key(text))


def _by_words(text: str, keys: Mapping[str, str], label: str) -> str | None:
    said, names = words_of(text), _names(keys)
    if not said:
        return None
    within = [(name, code) for code, own in names.items() for name in own if name <= said]
    largest = max((name for name, _ in within), key=len, default=frozenset[str]())
    if largest:
        codes = {code for name, code in within if not name < largest}
        rest = said - largest - words_of(label) - _EMPTY
        return next(iter(codes)) if len(codes) == 1 and not rest else None
    having = {code for code, own in names.items() if any(said <= name for name in own)}
    return next(iter(having)) if len(having) == 1 else None


def _names(keys: Mapping[str, str]) -> _Names:
    """Code -> the words of each of its names; a bare code is no word of anybody's."""
    found: dict[str, set[frozenset[str]]] = {}
    for key, code in keys.items():
        own = words_of(key)
        if own and key != code.casefold() and any(len(word) > 1 for word in own):
            found.setdefault(code, set()).add(own)
    return found
