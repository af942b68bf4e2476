"""Whose the figures of a matrix form are, where the words of a line, a column or a part do not say it whole.

The place is among those that were read, in the order of the form. The second witness is the number before it, where the
sheet counts over both neighbours as the form does; or what it speaks of, beside words that nobody knows, where as many
are unread as the form has. Belongs here: texts that stand below or beside each other, each for one item. Does not
belong here: which column of the form a figure is of (`ingest.layouts.matrix_by_sum`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.layouts.matrix_words import MatrixWords

_Items = dict[int, str]


@dataclass(frozen=True)
class Whose:
    """A text at its place, the number before it, and the item that its words say."""

    at: int
    text: str
    item: str | None
    mark: str = ""


def items_by_place(words: MatrixWords, given: Sequence[Whose]) -> _Items:
    """Place -> item of those that only their place and a second witness tell."""
    known = {one.at: one.item for one in given if one.item is not None}
    if not known or len(set(known.values())) < len(known) or not _rises(words, known):
        return {}
    told = _by_number(words, given)
    unread = [one for one in given if one.item is None and one.at not in told]
    lacking = [item for item in words.items if item not in (*known.values(), *told.values())]
    if len(unread) == len(lacking):
        said = {one.at: item for one in unread if (item := words.item_within(one.text)) in lacking}
        told |= {at: item for at, item in said.items() if item is not None and list(said.values()).count(item) == 1}
    return told if _rises(words, known | told) else {}


def _rises(words: MatrixWords, known: _Items) -> bool:
    """True where the items stand in the order of the form."""
    order = [words.items.index(known[at]) for at in sorted(known)]
    return all(early < late for early, late in pairwise(order))


def _by_number(words: MatrixWords, given: Sequence[Whose]) -> _Items:
    found: _Items = {}
    for above, one, below in zip(given, given[1:], given[2:], strict=False):
        if one.item is not None or above.item is None or below.item is None:
            continue
        first, last = words.items.index(above.item), words.items.index(below.item)
        marks = [mark.mark for mark in (above, one, below)]
        counted = [int(mark) for mark in marks if mark.isdigit()]
        is_next = len(counted) == len(marks) and counted == list(range(counted[0], counted[0] + len(marks)))
        between = words.items[first + 1 : last]
        if is_next and len(between) == 1 and words.may_be(one.text, between[0]):
            found[one.at] = between[0]
    return found
