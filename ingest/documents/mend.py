"""Mending text as it comes out of a PDF or a converted file, so that sentences and numbers are whole again.

Lines are joined to paragraphs, numbers cut by a line end are closed, ``Ƣ``/``ƣ`` (what an old font made of ``Ư``/``ư``)
are read right, page numbers are left out, and a footnote is read in brackets where its mark stands, so that a total in
the text and its parts in the footnote meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_LETTERS = str.maketrans({"Ƣ": "Ư", "ƣ": "ư", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-", "\u00ad": None})
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARK = re.compile(r"[⁽(]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+[⁾)]?")
_NOTE = re.compile(r"^\s*[⁽(]?([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[⁾)]?[.:]?\s*(?=\S)")
_BREAKS_DOWN = re.compile(r"^(?:Gồm|Bao gồm|Trong đó|Thuộc|Cụ thể|Chia ra|Có)\b", re.IGNORECASE)
_LONE_NUMBER = re.compile(r"^\s*(?:[-–]\s*)?(\d{1,3})\s*(?:[-–]\s*)?$")
_STARTS = re.compile(
    r"^\s*(?:[-+•*–·]\s|\d{1,2}(?:\.\d{1,2})*[.)]\s|[IVX]{1,5}\s*[.-]\s|[a-zđ]\)\s|\*\*|[⁽(]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+[⁾)]?\.?\s)"
)
_ENDS = re.compile(r"[.!?…:;]['\")”*]*\s*$")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: the page it begins on, counted from 1, and its text on one line."""

    page: int
    text: str


def mended(pages: Iterable[str], *, has_paragraphs: bool = False) -> list[Paragraph]:
    """The paragraphs of pages of raw text, in reading order, footnotes inline.

    ``has_paragraphs``: every line is one already, or a cell of a table, as word processors keep them; two cells are no
    sentence.
    """
    numbered = [(number, _letters(page)) for number, page in enumerate(pages, start=1)]
    if has_paragraphs:
        lines = ((number, re.sub(r"\s+", " ", line).strip()) for number, page in numbered for line in page.split("\n"))
        return _with_notes([Paragraph(number, line) for number, line in lines if line])
    return _with_notes(_joined([(number, line) for number, page in numbered for line in _lines_of(page)]))


def _letters(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(_LETTERS).replace("\r\n", "\n")


def _lines_of(page: str) -> list[str | None]:
    """The lines of a page, None where a blank line parts paragraphs.

    Text set with double spacing has a blank line after each line; then blank lines part nothing.
    """
    raw = page.split("\n")
    filled = sum(bool(line.strip()) for line in raw)
    blank_between = sum(
        bool(raw[at].strip()) and not raw[at + 1].strip() and not _ENDS.search(raw[at]) for at in range(len(raw) - 1)
    )
    double_spaced = filled > 8 and blank_between > filled / 3
    kept: list[str | None] = []
    for line in raw:
        if line.strip():
            kept.append(line.strip())
        elif not double_spaced:
            kept.append(None)
    return kept


def _joined(lines: list[tuple[int, str | None]]) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    page, text = 1, ""
    apart = False

    def close() -> None:
        nonlocal text
        if text.strip():
            paragraphs.append(Paragraph(page, re.sub(r"\s+", " ", text).strip()))
        text = ""

    for at, (number, line) in enumerate(lines):
        if line is None:
            apart = True
            continue
        if (lone := _LONE_NUMBER.match(line)) and not (text and _is_cut_number(text, line)):
            # A number alone on its line is a page number, or a footnote mark torn off; neither is a figure.
            mark = _torn_mark(lone[1], text, lines[at + 1 :])
            text += mark
            if not mark and text:
                apart = True
            continue
        if text and _goes_on(text, line, apart=apart):
            text += ("" if _is_cut_number(text, line) else " ") + line
        else:
            close()
            page, text = number, line
        apart = False
    close()
    return paragraphs


def _torn_mark(number: str, before: str, after: list[tuple[int, str | None]]) -> str:
    """A lone number as the mark of a footnote where its sentence goes on behind it; else nothing: a page number."""
    following = next((line for _, line in after if line is not None), "")
    if before and re.match(r"^[a-zà-ỹđ;,.…]", following):
        return number.translate(_RAISED)
    return ""


def _goes_on(text: str, line: str, *, apart: bool) -> bool:
    if _STARTS.match(line) and not re.match(r"^\s*\d{1,2}\.\d", line):
        return False
    if _is_cut_number(text, line):
        return True
    if _ENDS.search(text):
        # Inside one block of lines a sentence may end with the line; a blank line or a new mark begins a paragraph.
        return not apart and not re.match(r"^[A-ZĐÀ-Ỹ]", line)
    return not (apart and re.match(r"^[A-ZĐÀ-Ỹ⁽]", line) and not re.search(r"[,a-zà-ỹđ]$", text)) and not (
        line.isupper() or (text.isupper() and len(text) < 120)
    )


def _is_cut_number(text: str, line: str) -> bool:
    """Whether the line end stands inside a number: ``6.|177``, ``98|,82``, ``6.1|77``."""
    if re.search(r"\d[.,]$", text) and re.match(r"^\d", line):
        return not re.search(r"(?:^|\s)\d{1,2}\.$", text) or bool(re.match(r"^\d{3}\b", line))
    if re.search(r"\d$", text) and re.match(r"^[.,]\d", line):
        return True
    tail = re.search(r"(?:^|[\s(])\d{1,3}(?:\.\d{3})*\.(\d{1,2})$", text)
    head = re.match(r"^(\d{1,2})(?![\d/.,-])", line)
    return bool(tail and head and len(tail[1]) + len(head[1]) == 3)


def _with_notes(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Marks taken away; a footnote that breaks a figure down is read in brackets where its mark stands."""
    notes: dict[str, str] = {}
    for paragraph in paragraphs:
        if (found := _NOTE.match(paragraph.text)) and _BREAKS_DOWN.match(paragraph.text[found.end() :]):
            notes[_plain(found[1])] = paragraph.text[found.end() :]
    told = []
    used: set[str] = set()
    for paragraph in paragraphs:
        found = _NOTE.match(paragraph.text)
        if found and notes.get(_plain(found[1])) == paragraph.text[found.end() :] and _plain(found[1]) in used:
            continue
        text = paragraph.text[found.end() :] if found else paragraph.text

        def told_at(match: re.Match[str]) -> str:
            number = _plain(match.group())
            used.add(number)
            return f" ({notes[number].rstrip('. ')})" if number in notes else ""

        told.append(Paragraph(paragraph.page, _without_glued(_MARK.sub(told_at, text))))
    return told


def _plain(mark: str) -> str:
    return mark.translate(_SUPERSCRIPTS).strip("()")


def _without_glued(text: str) -> str:
    """A footnote's digit glued to a grouped number (``6.1775``) is no part of it: groups have three digits."""
    return re.sub(r"(?<![\d.])(\d{1,3}(?:\.\d{3})+)\d{1,2}(?=[\s,;:)]|$)", r"\1", text)
