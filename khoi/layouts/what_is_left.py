"""Columns of a list that stayed open, looked at once more when all others are told: what is left for them.

A column of codes of organizations is the field that holds them, and the only column of days within the period, or of
counts, the one field left of its kind, unless its heading says that it is of something else. Else
a column is the one field left that it can be where no other open column can be it, its heading shares a word with it
and what stands below is of its kind alone (codes of its list, texts of its pattern). A column of texts is proposed to
be left out where the list has no field left that it could be; a person confirms it, as everything that is proposed.
Belongs here: the choice among what is left. Does not belong here: the first choice (`khoi.layouts.lists`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.catalogue.model import Field
from ingest.labels import clean_text, label_key
from ingest.layouts.grid import Content
from ingest.normalise.values import parse_count, parse_date
from ingest.privacy import is_masked
from ingest.words import words
from khoi.layouts.field_likeness import FieldLikeness, Likeness, declared_headings
from khoi.layouts.likeness import words_of

_SHARED = 0.25
"""What the words over a column must have in common with the field's, as for a column of codes."""
_WORDS = 0.6
"""From here on a heading is nearly the field's, though an office has words of its own for its codes."""
_MOST = 0.9
_FEWEST = 2
_FEWEST_OF_CODES = 3
_WORDS_OF_PROSE = 4
_OF_ANOTHER_TIME = frozenset({"trước", "cũ", "kiến"})
"""Codes below "Hình thức kỷ luật trước đây" or "dự kiến" are not those of the record."""
_OF_COUNTS = frozenset({"số", "lượng", "tổng"})
_OF_ANYTHING = _OF_COUNTS | {"ngày", "tháng", "năm", "được", "đã", "trong", "kỳ", "người", "đảng", "viên"}
"""Words of headings that say nothing of what is counted or dated."""
_ANY = 0.1
"""Below this a heading and a field have no word in common that tells one field from another."""
_YES_AND_NO = 2
ONLY_ONE = "trường duy nhất còn lại mà cột này có thể là / the only field left that it can be"
NOTHING_LEFT = (
    "mọi trường của biểu đã có cột, cột này không là trường nào: đề nghị xác nhận bỏ qua"
    " / every field has its column, this is none: to be confirmed"
)


@dataclass(frozen=True)
class WhatIsLeft:
    """The open columns of a list with what stands in them, and how like each is to each field that has no column."""

    form: FieldLikeness
    content: Mapping[int, Sequence[Content]]
    names: Sequence[str]
    likes: Mapping[tuple[int, str], Likeness]
    headings: Mapping[int, str] = dataclasses.field(default_factory=dict)
    is_organization: Callable[[str], bool] = lambda _: False
    days: tuple[str, str] | None = None

    def field(self, at: int) -> str | None:
        """The one field left that an open column can be, where it alone can be that; None where there is none."""
        of_codes = [name for name in self.names if self._is_of_codes(at, name)]
        if len(of_codes) == 1 and not any(
            self._is_of_codes(other, of_codes[0]) for other in self.content if other != at
        ):
            return of_codes[0]
        of_kind = [name for name in self.names if self._is_of_kind(at, name)]
        if len(of_kind) == 1 and self._is_alone(at, of_kind[0]):
            return of_kind[0]
        alone = self._of_values(at)
        if alone is not None:
            return alone
        names = [name for name in self.names if self._can_be(at, name)]
        if len(names) != 1 or any(self._can_be(other, names[0]) for other in self.content if other != at):
            return None
        return names[0] if self._is_told(at, names[0]) else None

    def _of_values(self, at: int) -> str | None:
        """What a column is by what stands in it alone: codes of organizations; or days within the period, or counts,
        where it is the only such column and one field alone of those left takes them in.
        """
        filled = self._filled(at)
        if len(filled) < _FEWEST_OF_CODES:
            return None
        others = {other: self._filled(other) for other in self.content if other != at}
        told = declared_headings()["organization_fields"]
        coded = [name for name in self.names if f"{self.form.form.form}.{name}" in told]
        if len(coded) == 1 and self._are_codes(filled) and not any(map(self._are_codes, others.values())):
            return coded[0]
        taking = [name for name in self.names if self.form.share(self.form.fields[name], filled)]
        if len(taking) != 1:
            return None
        field = self.form.fields[taking[0]]
        is_rival = any(self.form.share(field, other) for other in others.values() if other)
        if self.form.share(field, filled) < 1 or is_rival or self._says_other(at, field):
            return None
        is_day = field.type == "date" and field.within == "period" and self._within_period(filled)
        return taking[0] if is_day or (field.type == "count" and _are_counts(filled)) else None

    def _are_codes(self, filled: Sequence[Content]) -> bool:
        return bool(filled) and all(kind == "text" and self.is_organization(clean_text(text)) for kind, text in filled)

    def _within_period(self, filled: Sequence[Content]) -> bool:
        """True where every day is one of the period: a birthday, a day of joining or of the next deadline is not."""
        told = [str(parse_date(kind, text).text) for kind, text in filled]
        return self.days is not None and all(self.days[0] <= day <= self.days[1] for day in told)

    def _says_other(self, at: int, field: Field) -> bool:
        """True where the heading says that it is of something else."""
        said = f" {label_key(self.headings.get(at, ''))} "
        told = declared_headings()["other_days" if field.type == "date" else "other_counts"]
        return any(f" {word} " in said or (not word.isalnum() and word in said) for word in told)

    def is_none(self, at: int) -> bool:
        """True for a column of texts that can be no field of the list, for none that it might be is left."""
        filled = self._filled(at)
        is_text = all(kind == "text" and not is_masked(text) for kind, text in filled)
        return len(filled) >= _FEWEST and is_text and not any(self._might_be(at, name) for name in self.names)

    def _is_of_codes(self, at: int, name: str) -> bool:
        """True for a column in which nothing but codes of one field's list stand, more than one of them."""
        field, filled = self.form.fields[name], self._filled(at)
        if field.type != "code" or _is_yes_or_no(field) or len(filled) < _FEWEST_OF_CODES:
            return False
        if words_of(self.headings.get(at, "")) & _OF_ANOTHER_TIME:
            return False
        several = len({clean_text(text).casefold() for _, text in filled}) > 1
        return several and self.form.share(field, filled) >= _MOST and self._is_only_list(field)

    def _is_of_kind(self, at: int, name: str) -> bool:
        """True for a column of days or counts whose heading says what the field is called, and nothing foreign."""
        field, filled = self.form.fields[name], self._filled(at)
        if field.type not in ("date", "count") or not filled or self.form.share(field, filled) < 1:
            return False
        said, own = words_of(self.headings.get(at, "")), self.form.label_words(name)
        all_words = frozenset[str]().union(*map(self.form.label_words, self.form.fields))
        if said & own - _OF_ANYTHING:
            return said <= all_words | _OF_ANYTHING
        return field.type == "count" and bool(said & _OF_COUNTS) and said <= own | _OF_ANYTHING

    def _is_alone(self, at: int, name: str) -> bool:
        """True where no other open column holds what the field takes in, and no other field left takes in such."""
        field = self.form.fields[name]
        fields = [one for one in self.names if self.form.fields[one].type == field.type]
        columns = [
            other for other in self.content if self._filled(other) and self.form.share(field, self._filled(other))
        ]
        return fields == [name] and columns == [at]

    def _is_only_list(self, field: Field) -> bool:
        """True where no other field of the form is of the same code list."""
        return sum(one.code_list == field.code_list for one in self.form.fields.values()) == 1

    def _filled(self, at: int) -> list[Content]:
        return [one for one in self.content[at] if clean_text(one[1]) not in words().nothing]

    def _can_be(self, at: int, name: str) -> bool:
        like = self.likes[at, name]
        return like.words >= _SHARED or (like.score > 0 and bool(self._filled(at)))

    def _might_be(self, at: int, name: str) -> bool:
        """As `_can_be`; an office has words of its own for codes, but not more than two for yes and no."""
        field = self.form.fields[name]
        if self._is_prose(at) and self.likes[at, name].words < _ANY and self.likes[at, name].content == 0:
            return False
        if self._can_be(at, name) or (field.type == "code" and not _is_yes_or_no(field)):
            return True
        return _is_yes_or_no(field) and len({clean_text(text) for _, text in self._filled(at)}) <= _YES_AND_NO

    def _is_prose(self, at: int) -> bool:
        """True where sentences stand: nobody writes a code in four words that no name of the list has."""
        lengths = [len(text.split()) for _, text in self._filled(at)]
        return len(lengths) >= _FEWEST and sum(lengths) >= _WORDS_OF_PROSE * len(lengths)

    def _is_told(self, at: int, name: str) -> bool:
        field, like, filled = self.form.fields[name], self.likes[at, name], self._filled(at)
        if len(filled) < _FEWEST or _is_yes_or_no(field) or not (field.type == "code" or field.pattern):
            return False
        of_its_kind = self.form.share(field, filled) >= _MOST and like.words >= _SHARED
        return of_its_kind or (field.type == "code" and like.words >= _WORDS and like.content > 0)


def _are_counts(filled: Sequence[Content]) -> bool:
    """True for numbers that repeat or fall somewhere: ordinals only rise."""
    numbers = [parse_count(kind, text).value or 0 for kind, text in filled]
    return any(late <= early for early, late in pairwise(numbers))


def _is_yes_or_no(field: Field) -> bool:
    return field.type == "flag" or field.code_list == "yes_no"
