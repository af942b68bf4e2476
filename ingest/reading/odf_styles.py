"""What the styles of an OpenDocument spreadsheet say of cells, runs, rows, columns and sheets, as the marks of cells.

An OpenDocument cell also holds the text that was shown when it was saved, so number formats need not be worked out:
where that text reads as another value, it is what is shown. Belongs here: styles. Does not belong here: cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from ingest.legacy_fonts import encoding_of_font
from ingest.reading.appearance import RAISED, STRUCK
from ingest.words import words

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE, _TABLE, _FO = f"{{{_ODF}style:1.0}}", f"{{{_ODF}table:1.0}}", f"{{{_ODF}xsl-fo-compatible:1.0}}"
_ZERO_DECIMALS = re.compile(r"[.,]0{1,2}$")
_PLAIN = re.compile(r"[-−(]?[\d.,\s\u00a0\u202f]*\)?")


class OdfStyles:
    """The styles of one spreadsheet by name; parents are followed, what a run does not say its cell says."""

    def __init__(self, trees: Iterable[ElementTree.Element]) -> None:
        self._styles: dict[str, ElementTree.Element] = {}
        for tree in trees:
            for style in tree.iter(f"{STYLE}style"):
                self._styles.setdefault(str(style.get(f"{STYLE}name")), style)
        self._known: dict[str, frozenset[str]] = {}

    def marks(self, name: str | None) -> frozenset[str]:
        """struck, raised, tcvn3 or vni, of a cell's or a run's style."""
        if name is None:
            return frozenset()
        if name not in self._known:
            self._known[name] = self._marks(name)
        return self._known[name]

    def is_raised(self, name: str | None) -> bool | None:
        """True for a superscript, False for a subscript, None for neither."""
        position = self._property(name, "text-properties", f"{STYLE}text-position") or ""
        if position.startswith(("super", "sub")):
            return position.startswith("super")
        return position.startswith("-") is False if RAISED in self.marks(name) else None

    def hides_sheet(self, name: str | None) -> bool:
        """True where a sheet's style says it is not displayed."""
        return self._property(name, "table-properties", f"{_TABLE}display") == "false"

    def _marks(self, name: str) -> frozenset[str]:
        line = self._property(name, "text-properties", f"{STYLE}text-line-through-style")
        position = self._property(name, "text-properties", f"{STYLE}text-position") or ""
        marks = {STRUCK} if line not in (None, "none") else set()
        if position.startswith(("super", "sub")) or re.match(r"-?[1-9]", position):
            marks.add(RAISED)
        font = self._property(name, "text-properties", f"{STYLE}font-name", f"{_FO}font-family") or ""
        encoding = encoding_of_font(font.strip("'"))
        return frozenset(marks | {encoding} if encoding else marks)

    def _property(self, name: str | None, group: str, *keys: str) -> str | None:
        """The first of ``keys`` that the style or one it is derived from sets."""
        seen: set[str] = set()
        while name is not None and name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            for properties in style.iter(f"{STYLE}{group}"):
                for key in keys:
                    if (value := properties.get(key)) is not None:
                        return value
            name = style.get(f"{STYLE}parent-style-name")
        return None


def number_shown_otherwise(text: str, shown: str) -> str | None:
    """``shown`` where it reads as another number than ``text``, which is what the cell stores."""
    if not shown:
        return None
    with_unit = words().units.fullmatch(shown.strip())
    shown_number = with_unit[1] if with_unit else shown
    digits = re.sub(r"\D", "", _ZERO_DECIMALS.sub("", shown_number) if "." not in text else shown_number)
    stored = re.sub(r"\D", "", text)
    same = digits == stored or ("." in text and digits.rstrip("0") == stored)
    return None if same and _PLAIN.fullmatch(shown_number.strip()) else shown


def dressed_text(text: str, shown: str) -> str | None:
    """``shown`` where it holds more than the digits of the number ``text``: a unit, leading zeros, brackets."""
    bare = re.sub(r"[.,\s\u00a0\u202f]", "", shown)
    return None if bare in ("", text.replace(".", "")) or _ZERO_DECIMALS.search(shown) else shown.strip()
