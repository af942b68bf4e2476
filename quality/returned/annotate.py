"""Marking the sender's own workbook: coloured cells, comments, a list to answer; nothing else changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from quality.returned.answer_sheet import find_answer_sheet, put_answer_sheet
from quality.returned.comments import add_comments, remove_comments
from quality.returned.contents import Figures, Mark, list_lines, marks, to_be_answered
from quality.returned.marks import color_cells, remove_colors
from quality.returned.package import NotMarkable, Package, empty_package
from quality.returned.styles import StyleBook
from quality.returned.words import returned_words


def annotate(
    original: bytes, container: str, findings: pd.DataFrame, previous: Figures, titles: Mapping[str, str]
) -> bytes:
    """The workbook that goes back to its sender: ``original`` marked with ``findings``, a list to answer appended.

    ``findings`` are those of this file (`ingest.lake.FINDINGS`), ``previous`` what the last period held at a
    sheet's cell, ``titles`` the rules' titles by id. No cell, format, formula or other part of the original
    changes; marks of an earlier round are taken away first. The same input gives the same bytes. Where the
    original is no .xlsx package (``container``, as receiving found it), it is the list alone and says so.
    """
    answerable = to_be_answered(findings)
    lines = list_lines(answerable, previous)
    try:
        package = Package.open(original) if container == "xlsx" else None
    except NotMarkable:
        package = None
    if package is None:
        package = empty_package()
        note = returned_words().list_only
        told = f"{note.vi.format(container=container)}\n{note.en.format(container=container)}"
        put_answer_sheet(package, StyleBook(package), lines, told)
        return package.save()
    _mark(package, marks(answerable, titles, previous))
    put_answer_sheet(package, StyleBook(package), lines)
    return package.save()


def _mark(package: Package, found: list[Mark]) -> None:
    """Mark the cells of the sheets the workbook has; the others stay in the list only."""
    parts = package.sheets()
    if find_answer_sheet(package) is not None:
        for part in parts.values():
            remove_colors(package, part)
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
        texts: dict[str, str] = {}
        for mark in sheet_marks:
            first = mark.cell.partition(":")[0]
            texts[first] = f"{texts[first]}\n\n{mark.comment}" if first in texts else mark.comment
        add_comments(package, part, texts)
