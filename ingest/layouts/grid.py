"""A sheet as cells by place, and its headings as paths: the texts above a column from the top row down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ingest.labels import clean_text, label_key
from ingest.privacy import is_masked
from ingest.words import words

Place = tuple[int, int]
Content = tuple[str, str]
Path = tuple[str, ...]
_NUMBERING = re.compile(r"\(?-?\d{1,2}\)?|[A-ZĐa-zđ]|\(?\d+\)?\s*=.*")
_FIGURE = re.compile(r"[\s(−-]*\d[\d.,/\s]*(?:\)\s*)?")
_FEWEST_NUMBERED = 3


def is_figure(kind: str, text: str) -> bool:
    """True for a number, a day, and a text of digits and what stands between and around them."""
    return kind != "text" or _FIGURE.fullmatch(text) is not None


@dataclass(frozen=True)
class Grid:
    """The filled cells of one sheet: (row, column), both 1-based, -> (kind, text)."""

    sheet: str
    cells: Mapping[Place, Content]

    @cached_property
    def rows(self) -> dict[int, dict[int, Content]]:
        """Row -> column -> content, both ascending."""
        rows: dict[int, dict[int, Content]] = {}
        for (row, column), content in sorted(self.cells.items()):
            rows.setdefault(row, {})[column] = content
        return rows

    @cached_property
    def columns(self) -> list[int]:
        """The columns in which something stands, ascending."""
        return sorted({column for _, column in self.cells})

    @cached_property
    def keys(self) -> dict[Place, str]:
        """The key of every cell that is not blank."""
        return {place: key for place, (_, text) in self.cells.items() if (key := label_key(text))}

    def text(self, place: Place) -> str:
        """The cleaned text of a cell, empty where there is none."""
        return clean_text(self.cells[place][1]) if place in self.cells else ""

    def paths(self, first: int, last: int) -> dict[int, Path]:
        """Column -> texts of its heading, from row ``first`` to ``last``, merged headings included."""
        columns = {column for row, column in self.keys if first <= row <= last}
        return {column: self._path(column, first, last) for column in sorted(columns)}

    def headings(self, first: int, last: int) -> dict[int, Path]:
        """The same, what is typed over several rows of one column being one text: “Chưa xếp” above “loại”.

        So are texts below each other where none of the rows heads several columns, or the lower one goes on in small.
        """
        over = {
            (row, source)
            for _, column in self.keys
            for row in range(first, last)
            if (row, column) not in self.keys
            and (source := self._group(row, column, first, last)) is not None
            and any((below, column) in self.keys for below in range(row + 1, last + 1))
        }
        found: dict[int, Path] = {}
        for column, path in self.paths(first, last).items():
            rows = [row for row in range(first, last + 1) if (row, column) in self.keys]
            texts = list(path[: len(path) - len(rows) + 1])
            for above, row in pairwise(rows):
                text = self.text((row, column))
                if (above, column) not in over and (not over or text[:1].islower()):
                    texts[-1] = f"{texts[-1]} {text}"
                else:
                    texts.append(text)
            found[column] = tuple(texts)
        return found

    def _path(self, column: int, first: int, last: int) -> Path:
        own = [row for row in range(first, last + 1) if (row, column) in self.keys]
        texts = []
        for row in range(first, own[-1] + 1):
            source = column if (row, column) in self.keys else self._group(row, column, first, last)
            if source is not None:
                texts.append(self.text((row, source)))
        return tuple(texts)

    def _group(self, row: int, column: int, first: int, last: int) -> int | None:
        """The column whose text in ``row`` is merged over ``column``; none where a higher heading ends before it.

        A heading without anything below it stands for its own column only.
        """
        for left in range(column - 1, 0, -1):
            if any((above, left + 1) in self.keys for above in range(first, row)):
                return None
            if (row, left) in self.keys:
                below = any((lower, left) in self.keys for lower in range(row + 1, last + 1))
                return left if below else None
        return None

    def is_numbering(self, row: int) -> bool:
        """True where a row numbers the columns: 1, 2, (3)=(1)+(2), A, B; gaps allowed, also those of hidden cells."""
        texts = [clean_text(text) for _, text in self.rows.get(row, {}).values() if not is_masked(text)]
        short = [text for text in texts if text]
        if len(short) < _FEWEST_NUMBERED or not all(_NUMBERING.fullmatch(text) for text in short):
            return False
        numbers = [abs(int(found[0])) for text in short if (found := re.search(r"\d+", text))]
        return numbers == sorted(set(numbers))

    def repeated(self, first: int, last: int) -> dict[int, str]:
        """Rows below headings (``first`` to ``last``) that say them again, on each page of a print, or number them."""
        found: dict[int, str] = {}
        above = {at: {self.keys.get((over, at)) for over in range(first, last + 1)} for at in self.columns}
        headed = last
        for row, texts in self.rows.items():
            if row > last and len(texts) > 1 and all(self.keys.get((row, at)) in above[at] for at in texts):
                found[row], headed = "heading", row
            elif last < row <= headed + 2 and self.is_numbering(row):
                found[row] = "numbering"
        return found

    def starts_with(self, row: int, beginnings: Iterable[str], before: int | None = None) -> bool:
        """True where a text of the row, left of ``before``, begins with one of the keys as whole words."""
        keys = [self.keys.get((row, column), "") for column in self.rows.get(row, {}) if not before or column <= before]
        return any(re.match(rf"{re.escape(start)}(?!\w)", key) for start in beginnings for key in keys)

    def is_total(self, row: int, before: int | None = None) -> bool:
        """True where the row adds others up."""
        return self.starts_with(row, words().totals, before)

    def is_end(self, row: int) -> bool:
        """True where notes and signatures begin: such a text, and no figures."""
        kinds = [kind for kind, _ in self.rows.get(row, {}).values()]
        return "number" not in kinds and self.starts_with(row, words().ends)


def grids(cells: Iterable[tuple[str, int, int, str, str]]) -> list[Grid]:
    """The sheets of one file from (sheet, row, column, kind, text), hidden ones of our own left out."""
    sheets: dict[str, dict[Place, Content]] = {}
    for sheet, row, column, kind, text in cells:
        sheets.setdefault(sheet, {})[row, column] = (kind, text)
    return [Grid(name, filled) for name, filled in sheets.items() if not name.startswith("_")]
