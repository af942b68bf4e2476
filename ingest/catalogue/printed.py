"""Forms as they are printed, declared in `ingest/layouts/printed_forms.yaml`, as layouts on the versions of our forms.

Belongs here: the shape of the declaration, and the layout each edition is: one table a form. Does not belong here:
finding a printed form on a sheet (`ingest.layouts.printed`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic import Field as Default

from ingest.catalogue.layout import Layout, LayoutColumn, LayoutLine, LayoutTable
from ingest.catalogue.model import VALUE_COLUMN, Form, FormVersion, Label, cell_code
from ingest.labels import label_key
from ingest.program_yaml import declared_in

PRINTED_FORMS_FILE = Path(__file__).resolve().parent.parent / "layouts" / "printed_forms.yaml"
_VALUE = "Kỳ này"
_MAY_LACK = "?"


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Edition(_Declared):
    """An edition of the official forms: how a sheet names it. With ``authority`` alone its lines are not known."""

    version: str
    named: str
    authority: str | None = None

    @field_validator("named")
    @classmethod
    def _can_be_searched(cls, pattern: str) -> str:
        re.compile(pattern)
        return pattern

    @property
    def is_unknown(self) -> bool:
        """True where nothing can be read by it."""
        return self.authority is not None

    def found_in(self, text: str) -> bool:
        """True where ``text`` names this edition."""
        return re.search(self.named, text, re.IGNORECASE) is not None


class Vocabulary(_Declared):
    """What lines of some forms may speak of, and how that is said.

    ``concepts``: concept -> wordings. ``beside``: words that change nothing. ``asides``: patterns, in small letters
    without accents, of what is said by the way. ``same``: pattern -> what it is said as (``19 8 45``: ``19 8 1945``).
    ``initials``: its wordings and parts of them may stand as their first letters, where these are of one alone.
    """

    concepts: dict[str, list[str]]
    beside: frozenset[str]
    asides: tuple[str, ...] = ()
    same: dict[str, str] = Default(default_factory=dict)
    initials: bool = False


class _Ignored(_Declared):
    says: list[list[str]]
    reason: str


class Beneath(_Declared):
    """Of one column the other that it stands beneath (``member``): ``fewest`` for each of those, and none without."""

    member: str
    fewest: int
    reason: str


class _PrintedForm(_Declared):
    """``lines``, ``groups``, ``columns``: what each may say; a concept that ends in ``?`` may be left out.

    ``beneath``: column -> the column whose figures it cannot be without.
    """

    form: str
    number: str
    label: Label
    versions: list[str]
    vocabulary: str
    required: frozenset[str]
    lines: dict[str, list[list[str]]]
    added: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    groups: dict[str, list[list[str]]] = Default(default_factory=dict)
    ignored: dict[str, _Ignored] = Default(default_factory=dict)
    columns: dict[str, list[list[str]]] = Default(default_factory=dict)
    beneath: dict[str, Beneath] = Default(default_factory=dict)

    @field_validator("lines", "groups", "columns")
    @classmethod
    def _can_be_said(cls, told: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
        if any(all(one.endswith(_MAY_LACK) for one in said) for sets in told.values() for said in sets):
            raise ValueError("a line has to say something")
        return told


class _GroupsSheet(_Declared):
    """The fields that one Biểu of a list has, and the concept of a title that tells it where no number does."""

    main: str
    female: str
    told: str


class GroupsForm(_Declared):
    """A list form of ours that is printed with a line for each code, one Biểu for some of its fields each."""

    form: str
    versions: list[str]
    vocabulary: str
    field: str
    code_list: str
    titled: frozenset[str]
    sheets: dict[str, _GroupsSheet]
    main: list[list[str]]
    female: list[list[str]]
    sections: dict[str, list[list[str]]]
    leads: tuple[str, ...]
    ignored: list[list[str]]
    reason: str

    @property
    def said(self) -> Iterator[list[list[str]]]:
        """All that lines and headings say."""
        yield from (self.main, self.female, self.ignored, *self.sections.values())


class MatrixForm(_Declared):
    """A matrix form that paper has one line a sheet, or lines and columns either way round.

    ``sums``: column -> those that it adds up, beside the sums that our form declares.
    """

    form: str
    versions: list[str]
    vocabulary: str
    numbers: dict[str, str]
    titled: frozenset[str]
    items: dict[str, list[list[str]]]
    members: dict[str, list[list[str]]]
    fewest: int
    whole: list[list[str]]
    kinds: str
    sums: dict[str, tuple[str, ...]] = Default(default_factory=dict)

    @property
    def said(self) -> Iterator[list[list[str]]]:
        """All that lines and headings say."""
        yield from (*self.items.values(), *self.members.values(), self.whole)


class PrintedForms(_Declared):
    """The whole declaration."""

    label: Label
    editions: tuple[Edition, ...]
    forms: tuple[_PrintedForm, ...]
    groups: tuple[GroupsForm, ...] = ()
    matrices: tuple[MatrixForm, ...] = ()
    vocabularies: dict[str, Vocabulary]
    columns: dict[str, list[str]]
    organization: str


class PrintedLine(LayoutLine):
    """A line of a printed form; ``part_of`` is the item of the line that it is a part of.

    ``concepts``: the sets of concepts of which it says one; ``needed``: of each what it cannot lack. ``parts``: the
    items that it adds up, of those that the form has. ``by_place``: its own words did not say that it is this line,
    where it stands did. ``record``: of a list the number of its record.
    """

    item: str
    part_of: str | None
    printed: tuple[str, ...]
    concepts: tuple[frozenset[str], ...]
    needed: tuple[frozenset[str], ...]
    is_added: bool = False
    is_required: bool = False
    parts: tuple[str, ...] = ()
    by_place: bool = False
    record: int = 0


class PrintedColumn(LayoutColumn):
    """A column of a printed form; ``by_place``: where it stands and a second witness said what it is, not its words."""

    by_place: bool = False


class PrintedTable(LayoutTable):
    """A table whose headings and lines are understood by what they speak of, not letter by letter.

    ``number``: of the Biểu; ``due``: the kinds of periods it is reported for. ``assumed``: concepts that a line may
    name or leave out. ``groups``: concept that a heading over lines gives them -> what such a heading speaks of.
    ``members``: column of a form with several -> what its heading speaks of. ``member_parts``: column -> those that it
    adds up; ``beneath``: column -> the one that it cannot be without.
    """

    edition: str
    form: str
    valid_from: dt.date
    valid_to: dt.date | None
    due: tuple[str, ...]
    number: str
    vocabulary: str
    assumed: frozenset[str]
    groups: dict[str, tuple[frozenset[str], ...]]
    members: dict[str, tuple[frozenset[str], ...]]
    member_parts: dict[str, tuple[str, ...]]
    beneath: dict[str, Beneath]
    printed_lines: tuple[PrintedLine, ...]

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of the Biểu that it is, in small letters."""
        return frozenset({self.number})

    def in_force(self, day: dt.date) -> bool:
        """True where ``day`` (a period's last day) lies in the validity of the form's version, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @cached_property
    def by_label(self) -> dict[str, list[PrintedLine]]:
        """Key of a label of the form itself -> the lines that are called so."""
        found: dict[str, list[PrintedLine]] = {}
        for line in self.printed_lines:
            for key in {label_key(text) for text in line.printed}:
                found.setdefault(key, []).append(line)
        return found

    @cached_property
    def by_concepts(self) -> dict[frozenset[str], list[PrintedLine]]:
        """What is spoken of -> the lines that it says."""
        found: dict[frozenset[str], list[PrintedLine]] = {}
        for line in self.printed_lines:
            for said in set(line.concepts):
                found.setdefault(said, []).append(line)
        return found


@cache
def printed_forms() -> PrintedForms:
    """The declaration. Raises pydantic.ValidationError where it is not valid."""
    return PrintedForms.model_validate(declared_in(PRINTED_FORMS_FILE))


def printed_layouts(forms: Mapping[str, Form]) -> tuple[Layout, ...]:
    """One layout per edition that the catalogue has a printed form of, the latest edition first."""
    found: dict[str, list[tuple[FormVersion, PrintedTable]]] = {}
    for one in printed_forms().forms:
        for version in forms[one.form].versions if one.form in forms else ():
            if version.version in one.versions:
                found.setdefault(version.version, []).append((version, _table(one, forms[one.form], version)))
    return tuple(_layout(edition, found[edition]) for edition in sorted(found, reverse=True))


def printed_table(form: Form, version: FormVersion) -> PrintedTable | None:
    """How a version of a form is printed; None for one that paper has not. Of an edition that is not declared the words
    are those of the others: for comparing with, not for reading by."""
    told = next((one for one in printed_forms().forms if one.form == form.form), None)
    return _table(told, form, version) if told is not None else None


def _layout(edition: str, tables: list[tuple[FormVersion, PrintedTable]]) -> Layout:
    """The forms of an edition; it is in force from the first day of one of them to the last of another."""
    ends = [version.valid_to for version, _ in tables if version.valid_to is not None]
    first = tables[0][0]
    return Layout(
        layout=f"bieu_{edition}",
        label=printed_forms().label,
        authority=re.sub(r"\s*\(.*\)$", "", first.authority),
        valid_from=min(version.valid_from for version, _ in tables),
        valid_to=max(ends) if len(ends) == len(tables) else None,
        tables=[table for _, table in tables],
    )


def _table(printed: _PrintedForm, form: Form, version: FormVersion) -> PrintedTable:
    lines = _lines(printed, form, version)
    values = [LayoutColumn(header=[form.columns[name].label.vi], member=name) for name in printed.columns]
    return PrintedTable(
        rows="item",
        organization=printed_forms().organization,
        columns=[LayoutColumn(header=["Nội dung"], role="label"), *(values or [LayoutColumn(header=[_VALUE])])],
        lines=list(lines),
        edition=version.version,
        form=form.form,
        number=printed.number,
        vocabulary=printed.vocabulary,
        assumed=printed.assumed,
        groups={name: said_sets(said) for name, said in printed.groups.items()},
        members={name: said_sets(said) for name, said in printed.columns.items()},
        member_parts={name: tuple(parts) for name in printed.columns if (parts := form.columns[name].total_of)},
        beneath=printed.beneath,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        due=tuple(form.due),
        printed_lines=lines,
    )


def _lines(printed: _PrintedForm, form: Form, version: FormVersion) -> tuple[PrintedLine, ...]:
    """The lines of a version in its order; a line without an ordinal of its own is a part of the one above it."""
    by_ordinal = {row.ordinal: row.item for row in version.rows if row.ordinal}
    found: list[PrintedLine] = []
    for row in version.rows:
        above = found[-1].item if found else None
        label = row.label or form.items[row.item].label.vi
        code = f"{form.form}.{row.item}" if printed.columns else cell_code(form.form, row.item, VALUE_COLUMN)
        line = PrintedLine(
            label=label,
            ordinal=row.ordinal or None,
            cells={code: 1},
            item=row.item,
            part_of=by_ordinal.get(_above(row.ordinal)) if row.ordinal else above,
            printed=(label, *row.aliases),
            concepts=said_sets(printed.lines.get(row.item, [])),
            needed=_needed(printed.lines.get(row.item, [])),
            is_added=row.item in printed.added,
            is_required=row.item in printed.required,
            parts=_parts(form, row.item),
        )
        found.append(line)
    return (*found, *_ignored(printed))


def _parts(form: Form, item: str) -> tuple[str, ...]:
    """The lines that an item is the plain sum of; none where it takes something away or adds up another form."""
    parts = form.items[item].total_of
    return tuple(parts) if all(part in form.items for part in parts) else ()


def _ignored(printed: _PrintedForm) -> Iterator[PrintedLine]:
    """Lines that paper has and no cell holds, each with the reason."""
    for item, one in printed.ignored.items():
        yield PrintedLine(
            label=item,
            item=item,
            reason=one.reason,
            part_of=None,
            printed=(),
            concepts=said_sets(one.says),
            needed=_needed(one.says),
            is_added=True,
        )


def _above(ordinal: str) -> str:
    """The ordinal of the whole: ``B2a`` is a part of ``B2``, ``II.10`` of ``II``."""
    return ordinal.rpartition(".")[0] if "." in ordinal else ordinal[:-1]


def said_sets(said: list[list[str]]) -> tuple[frozenset[str], ...]:
    """The sets of concepts that may be said: of each declared one with and without what may be left out."""
    found: dict[frozenset[str], None] = {}
    for needed, whole in zip(_needed(said), said, strict=True):
        lacking = [one.removesuffix(_MAY_LACK) for one in whole if one.endswith(_MAY_LACK)]
        for size in range(len(lacking) + 1):
            found |= {needed.union(chosen): None for chosen in combinations(lacking, size)}
    return tuple(found)


def _needed(said: list[list[str]]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(one for one in whole if not one.endswith(_MAY_LACK)) for whole in said)
