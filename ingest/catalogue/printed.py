"""Forms as they are printed, declared in `ingest/layouts/printed_forms.yaml`, as layouts on the versions of our forms.

Belongs here: the shape of the declaration, and the layout each printed edition is. Does not belong here: finding a
printed form on a sheet (`ingest.layouts.printed`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from ingest.catalogue.layout import Layout, LayoutColumn, LayoutLine, LayoutTable
from ingest.catalogue.model import VALUE_COLUMN, Form, FormVersion, Label, cell_code
from ingest.program_yaml import declared_in

PRINTED_FORMS_FILE = Path(__file__).resolve().parent.parent / "layouts" / "printed_forms.yaml"
_VALUE = "Kỳ này"


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class _PrintedForm(_Declared):
    form: str
    layout: str
    label: Label
    versions: list[str]
    added: frozenset[str]
    required: frozenset[str]
    lines: dict[str, list[list[str]]]


class PrintedForms(_Declared):
    """The whole declaration."""

    editions: tuple[Edition, ...]
    forms: tuple[_PrintedForm, ...]
    concepts: dict[str, list[str]]
    beside: frozenset[str]
    columns: dict[str, list[str]]
    organization: str


class PrintedLine(LayoutLine):
    """A line of a printed form; ``part_of`` is the item of the line that it is a part of."""

    item: str
    part_of: str | None
    printed: tuple[str, ...]
    concepts: tuple[frozenset[str], ...]
    is_added: bool
    is_required: bool


class PrintedTable(LayoutTable):
    """A table whose headings and lines are understood by what they speak of, not letter by letter."""

    edition: str
    printed_lines: tuple[PrintedLine, ...]


@cache
def printed_forms() -> PrintedForms:
    """The declaration. Raises pydantic.ValidationError where it is not valid."""
    return PrintedForms.model_validate(declared_in(PRINTED_FORMS_FILE))


def printed_layouts(forms: Mapping[str, Form]) -> tuple[Layout, ...]:
    """One layout per printed form and edition that the catalogue has a version for, the latest edition first."""
    return tuple(
        _layout(one, forms[one.form], version)
        for one in printed_forms().forms
        if one.form in forms
        for version in reversed(forms[one.form].versions)
        if version.version in one.versions
    )


def _layout(printed: _PrintedForm, form: Form, version: FormVersion) -> Layout:
    lines = _lines(printed, form, version)
    table = PrintedTable(
        rows="item",
        organization=printed_forms().organization,
        columns=[LayoutColumn(header=["Nội dung"], role="label"), LayoutColumn(header=[_VALUE])],
        lines=list(lines),
        edition=version.version,
        printed_lines=lines,
    )
    return Layout(
        layout=f"{printed.layout}_{version.version}",
        label=printed.label,
        authority=version.authority,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        tables=[table],
    )


def _lines(printed: _PrintedForm, form: Form, version: FormVersion) -> tuple[PrintedLine, ...]:
    """The lines of a version in its order; a line without an ordinal of its own is a part of the one above it."""
    by_ordinal = {row.ordinal: row.item for row in version.rows if row.ordinal}
    found: list[PrintedLine] = []
    for row in version.rows:
        above = found[-1].item if found else None
        label = row.label or form.items[row.item].label.vi
        line = PrintedLine(
            label=label,
            ordinal=row.ordinal or None,
            cells={cell_code(form.form, row.item, VALUE_COLUMN): 1},
            item=row.item,
            part_of=by_ordinal.get(row.ordinal[:-1]) if row.ordinal else above,
            printed=(label, *row.aliases),
            concepts=tuple(map(frozenset, printed.lines.get(row.item, []))),
            is_added=row.item in printed.added,
            is_required=row.item in printed.required,
        )
        found.append(line)
    return tuple(found)
