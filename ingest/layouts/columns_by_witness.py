"""Columns whose words nobody knows, of a form with several: read by their place and a second witness, else left open.

The place is between two columns that were read, where the form has the column. The witness is a word that of the unread
columns only this one has, where as many are unread there as the form has; or what stands below: the whole column is the
sum that the form declares, or it follows another as the form says. No column is read against a sum that the form
declares. Belongs here: headings that their words alone do not say. Does not belong here: those that they do say
(`ingest.layouts.printed_columns`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from ingest.catalogue.printed import PrintedTable
from ingest.layouts.grid import Grid
from ingest.printed_words import concepts_of, words_of_concepts, words_said
from ingest.privacy import is_masked

_Members = dict[int, str]


@dataclass(frozen=True)
class Figures:
    """What stands below the headings, in the rows that are lines of the form; blanks and dashes are 0."""

    grid: Grid
    rows: Collection[int]

    def of(self, column: int) -> list[float]:
        """The figures of a column from the top down."""
        return [self._number(row, column) for row in sorted(self.rows)]

    def _number(self, row: int, column: int) -> float:
        kind, text = self.grid.cells.get((row, column), ("", ""))
        return float(text) if kind == "number" else 0.0


def columns_by_witness(
    table: PrintedTable, figures: Figures, texts: Mapping[int, str], known: Mapping[int, str]
) -> _Members:
    """Column -> member of those that only their place and a second witness tell.

    ``texts``: column -> lowest text of the heading, of those that are unread; ``known``: column -> member of the read.
    """
    found: _Members = {}
    while told := _one_pass(_Case(table, figures, texts, {**known, **found})):
        found |= told
    return found


@dataclass(frozen=True)
class _Case:
    """A sheet in one pass: what is read (``known``) and what may be."""

    table: PrintedTable
    figures: Figures
    texts: Mapping[int, str]
    known: _Members

    @property
    def unread(self) -> list[str]:
        """The columns of the form that no column of the sheet is."""
        return [member for member in self.table.members if member not in self.known.values()]

    def gaps(self) -> Iterator[tuple[list[int], list[str]]]:
        """Between two read columns, before the first, after the last: the unread, and what the form has there."""
        order = list(self.table.members)
        in_order = self._in_order()
        ends: list[int | None] = [None, *in_order, None] if in_order else []
        for first, last in pairwise(ends):
            after = order.index(self.known[first]) + 1 if first is not None else 0
            before = order.index(self.known[last]) if last is not None else len(order)
            between = [member for member in order[after:before] if member in self.unread]
            inside = range((first or 0) + 1, last or max(self.texts, default=0) + 1)
            columns = [column for column in inside if column in self.texts and column not in self.known]
            if between and columns:
                yield columns, between

    def _in_order(self) -> tuple[int, ...]:
        """Most of the read columns that stand as in the form: one that an office put elsewhere bounds nothing."""
        order, columns = list(self.table.members), sorted(self.known)
        for size in range(len(columns), 0, -1):
            rising = [
                chosen
                for chosen in combinations(columns, size)
                if all(order.index(self.known[one]) < order.index(self.known[next_]) for one, next_ in pairwise(chosen))
            ]
            if rising:
                return rising[0] if len(rising) == 1 else ()
        return ()

    def totals(self, members: Mapping[str, int]) -> Iterator[tuple[str, list[str], bool]]:
        """The sums of the form within ``members`` (member -> column): the total, all in it, whether it is right."""
        for total, parts in self.table.member_parts.items():
            if total in members and all(part in members for part in parts):
                below = zip(*(self.figures.of(members[part]) for part in parts), strict=True)
                yield total, [total, *parts], self.figures.of(members[total]) == [sum(row) for row in below]


def _one_pass(case: _Case) -> _Members:
    told: _Members = {}
    for columns, members in case.gaps():
        told |= _by_figures(case, columns, members)
        if len(columns) == len(members):
            pairs = zip(columns, members, strict=True)
            told |= {column: member for column, member in pairs if _alone_says(case, case.texts[column], member)}
    told = {column: member for column, member in told.items() if list(told.values()).count(member) == 1}
    at = {member: column for column, member in (case.known | told).items()}
    against = {member for _, members, holds in case.totals(at) if not holds for member in members}
    return {column: member for column, member in told.items() if member not in against}


def _by_figures(case: _Case, columns: list[int], members: list[str]) -> _Members:
    """Of the columns of a gap those whose figures make them one of its members, where one alone does."""
    found: _Members = {}
    for member in members:
        fitting = [
            column
            for column in columns
            if _may_be(case, case.texts[column], member)
            and any(case.figures.of(column))
            and (_adds_up(case, column, member) or _follows(case, column, member))
        ]
        if len(fitting) == 1:
            found[fitting[0]] = member
    return found


def _adds_up(case: _Case, column: int, member: str) -> bool:
    """True where with the column as ``member`` a sum of the form can be reckoned, and is right in every line."""
    at = {one: place for place, one in case.known.items()} | {member: column}
    told = [holds for _, members, holds in case.totals(at) if member in members]
    return bool(told) and all(told)


def _follows(case: _Case, column: int, member: str) -> bool:
    """True where the column stands to a read one as the form says: what is beneath something is there with it alone.

    Lines with it and lines without it must both be met, else anything would follow; and all else that is beneath it
    must be read, for that follows as well. A line without it has
    something of its total: that total, and every other part where a line has nothing, follow as well.
    """
    at = {one: place for place, one in case.known.items()} | {member: column}
    told = []
    for lower, one in case.table.beneath.items():
        family = {one.member, *(name for name, other in case.table.beneath.items() if other.member == one.member)}
        if one.fewest and member in (lower, one.member) and family <= at.keys():
            beside = case.known if member == lower else _beside(case, member)
            told.append(_is_beneath(case, at[lower], at[one.member], one.fewest, beside))
    return bool(told) and all(told)


def _beside(case: _Case, member: str) -> Collection[int]:
    """The read columns that say that a line has something of the totals of ``member``: these, or their other parts."""
    read = {one: column for column, one in case.known.items()}
    totals = [total for total, parts in case.table.member_parts.items() if member in parts]
    if all(total in read for total in totals):
        return [read[total] for total in totals]
    parts = {one for total in totals for one in case.table.member_parts[total] if one != member}
    return [column for one, column in read.items() if one in parts]


def _is_beneath(case: _Case, lower: int, upper: int, fewest: int, beside: Collection[int]) -> bool:
    pairs = list(zip(case.figures.of(upper), case.figures.of(lower), strict=True))
    without = [row for row, (many, _) in enumerate(pairs) if not many and _has_any(case, row, beside)]
    with_it = [row for row, (many, _) in enumerate(pairs) if many]
    return bool(with_it and without) and all(few >= many * fewest if many else not few for many, few in pairs)


def _has_any(case: _Case, row: int, columns: Collection[int]) -> bool:
    """True for a line in which one of the columns has a figure."""
    return any(case.figures.of(column)[row] for column in columns)


def _may_be(case: _Case, text: str, member: str) -> bool:
    """False for a text of which every word is known and which speaks of what the column does not speak of."""
    said = concepts_of(text, case.table.vocabulary)
    return said is None or said <= _concepts(case.table, member)


def _alone_says(case: _Case, text: str, member: str) -> bool:
    """True where this column alone can be meant: by what the text speaks of, else by a word that no other unread has.

    What several columns speak of tells none of them ("Tổng số"). A word that another column has and this one has not is
    against it; a text of which a part did not land says nothing.
    """
    if is_masked(text):
        return False
    table = case.table
    said = concepts_of(text, table.vocabulary)
    if said is not None:
        return [one for one in table.members if said <= _concepts(table, one)] == [member]
    words, mine = words_said(text, table.vocabulary), _concepts(table, member)
    others = {one: _concepts(table, one) for one in table.members if one != member}
    own = _words(table, mine.difference(*others.values()))
    unread = _words(table, frozenset[str]().union(*(others[one] for one in case.unread if one != member)))
    foreign = _words(table, frozenset[str]().union(*others.values())) - _words(table, mine)
    return bool(words & own - unread) and not words & foreign


def _concepts(table: PrintedTable, member: str) -> frozenset[str]:
    """All that the heading of a column may speak of."""
    return frozenset[str]().union(*table.members[member])


def _words(table: PrintedTable, concepts: frozenset[str]) -> frozenset[str]:
    return words_of_concepts(concepts, table.vocabulary)
