"""What the texts beside and over the figures of a matrix form say: of whom, of what, or that they are set aside.

Belongs here: one text or heading by itself, and what a title says of whom. Does not belong here: which cells they then
are (`ingest.layouts.printed_matrix`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ingest.catalogue.printed import MatrixForm, printed_forms, said_sets
from ingest.printed_words import concepts_of, concepts_within, role_of, says_nothing


@dataclass(frozen=True)
class Said:
    """What a text says. ``aside``: percent or former. ``is_plain``: nothing but that figures follow. ``by_place``: its
    words did not say the member, a sum did."""

    item: str | None = None
    member: str | None = None
    aside: str | None = None
    is_whole: bool = False
    is_kind: bool = False
    is_plain: bool = False
    by_place: bool = False


class MatrixWords:
    """The words of one matrix form."""

    def __init__(self, form: MatrixForm) -> None:
        self._form = form
        self._items = {name: said_sets(said) for name, said in form.items.items()}
        self._members = {name: said_sets(said) for name, said in form.members.items()}
        self._whole = said_sets(form.whole)

    def said(self, path: Sequence[str]) -> Said:
        """What a heading says, its lowest text first; of a line the path is its one text."""
        leaf = path[-1] if path else ""
        if "%" in leaf or role_of((leaf,)) == "percent":
            return Said(aside="percent")
        if role_of(tuple(path)) == "former":
            return Said(aside="former")
        item, member = self._parts(leaf)
        is_whole = concepts_of(leaf, self._form.vocabulary) in self._whole or _is_all(leaf, self._form.kinds)
        if is_whole and any(_is_kind(text, self._form.kinds) for text in path[:-1]):
            return Said(is_kind=True)  # the total of one kind
        for text in (*reversed(path[:-1]), " ".join(path)):
            over_item, over_member = self._parts(text)
            item, member = item or over_item, member or (None if is_whole else over_member)
        is_kind = not (item or member or is_whole) and _is_kind(leaf, self._form.kinds)
        return Said(item, member, None, is_whole, is_kind, self._is_plain(leaf))

    def _is_plain(self, text: str) -> bool:
        return role_of((text,)) in ("value", "figures") or says_nothing(text, self._form.vocabulary)

    def _parts(self, text: str) -> tuple[str | None, str | None]:
        """The item and the member that a text says; neither where a word of it is unknown."""
        said = concepts_of(text, self._form.vocabulary)
        if said is None:
            return None, None
        member = self._member(said)
        if member is not None:
            return None, member
        for item, sets in self._items.items():
            own = next((one for one in sets if one <= said), None)
            if own is None:
                continue
            rest = said - own
            if not rest or rest in self._whole:
                return item, None if not rest else self._member(rest)
            member = self._member(rest)
            return (item, member) if member is not None else (None, None)
        return None, None

    def _member(self, said: frozenset[str]) -> str | None:
        return next((name for name, sets in self._members.items() if said in sets), None)

    @property
    def items(self) -> list[str]:
        """The items of the form in its order."""
        return list(self._items)

    def item_within(self, text: str) -> str | None:
        """The one item of which a text speaks beside words that nobody knows; a number makes it a part of one."""
        said = concepts_within(text, self._form.vocabulary)
        found = [item for item, sets in self._items.items() if said in sets]
        return found[0] if len(found) == 1 and not any(one.isdigit() for one in text) else None

    def may_be(self, text: str, item: str) -> bool:
        """False for a text that speaks of what the item does not speak of."""
        said = concepts_within(text, self._form.vocabulary)
        return said <= frozenset[str]().union(*self._items[item])

    def is_title(self, text: str) -> bool:
        """True for a text that speaks of what the form is about."""
        return self._form.titled <= concepts_within(text, self._form.vocabulary)

    def titled(self, texts: Sequence[str]) -> set[str]:
        """The items that titles speak of, in what follows the words that make one a title, or in the line below it."""
        found: set[str] = set()
        for text, below in pairwise((*texts, "")):
            if self.is_title(text):
                named = self._named(self._rest(text))
                item, member = self._parts(below)
                found |= named or ({item} if item is not None and member is None else set())
        return found

    def _rest(self, text: str) -> str:
        words = text.split()
        starts = [at for at in range(len(words)) if self.is_title(" ".join(words[at:]))]
        return " ".join(words[max(starts, default=0) + 1 :])

    def _named(self, text: str) -> set[str]:
        said = concepts_within(text, self._form.vocabulary)
        return {item for item, sets in self._items.items() if any(one <= said for one in sets)}


@lru_cache(maxsize=10_000)
def _is_kind(text: str, vocabulary: str) -> bool:
    """True for a text that names a kind of base, as the lines of the form that counts them do."""
    return _says_a_line(text, vocabulary, of_all=False)


def _is_all(text: str, vocabulary: str) -> bool:
    """True for a text that names all kinds of bases together."""
    return _says_a_line(text, vocabulary, of_all=True)


def _says_a_line(text: str, vocabulary: str, *, of_all: bool) -> bool:
    said = concepts_of(text, vocabulary)
    forms = (form for form in printed_forms().forms if form.vocabulary == vocabulary)
    lines = (sets for form in forms for item, sets in form.lines.items() if (item in form.required) is of_all)
    return said is not None and any(said in said_sets(sets) for sets in lines)
