"""Lines whose words nobody knows, read by where they stand: between the neighbours that the form gives them.

Two witnesses are asked for. One is the place between two lines that were read. The other is the number before the line,
where the sheet counts as the form does at both neighbours; or, without one, as many unread lines as the form has there
and a word that no other line says. Belongs here: lines that their words alone do not say. Does not belong here: those
that they do say (`ingest.layouts.printed`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile

from ingest.catalogue.printed import PrintedLine, PrintedTable
from ingest.layouts.grid import Grid
from ingest.printed_words import concepts_of, words_of_concepts, words_said

_Rows = dict[int, PrintedLine]
_FEW = 2
"""A word that at most so many lines of a form have tells one from the others."""
_NUMBER = re.compile(r"\d+")


def lines_by_place(
    table: PrintedTable, grid: Grid, label: int, rows: Mapping[int, PrintedLine], marks: Mapping[int, str]
) -> _Rows:
    """Row -> line of those that only their place and a second witness tell, beside ``rows`` that their words tell.

    One pass: what it finds may tell others. ``marks``: row -> the ordinal that stands before it.
    """
    found: _Rows = {}
    lines = [line for line in table.printed_lines if not line.is_added]
    order = {line.item: at for at, line in enumerate(lines)}
    read = {line.item for line in rows.values()}
    placed = [row for row in sorted(rows) if rows[row].item in order]

    def numbered(row: int, line: PrintedLine) -> _Numbered:
        return _Numbered(order[line.item], marks[row].casefold(), line)

    for first, last in zip([None, *placed], [*placed, None], strict=True):
        above, below = (numbered(row, rows[row]) if row is not None else None for row in (first, last))
        between = lines[above.place + 1 if above else 0 : below.place if below else None]
        missing = [line for line in between if line.item not in read]
        texts = _texts(grid, label, first, last)
        own = [(row, line) for row in texts for line in missing if _is_own(above, numbered(row, line), below)]
        by_own = _unique([case for case in own if numbered(*case).is_exact] or own)
        # A line that was left out moves the numbers of those after it: all that have one must have the form's.
        numbered_lines = sum(bool(line.ordinal) for line in between)
        told = by_own if len(by_own) == numbered_lines else {}
        if not told and above is not None and below is not None:
            told = _unique(
                (row, line) for row in texts for line in missing if _counts(above, numbered(row, line), below)
            )
            told = told or (_by_words(table, grid, texts, missing) if len(missing) == len(between) else {})
        fitting = {row: line for row, line in told.items() if may_be(table, texts[row], line)}
        found |= {row: line.model_copy(update={"by_place": True}) for row, line in fitting.items()}
    return found


def _unique(told: Iterable[tuple[int, PrintedLine]]) -> _Rows:
    """Of the pairs those whose row has one line and whose line has one row."""
    pairs = list(told)
    rows, items = Counter(row for row, _ in pairs), Counter(line.item for _, line in pairs)
    return {row: line for row, line in pairs if rows[row] == 1 == items[line.item]}


def _texts(grid: Grid, label: int, first: int | None, last: int | None) -> dict[int, str]:
    """Row -> label of those between two rows; above the first one those with figures, below the last one up to the
    notes and signatures."""
    rows: Iterable[int]
    if first is None:
        above = (row for row in reversed(grid.rows) if last is not None and row < last)
        rows = reversed(list(takewhile(lambda row: _has_number(grid, row), above)))
    elif last is None:
        rows = takewhile(lambda row: not grid.is_end(row), (row for row in grid.rows if row > first))
    else:
        rows = (row for row in grid.rows if first < row < last)
    return {row: grid.text((row, label)) for row in rows if (row, label) in grid.keys}


@dataclass(frozen=True)
class _Numbered:
    """A line at its ``place`` in the form, with the ordinal that stands before it on the sheet."""

    place: int
    mark: str
    line: PrintedLine

    @property
    def number(self) -> int | None:
        """The last number of its ordinal."""
        return _number(self.mark)

    @property
    def is_exact(self) -> bool:
        """True where the ordinal is the form's letter by letter: above "6a" a heading may bear "6"."""
        return self.mark != "" and self.mark == (self.line.ordinal or "").casefold()

    @property
    def is_own(self) -> bool:
        """True where the ordinal, or its last number, is the one that the form prints before the line."""
        return self.is_exact or (self.mark != "" and self.number == _number(self.line.ordinal or "") is not None)


def _is_own(above: _Numbered | None, one: _Numbered, below: _Numbered | None) -> bool:
    """True where the line and its neighbours have the numbers of the form; on one side there may be none."""
    return all(case.is_own for case in (above, one, below) if case is not None)


def _counts(above: _Numbered, one: _Numbered, below: _Numbered) -> bool:
    """True where the sheet counts from ``above`` over ``one`` to ``below`` as the form does: none went, none came."""
    return all(
        early.number is not None and late.number is not None and late.number - early.number == late.place - early.place
        for early, late in pairwise((above, one, below))
    )


def _number(mark: str) -> int | None:
    found = _NUMBER.findall(mark)
    return int(found[-1]) if found else None


def _by_words(table: PrintedTable, grid: Grid, texts: Mapping[int, str], lines: list[PrintedLine]) -> _Rows:
    """Of as many rows as lines those that say a word of their line alone; a row without figures may be a heading."""
    labelled = [row for row, text in texts.items() if not _is_heading(table, text)]
    filled = [row for row in labelled if len(grid.rows[row]) > 1 and _has_number(grid, row)]
    rows = next((one for one in (labelled, filled) if len(one) == len(lines)), [])
    return {row: line for row, line in zip(rows, lines, strict=False) if _alone_says(table, texts[row], line)}


def _has_number(grid: Grid, row: int) -> bool:
    return any(kind == "number" for kind, _ in grid.rows[row].values())


def _is_heading(table: PrintedTable, text: str) -> bool:
    said = concepts_of(text, table.vocabulary)
    return said is not None and any(said in sets for sets in table.groups.values())


def may_be(table: PrintedTable, text: str, line: PrintedLine) -> bool:
    """False for a text of which every word is known and which speaks of nothing that the line speaks of."""
    said = concepts_of(text, table.vocabulary)
    return said is None or any(said & one for one in line.needed)


def _alone_says(table: PrintedTable, text: str, line: PrintedLine) -> bool:
    """True where the words that tell a few lines from the others speak for this line more than for any other."""
    said = words_said(text, table.vocabulary)
    shared = {item: len(said & words) for item, words in _telling(table).items()}
    most = max(shared.values())
    return most > 0 and [item for item, count in shared.items() if count == most] == [line.item]


def _telling(table: PrintedTable) -> dict[str, frozenset[str]]:
    """Item -> the words of its line that at most a few lines have."""
    return _telling_of(table.vocabulary, tuple((line.item, line.printed, line.needed) for line in table.printed_lines))


@cache
def _telling_of(
    vocabulary: str, lines: tuple[tuple[str, tuple[str, ...], tuple[frozenset[str], ...]], ...]
) -> dict[str, frozenset[str]]:
    own = {
        item: frozenset[str]().union(
            *(words_said(text, vocabulary) for text in labels),
            *(words_of_concepts(one, vocabulary) for one in concepts),
        )
        for item, labels, concepts in lines
    }
    times = Counter(word for words in own.values() for word in words)
    return {item: frozenset(word for word in words if times[word] <= _FEW) for item, words in own.items()}
