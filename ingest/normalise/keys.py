"""The keys under which the texts of workbooks are compared with what forms print, each distinct text once.

A label typed with a font of the years before Unicode is compared as the printed label that it can only be. Answers are
not: what they mean is proposed (`ingest.normalise.contents`), never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import printed_labels
from ingest.derived_once import derived_once
from ingest.labels import label_key
from ingest.legacy_fonts import NAMES, key_and_encoding, readings
from ingest.words import words


def text_keys(texts: Iterable[str], catalogue: Catalogue) -> pd.DataFrame:
    """One row per text: text, key; of a label in a legacy font also ``encoding``, as people call it, and ``said``."""
    printed = _printed(catalogue)
    rows = [(text, *_key(text, printed)) for text in texts]
    return pd.DataFrame(rows, columns=["text", "key", "encoding", "said"], dtype="string")


class _Printed:
    """What forms print, as keys, and how totals, notes and signatures begin."""

    def __init__(self, catalogue: Catalogue) -> None:
        fields = [field for form in catalogue.forms for field in form.fields.values() if field.help]
        groups = {
            label_key(column.group)
            for form in catalogue.forms
            for version in form.versions
            for column in version.columns
            if column.group
        }
        said = {label_key(field.help.vi) for field in fields if field.help}
        self.keys = set(printed_labels(catalogue)["label_key"]) | groups | said
        self.keys |= words().structure | words().answer | {label_key(words().nil_question)}
        starts = "|".join(map(re.escape, (*words().totals, *words().ends)))
        self.begins = re.compile(rf"(?:{starts})(?!\w)")

    def holds(self, key: str) -> bool:
        return key in self.keys or self.begins.match(key) is not None


@derived_once
def _printed(catalogue: Catalogue) -> _Printed:
    return _Printed(catalogue)


def _key(text: str, printed: _Printed) -> tuple[str, str | None, str | None]:
    key, encoding = key_and_encoding(text, printed.holds)
    if encoding is None:
        return key, None, None
    said = readings(text)[encoding]
    # TCVN3 has no accented capitals of its own: fonts draw the small ones large.
    plain = "".join(letter for letter in text if letter.isascii() and letter.isalpha())
    return key, NAMES[encoding], said.upper() if plain.isupper() and len(plain) > 1 else said
