"""Lines and columns of one organization that cross: a form of several columns as somebody else has typed it.

A line is an item of the form and a column one of its columns, by the words of each alone; of two that are as like
neither is said, and of two lines that are like one item neither. Belongs here: which form, which lines, which columns.
Does not belong here: tables of one column of figures (`khoi.layouts.table_detection`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.addresses import a1_address
from ingest.catalogue import FormSet
from ingest.catalogue.model import Form, FormVersion
from ingest.labels import label_key
from ingest.layouts.grid import Grid, Path
from khoi.layouts.heading_words import is_bare, is_former, says_other, spoken
from khoi.layouts.likeness import words_of
from khoi.layouts.names import OrganizationNames
from khoi.layouts.table_detection import ORDINALS, MappableField, header_rows

LEAST, MARGIN = 0.6, 0.1
_FEWEST = 2
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_SAYS_NOTHING = frozenset({"số", "lượng", "trong", "đó", "tổng", "các", "việc", "và", "công", "tác"})


@dataclass(frozen=True)
class Crossed:
    """Where the table stands: ``lines``: each with the item it is, or None; ``columns``: heading -> form's column, or
    None; ``strange``: headings of no figures of the period. ``sheets``: how many look the same.
    """

    sheet: str
    form: str
    first_row: int
    header_rows: int
    label: Path
    ordinal: Path | None
    lines: tuple[tuple[MappableField, str | None], ...]
    columns: tuple[tuple[Path, str | None], ...]
    strange: tuple[Path, ...]
    title: str
    sheets: int = 1

    @property
    def score(self) -> int:
        """How many lines and columns it tells."""
        return sum(item is not None for _, item in self.lines) + sum(name is not None for _, name in self.columns)

    @property
    def shape(self) -> object:
        """What sheets of one form have in common."""
        return self.form, [(one.path, item) for one, item in self.lines], self.columns, self.strange


class CrossedFinder:
    """Finds such tables of the forms of one period."""

    def __init__(self, form_set: FormSet, names: OrganizationNames) -> None:
        self._forms = [
            (form, version) for form, version in form_set.forms if form.kind == "matrix" and len(version.columns) > 1
        ]
        self._names = names

    def found(self, sheets: Sequence[Grid]) -> Crossed | None:
        """The table of the sheet that tells most, None where there is none or two forms tell as much."""
        tables = [one for grid in sheets if (one := self._on_sheet(grid)) is not None]
        best = max(tables, key=lambda one: one.score, default=None)
        if best is None:
            return None
        return replace(best, sheets=sum(one.shape == best.shape for one in tables))

    def _on_sheet(self, grid: Grid) -> Crossed | None:
        title = self._names.title(grid)
        if title is None:
            return None
        labels = [at for at in grid.columns if sum((row, at) in grid.keys for row in grid.rows) > _FEWEST]
        tried = [
            one
            for form, version in self._forms
            for label in labels
            if (one := _at(grid, form, version, label, title)) is not None
        ]
        ranked = sorted(tried, key=lambda one: -one.score)
        if len(ranked) > 1 and ranked[1].form != ranked[0].form and ranked[1].score == ranked[0].score:
            return None
        return ranked[0] if ranked else None


def _at(grid: Grid, form: Form, version: FormVersion, label: int, title: str) -> Crossed | None:
    """The form with its lines in column ``label``."""
    items = {
        row.item: [row.label or form.items[row.item].label.vi, form.items[row.item].label.vi, *row.aliases]
        for row in version.rows
    }
    names = {
        one.column: [one.label or form.columns[one.column].label.vi, form.columns[one.column].label.vi, *one.aliases]
        for one in version.columns
    }
    rows = _lines(grid, label)
    told = _told({row: (grid.text((row, label)),) for row in rows}, items)
    if sum(item is not None for item in told.values()) < max(_FEWEST, len(rows) / 2):
        return None
    top, bottom = header_rows(grid, label, rows[0])
    paths = {at: path for at, path in grid.paths(top, bottom).items() if at != label}
    ordinal = next((at for at, path in paths.items() if label_key(path[-1]) in ORDINALS), None)
    values = {at: path for at, path in paths.items() if at > label and any((row, at) in grid.cells for row in rows)}
    of_period = {at: path for at, path in values.items() if not (says_other(path) or is_former(path))}
    heads = _told(of_period, names)
    if sum(name is not None for name in heads.values()) < _FEWEST:
        return None
    strange = [path for at, path in paths.items() if at not in of_period and at != ordinal]
    return Crossed(
        grid.sheet, form.form, top, bottom - top + 1, grid.paths(top, bottom).get(label, ("",)),
        paths[ordinal] if ordinal is not None else None,
        tuple((_field(grid, row, label, ordinal), item) for row, item in told.items()),
        tuple((path, heads[at]) for at, path in of_period.items()), tuple(strange), title,
    )  # fmt: skip


def _lines(grid: Grid, label: int) -> list[int]:
    """The rows with a text there and two figures right of it, up to the notes and signatures; totals left out."""
    found: list[int] = []
    for row in grid.rows:
        if found and grid.is_end(row):
            break
        figures = sum(kind == "number" for at, (kind, _) in grid.rows[row].items() if at > label)
        is_text = (row, label) in grid.keys and grid.cells[row, label][0] == "text"
        if is_text and figures >= _FEWEST and not grid.is_numbering(row) and not grid.is_total(row, label):
            found.append(row)
    return found


def _field(grid: Grid, row: int, label: int, ordinal: int | None) -> MappableField:
    text = grid.text((row, ordinal)) if ordinal is not None else ""
    return MappableField((grid.text((row, label)),), a1_address(row, label), "count", np.array([]), text)


def _told(texts: Mapping[int, Path], meant: Mapping[str, Sequence[str]]) -> dict[int, str | None]:
    """By place the one of ``meant`` (name -> what it is called) that its text is, None where two are as like."""
    bare = is_bare(text for path in texts.values() for text in path)
    called = {
        name: [_words(one, bare) for text in labels for one in (text, _ASIDE.sub("", text))]
        for name, labels in meant.items()
    }
    times = Counter(word for one in called.values() for word in frozenset[str]().union(*one))
    weights = {word: math.log(1 + len(called) / n) for word, n in times.items()}
    likes = {at: _likes(spoken(path), called, weights, bare) for at, path in texts.items()}
    chosen = {at: _clear(like) for at, like in likes.items()}
    claims = Counter(name for name in chosen.values() if name is not None)
    return {at: name if name is not None and claims[name] == 1 else None for at, name in chosen.items()}


def _likes(
    path: Path, called: Mapping[str, Sequence[frozenset[str]]], weights: Mapping[str, float], bare: bool
) -> dict[str, float]:
    most = max(weights.values(), default=1.0)

    def weight(words: Iterable[str]) -> float:
        return sum(weights.get(word, most) for word in words)

    said = _words(" ".join(path), bare)
    return {
        name: max(2 * weight(said & own) / (weight(said) + weight(own)) if said and own else 0.0 for own in labels)
        for name, labels in called.items()
    }


def _clear(likes: Mapping[str, float]) -> str | None:
    ranked = sorted(likes, key=lambda name: -likes[name])
    if not ranked or likes[ranked[0]] < LEAST:
        return None
    return ranked[0] if len(ranked) == 1 or likes[ranked[0]] - likes[ranked[1]] >= MARGIN else None


def _words(text: str, bare: bool) -> frozenset[str]:
    nothing = frozenset[str]().union(*(words_of(word, bare=bare) for word in _SAYS_NOTHING))
    said = words_of(text, bare=bare)
    return said - nothing or said
