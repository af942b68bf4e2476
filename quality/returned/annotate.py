"""Marking the sender's own workbook: coloured cells, comments, a list to answer; nothing else changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from quality.returned.answer_sheet import find_answer_sheet, put_answer_sheet
from quality.returned.comments import add_comments, remove_comments
from quality.returned.contents import Figures, Mark, list_lines, marks, to_be_answered
from quality.returned.marks import color_cells, remove_colors
from quality.returned.opening import open_with
from quality.returned.package import Package, empty_package
from quality.returned.styles import StyleBook
from quality.returned.words import returned_words


@dataclass(frozen=True)
class Annotated:
    """The bytes that go back, and whether they are the sender's workbook with marks (else the list alone)."""

    content: bytes
    is_marked: bool


def annotate(
    original: bytes, container: str, findings: pd.DataFrame, previous: Figures, titles: Mapping[str, str]
) -> Annotated:
    """The workbook that goes back to its sender: ``original`` marked with ``findings``, a list to answer appended.

    ``findings`` are those of this file (`ingest.lake.FINDINGS`), ``previous`` what the last period held at a
    sheet's cell, ``titles`` the rules' titles by id. No cell, format, formula or other part of the original
    changes; marks of an earlier round are taken away first, and it opens with the list. The same input gives the
    same bytes. Where the original is no .xlsx package (``container``, as receiving found it) or cannot be marked, it
    is the list alone and says so. May take all memory there is or very long: the original is the sender's
    (`quality.returned.workers`).
    """
    answerable = to_be_answered(findings)
    lines = list_lines(answerable, previous)
    if container == "xlsx":
        found = marks(answerable, titles, previous)
        for marking in (_mark, _color):
            # What breaks here is the sender's file (comments, relations, styles of any shape); another way is tried.
            with suppress(Exception):
                package = Package.open(original)
                marking(package, found)
                open_with(package, put_answer_sheet(package, StyleBook(package), lines))
                return Annotated(package.save(), is_marked=True)
    return list_alone(lines, container)


def list_of(findings: pd.DataFrame, container: str, previous: Figures) -> Annotated:
    """The list alone: what goes back where the sender's own file cannot be opened or not be marked."""
    return list_alone(list_lines(to_be_answered(findings), previous), container)


def list_alone(lines: Sequence[Mapping[str, str]], container: str) -> Annotated:
    """A workbook with the list ``lines`` only; it says why the original is not marked."""
    words = returned_words()
    note = {"xlsx": words.not_markable, "unread": words.unread}.get(container, words.list_only)
    package = empty_package()
    told = f"{note.vi.format(container=container)}\n{note.en.format(container=container)}"
    open_with(package, put_answer_sheet(package, StyleBook(package), lines, told))
    return Annotated(package.save(), is_marked=False)


def _color(package: Package, found: list[Mark]) -> None:
    """Colours without comments, for a workbook whose own comments cannot be followed."""
    _mark(package, found, comments=False)


def _mark(package: Package, found: list[Mark], comments: bool = True) -> None:
    """Mark the cells of the sheets the workbook has; the others stay in the list only."""
    parts = package.sheets()
    if find_answer_sheet(package) is not None:
        for part in parts.values():
            remove_colors(package, part)
            if comments:
                remove_comments(package, part)
    shades = returned_words().shades
    styles = StyleBook(package)
    by_part: dict[str, list[Mark]] = defaultdict(list)
    for mark in found:
        if mark.sheet in parts:
            by_part[parts[mark.sheet]].append(mark)
    for part, sheet_marks in by_part.items():
        colors: dict[str, list[str]] = defaultdict(list)
        for mark in sheet_marks:
            colors[shades[mark.shade].color].append(mark.cell)
        color_cells(package, part, styles, colors)
        if not comments:
            continue
        texts: dict[str, str] = {}
        for mark in sheet_marks:
            first = mark.cell.partition(":")[0]
            texts[first] = f"{texts[first]}\n\n{mark.comment}" if first in texts else mark.comment
        add_comments(package, part, texts)
