"""How the words of code lists are spelled in lists of others: without accents, short words written out.

A code itself is never written out: KT is the reprimand, and "kiểm tra" is not. Belongs here: which texts are codes at
all, whatever their validity, so that a row of a list can be told from a note. Does not belong here: which code a text
is on a day (`ingest.normalise`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.abbreviations import written_out
from ingest.derived_once import derived_once
from ingest.labels import label_key, without_accents
from ingest.reference import Reference

_WORD = re.compile(r"\w+")
CodeSpellings = Mapping[str, Mapping[str, frozenset[str]]]
"""Code list -> how a code of it may be spelled, with accents and without -> the codes that are spelled so."""


def spellings(text: str, code: str | None = None) -> frozenset[str]:
    """How a text may be spelled; of a ``code`` that is ``text`` itself only as it is."""
    key = label_key(text)
    bare = " ".join(_WORD.findall(without_accents(key)))
    if code is not None and key == label_key(code):
        return frozenset({bare}) - {""}
    return frozenset({bare, without_accents(written_out(key, "headings"))}) - {""}


def words_in_order(text: str) -> str:
    """The words of a text with their accents, and nothing of what stands between them."""
    return " ".join(_WORD.findall(label_key(text)))


@derived_once
def code_spellings(reference: Reference) -> CodeSpellings:
    """Code list -> every code, label and alias of it as it may be spelled -> the codes meant."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in reference["codes"].itertuples():
        texts = (row.code, row.label_vi, row.label_en, *str(row.aliases or "").split("|"))
        spelled = found.setdefault(str(row.code_list), {})
        for text in filter(None, texts):
            for one in {*spellings(str(text), str(row.code)), words_in_order(str(text))}:
                spelled.setdefault(one, set()).add(str(row.code))
    return {name: {text: frozenset(codes) for text, codes in texts.items()} for name, texts in found.items()}
