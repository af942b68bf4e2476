"""What words do not say of a matrix form, its sums may: a level, a reason, a total in words that nobody knows.

A column (or line) of the form is told where a sum of the form is right in every line with it, where it stands among the
read ones as the form has it, and where nothing else on the sheet would do as well. At most one of the unread in such a
sum may be in words that say nothing: two could be exchanged. What its words speak of it must be. Belongs here: one row
of figures and texts, whichever way round they stood. Does not belong here: where they stand (`printed_matrix`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.catalogue.printed_sheets import PrintedMatrix
from ingest.layouts.grid import Grid, Place
from ingest.printed_words import concepts_within

_TELLING = 5
"""What figures in words that say nothing must come to: of smaller ones too many are alike by chance."""
_FEWEST_ADDED = 2
_TYPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_DASHES = frozenset("-–−")
_Pairs = dict[int, str]


@dataclass(frozen=True)
class Series:
    """One column, or line, of figures: where it stands, its text, and which column of the form its words say."""

    at: int
    text: str
    member: str | None
    figures: tuple[float, ...]

    @property
    def amount(self) -> float:
        """What its figures come to; not a number where one of them is none."""
        return sum(self.figures)


def figure(grid: Grid, place: Place) -> float:
    """A figure of a sheet, a whole one also typed as text; blanks and dashes are 0, other texts are not a number."""
    kind, text = grid.cells.get(place, ("number", "0"))
    if kind == "number":
        return float(text)
    if _TYPED.fullmatch(text.strip()):
        return float(re.sub(r"[.,]", "", text))
    return 0.0 if text.strip() in _DASHES or not text.strip() else math.nan


def members_by_sum(table: PrintedMatrix, series: Sequence[Series]) -> _Pairs:
    """Place -> column of the form, of those that only their place and a sum tell."""
    found: _Pairs = {}
    while told := _one_pass(_Case(table, series, found)):
        found |= told
    return found


def whole_by_sum(figures: Mapping[int, Sequence[float]]) -> int | None:
    """The one line (or column) that adds up all the others in each of its figures; two at least it must add up."""
    told = []
    for at, own in figures.items():
        others = [one for other, one in figures.items() if other != at]
        added = [sum(row) for row in zip(*others, strict=True)]
        filled = [one for one in others if any(one)]
        if list(own) == added and len(filled) >= _FEWEST_ADDED and sum(map(bool, own)) >= _FEWEST_ADDED:
            told.append(at)
    return told[0] if len(told) == 1 else None


class _Case:
    """A row of series in one pass: what is read, and what may be."""

    def __init__(self, table: PrintedMatrix, series: Sequence[Series], found: _Pairs) -> None:
        self.table = table
        self.order = list(table.matrix_form.members)
        self.known = {member: one for one in series if (member := one.member or found.get(one.at)) is not None}
        self.unread = [one for one in series if one.member is None and one.at not in found]
        self.lacking = [member for member in self.order if member not in self.known]
        self.is_in_order = len(self.known) == len(series) - len(self.unread) and self.rises(self.known)

    def rises(self, taken: Mapping[str, Series]) -> bool:
        """True where these stand on the sheet in the order of the form."""
        places = [taken[member].at for member in self.order if member in taken]
        return all(early < late for early, late in pairwise(places))

    def sums(self) -> Iterator[tuple[str, list[str]]]:
        """The sums of the form, a total and its parts; a lacking part that is a total itself counts as its parts."""
        for total, parts in self.table.member_parts.items():
            yield total, list(parts)
            inner = {part: self.table.member_parts[part] for part in parts if part in self.table.member_parts}
            if any(part in self.lacking for part in inner):
                yield total, [one for part in parts for one in inner.get(part, (part,))]

    def may_be(self, one: Series) -> list[str]:
        """The lacking columns of the form that a text does not contradict; one that did not land contradicts none."""
        said = concepts_within(one.text, self.table.vocabulary)
        of = {member: frozenset[str]().union(*self.table.said_of(member)) for member in self.order}
        whole = [member for member in self.order if said <= of[member]]
        some = [member for member in self.order if said & of[member]] if said and not whole else whole
        return [member for member in some if member in self.lacking]

    def fitting(self, total: str, parts: list[str]) -> Iterator[dict[str, Series]]:
        """The ways in which unread series are what is lacking of a sum, so that it is right in every line."""
        asked = [member for member in (total, *parts) if member in self.lacking]
        for taken in self._taken(asked, {}):
            both = self.known | taken
            terms = [both[part].figures for part in parts]
            is_right = list(both[total].figures) == [sum(row) for row in zip(*terms, strict=True)]
            if is_right and self.rises(both) and not self._may_be_more(total, taken):
                yield taken

    def _may_be_more(self, total: str, taken: Mapping[str, Series]) -> bool:
        """True where a total that was told by its parts may be a larger one, what that adds not being on the sheet."""
        one = taken.get(total)
        larger = [
            outer
            for outer, parts in self.table.member_parts.items()
            if total in parts and all(part == total or part in self.lacking for part in parts)
        ]
        return one is not None and any(outer in self.may_be(one) and outer not in taken for outer in larger)

    def _taken(self, asked: list[str], taken: dict[str, Series]) -> Iterator[dict[str, Series]]:
        """Each way to take a series for every one that is asked for; one of them at most may be any of several."""
        if len(taken) == len(asked):
            if taken and sum(not self._says_one(one) for one in taken.values()) <= 1:
                yield taken
            return
        member = asked[len(taken)]
        for one in self.unread:
            is_telling = self._says_one(one) or one.amount >= _TELLING
            if one not in taken.values() and member in self.may_be(one) and is_telling:
                yield from self._taken(asked, {**taken, member: one})

    def _says_one(self, one: Series) -> bool:
        """True where the words of a text leave one of what is lacking."""
        return bool(concepts_within(one.text, self.table.vocabulary)) and len(self.may_be(one)) == 1

    def alone(self) -> Iterator[tuple[str, Series]]:
        """A column of no sum that its words alone can mean, and the only unread one in its place."""
        in_sums = {member for total, parts in self.table.member_parts.items() for member in (total, *parts)}
        for member in self.lacking:
            here = [one for one in self.unread if self.rises({**self.known, member: one})]
            if (
                member not in in_sums
                and len(here) == 1
                and self._says_one(here[0])
                and self.may_be(here[0]) == [member]
            ):
                yield member, here[0]


def _one_pass(case: _Case) -> _Pairs:
    if not case.is_in_order or not case.known:
        return {}
    told = {
        (one.at, member)
        for total, parts in case.sums()
        for taken in case.fitting(total, parts)
        for member, one in taken.items()
    }
    told |= {(one.at, member) for member, one in case.alone()}
    places, members = [at for at, _ in told], [member for _, member in told]
    only = {at: member for at, member in told if places.count(at) == 1 == members.count(member)}
    return only if _is_right(case, only) else {}


def _is_right(case: _Case, only: _Pairs) -> bool:
    """True where no sum of the form that can be reckoned is wrong with what was told."""
    both = case.known | {only[one.at]: one for one in case.unread if one.at in only}
    return case.rises(both) and all(
        list(both[total].figures) == [sum(row) for row in zip(*(both[part].figures for part in parts), strict=True)]
        for total, parts in case.table.member_parts.items()
        if total in both and all(part in both for part in parts) and {total, *parts} & set(only.values())
    )
