"""Which cell a heading is by what the lines of an official form speak of, whatever the words ("Qua đời", "Từ trần").

Only where one line of the form says just that, and the groups above it are no other whole's. Belongs here: one heading
against the printed forms of a period. Does not belong here: how like words are (`khoi.layouts.likeness`).
"""

from __future__ import annotations

from functools import cached_property

from ingest.catalogue import FormSet
from ingest.catalogue.printed import PrintedLine, PrintedTable, printed_table
from ingest.labels import without_accents
from ingest.printed_words import concepts_of

_ALL = frozenset({"all"})


class PrintedWords:
    """The printed forms of a form set. A form with several columns is left to where lines and columns cross."""

    def __init__(self, form_set: FormSet) -> None:
        told = (printed_table(form, version) for form, version in form_set.forms if form.kind == "matrix")
        self._tables = [_Lines(one) for one in told if one is not None and not one.members]

    def cells(self, path: tuple[str, ...]) -> frozenset[str]:
        """The cells that a heading says, at most one of each form."""
        texts = tuple(without_accents(text) for text in path)
        found = (table.line(texts) for table in self._tables)
        return frozenset(code for line in found if line is not None for code in line.cells)


class _Lines:
    def __init__(self, table: PrintedTable) -> None:
        self._table = table

    @cached_property
    def _by_item(self) -> dict[str, PrintedLine]:
        return {line.item: line for line in self._table.printed_lines}

    def line(self, path: tuple[str, ...]) -> PrintedLine | None:
        """The one line of the form that a heading can be."""
        groups = [said for text in path[:-1] if (said := self._said(text)) is not None]
        over = frozenset[str]().union(*groups)
        leaf = self._said(path[-1])
        if leaf is None:
            return None
        fitting = [line for said in (leaf | over, leaf) for line in self._table.by_concepts.get(said, [])]
        lines = {
            line.item: line for line in fitting if self._is_under(line, over) and over <= self._spoken(line) | leaf
        }
        return next(iter(lines.values())) if len(lines) == 1 else None

    def _said(self, text: str) -> frozenset[str] | None:
        said = concepts_of(text, self._table.vocabulary)
        return said - self._table.assumed or said if said is not None else None

    def _is_under(self, line: PrintedLine, over: frozenset[str]) -> bool:
        """False for what is told only right below the line it is a part of, where the groups do not name that line."""
        whole = self._by_item.get(line.part_of or "")
        return whole is None or bool(line.ordinal) or any(said <= over for said in whole.concepts)

    def _spoken(self, line: PrintedLine) -> frozenset[str]:
        """What the line and the wholes above it speak of."""
        found = _ALL.union(*line.concepts)
        above = line.part_of
        while above is not None and above in self._by_item:
            found = found.union(*self._by_item[above].concepts)
            above = self._by_item[above].part_of
        return found
