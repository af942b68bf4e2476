"""The shape of a form declaration (pydantic models of `ingest/forms/*.yaml`).

A form is one of three kinds:

* ``matrix`` - items (rows) x columns of numbers; every cell becomes one row of ``observations``;
* ``list``   - one record a row, fields as columns; every cell becomes one row of ``entries``;
* ``record`` - a list form with exactly one record, its fields laid out downwards (cover, profile).

Named counts and sums over a list or record form (``aggregates``) also become rows of ``observations``,
so that rules, measures, comparisons and lineage stand on one long table.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Default

from ingest.declarations import Label
from ingest.words import NOTHING, NOTHING_ELSE

Kind = Literal["matrix", "list", "record"]
ValueType = Literal["count", "code", "text", "date", "flag"]
Nature = Literal["flow", "stock"]
Level = Literal["opening", "closing"]
Sender = Literal["organization", "committee"]
Role = Literal["detail", "subtotal", "total", "of_which", "stock", "control"]

VALUE_COLUMN = "value"
ANY_VALUE = "*"
FLAG_LIST = "yes_no"
"""The code list of the answers to a field of type ``flag``."""
EARLIEST_DAY = dt.date(1930, 1, 1)
"""The first day a date field takes, in the blank workbook and when it is read."""


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


RECORD_VALUE_HEADER = Label(vi="Trả lời", en="Answer")
"""The heading over the answers of a record form."""


class _Axis(_Declared):
    """What a row or a column of a matrix contributes to the meaning of its cells.

    ``total_of``: what it adds up, so that the blank workbook has a formula there: rows for a row, columns for a column
    (``-NAME`` is taken away), or a cell of another form by its code.
    """

    label: Label
    role: Role = "detail"
    nature: Nature | None = None
    measure: str | None = None
    members: dict[str, str] = Default(default_factory=dict)
    total_of: list[str] = Default(default_factory=list)


class Item(_Axis):
    """A row of a matrix form, independent of the versions that print it; ``signed``: a balance, may be negative.

    ``level``: it is what was there on the period's first day (``opening``) or last day (``closing``); what is a stock
    by its role or nature is of the last day without saying so.
    """

    signed: bool = False
    level: Level | None = None


class Column(_Axis):
    """A column of a matrix form."""


class Field(_Declared):
    """A column of a list form or a line of a record form.

    ``required_when``, ``empty_when``: field -> codes for which this one must, cannot be filled in; ``unique``: used
    once in a list; ``within``: a date lies in the period, or not after its last day; ``pattern``: the regular
    expression that the whole of a text follows; ``money``: a count that may be an amount in đồng, and as long;
    ``registered_as``: the column of organizations.csv that knows it, so that the blank workbook has it filled in.
    """

    label: Label
    type: ValueType = "count"
    code_list: str | None = None
    required: bool = True
    required_when: dict[str, list[str]] = Default(default_factory=dict)
    empty_when: dict[str, list[str]] = Default(default_factory=dict)
    unique: bool = False
    within: Literal["period", "until_period_end"] | None = None
    nature: Nature | None = None
    pattern: str | None = None
    money: bool = False
    registered_as: Literal["organization_type", "sector", "industrial_zone"] | None = None
    help: Label | None = None

    @model_validator(mode="after")
    def _code_list_for_codes(self) -> Field:
        if (self.type == "code") != (self.code_list is not None):
            raise ValueError("a field of type 'code', and only such a field, names its code_list")
        if self.registered_as is not None and self.type != "code":
            raise ValueError("registered_as is for fields of type 'code'")
        if self.within is not None and self.type != "date":
            raise ValueError("within is for fields of type 'date'")
        if self.pattern is not None and self.type != "text":
            raise ValueError("pattern is for fields of type 'text'")
        if self.money and self.type != "count":
            raise ValueError("money is for fields of type 'count'")
        return self


class Aggregate(_Declared):
    """A named count or sum over the records of a list or record form.

    ``of`` is ``count`` (records) or the name of a count field to sum; ``where`` keeps records whose field
    holds one of the codes (``"*"``: any value at all); ``by`` makes one cell per code of that field's list.
    """

    label: Label
    of: str = "count"
    where: dict[str, list[str]] = Default(default_factory=dict)
    by: str | None = None
    role: Role = "detail"
    nature: Nature | None = None
    measure: str | None = None
    members: dict[str, str] = Default(default_factory=dict)


class PrintedRow(_Declared):
    """Where and how one version prints an item or a field."""

    item: str
    ordinal: str = ""
    label: str | None = None
    aliases: list[str] = Default(default_factory=list)


class PrintedColumn(_Declared):
    """Where and how one version prints a column or a field of a list; ``group`` is a merged header above."""

    column: str
    label: str | None = None
    group: str | None = None
    aliases: list[str] = Default(default_factory=list)


class IgnoredHeader(_Declared):
    """A column that real copies of the form carry and that is knowingly not read."""

    label: str
    reason: str


class FormVersion(_Declared):
    """One printed edition of a form: its validity, its authority, its geometry."""

    version: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    authority: str
    sheet: str
    sheet_aliases: list[str] = Default(default_factory=list)
    title: str
    unit: str = ""
    rows: list[PrintedRow] = Default(default_factory=list)
    columns: list[PrintedColumn] = Default(default_factory=list)
    ignored: list[IgnoredHeader] = Default(default_factory=list)
    not_applicable: list[str] = Default(default_factory=list)
    blank_rows: int = 15
    notes: list[str] = Default(default_factory=list)

    def in_force(self, day: dt.date) -> bool:
        """True where ``day`` (a period's last day) lies in this version's validity, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def level_by(role: Role, nature: Nature) -> Level | None:
    """A stock, by its role or its nature, is what is there on the period's last day."""
    return "closing" if "stock" in (role, nature) else None


class NilMark(_Declared):
    """That a form's sheet carries the mark “nothing in the period”, which says that the cells left empty are 0.

    ``not_for``: items and ``ITEM.COLUMN`` that it says nothing about, because they are no happenings but what the
    organization is (its members, its staff): left empty, they stay missing. ``of_records``: count fields of a list that
    are 0 where a record leaves them empty under a mark. ``for_all``: here the sender may say of all sheets at once that
    nothing happened beside what is filled in.
    """

    not_for: list[str] = Default(default_factory=list)
    of_records: list[str] = Default(default_factory=list)
    for_all: bool = False


class Form(_Declared):
    """One form with all its versions.

    ``sender``: who fills it in - the organizations, the committee above them for its own work, or both.
    ``nature``: what its numbers are unless a row, column, field or aggregate says otherwise: counts over the
    period (flow) or on its last day (stock). ``summed_by``: the code field of a list form by whose codes every
    count field is summed, one cell a code; it stands for an aggregate of the field's name and label.
    ``may_be_nil``: in a whole period nothing of it need happen to an organization, so a blank sheet may mean nothing.
    ``not_of``: organization type -> items or fields that an organization of the type cannot have, because it is a cell
    without cells below it: not printed as open cells for it, and not applicable where it leaves them empty.
    ``carried``: items, and ``ITEM.COLUMN``, that are as they were in the last period unless something changed: the
    blank workbook has them filled in from the last publication. Of a record form a field of codes that an aggregate
    counts by; of a list form the field that it is summed by: the codes that the organization reported last time.
    ``nil_mark``: its sheet has a cell in which the sender says so.
    """

    form: str
    kind: Kind
    domain: str
    label: Label
    due: list[str]
    sender: tuple[Sender, ...] = ("organization",)
    nature: Nature = "flow"
    unit: Label = Label(vi="số lượng", en="number")
    summed_by: str | None = None
    may_be_nil: bool = False
    nil_mark: NilMark | None = None
    not_of: dict[str, list[str]] = Default(default_factory=dict)
    carried: list[str] = Default(default_factory=list)
    measure: str | None = None
    items: dict[str, Item] = Default(default_factory=dict)
    columns: dict[str, Column] = Default(default_factory=dict)
    fields: dict[str, Field] = Default(default_factory=dict)
    aggregates: dict[str, Aggregate] = Default(default_factory=dict)
    versions: list[FormVersion]

    def __repr__(self) -> str:
        return f"Form({self.form})"

    @model_validator(mode="after")
    def _summed_by_a_code_field(self) -> Form:
        if self.summed_by is not None:
            field = self.fields.get(self.summed_by)
            if field is None or field.type != "code":
                raise ValueError(f"summed_by names a code field of the form, not {self.summed_by!r}")
        return self

    @model_validator(mode="after")
    def _versions_print_what_is_declared(self) -> Form:
        lines = set(self.items) | set(self.fields)
        for version in self.versions:
            printed = {row.item for row in version.rows} | {column.column for column in version.columns}
            unknown = printed - lines - set(self.columns)
            if unknown:
                raise ValueError(f"version {version.version} prints undeclared {sorted(unknown)}")
        return self

    @model_validator(mode="after")
    def _marks_what_can_be_nothing(self) -> Form:
        if self.nil_mark is not None:
            known = {*self.items, *(f"{item}.{column}" for item in self.items for column in self.columns)}
            counts = {name for name, field in self.fields.items() if field.type == "count"}
            for name, said, may in (
                ("not_for", self.nil_mark.not_for, known),
                ("of_records", self.nil_mark.of_records, counts if self.kind == "list" else set()),
            ):
                if unknown := sorted(set(said) - may):
                    raise ValueError(f"nil_mark: {name} names undeclared {unknown}")
            if self.kind == "record":
                raise ValueError("nil_mark is for matrix and list forms")
        return self

    @model_validator(mode="after")
    def _leaves_out_what_is_declared(self) -> Form:
        unknown = sorted({name for names in self.not_of.values() for name in names} - {*self.items, *self.fields})
        if unknown:
            raise ValueError(f"not_of names undeclared {unknown}")
        if undeclared := sorted(set(self.carried) - self._carriable):
            raise ValueError(f"carried names {undeclared}, which no publication tells of")
        if self.not_of and self.kind == "list":
            raise ValueError("not_of is for matrix and record forms: a list is left empty")
        return self

    @property
    def _carriable(self) -> set[str]:
        """What a publication holds of the last period, so that it can be filled in."""
        if self.kind == "list":
            return {self.summed_by} if self.summed_by else set()
        counted_by = {one.by for one in self.aggregates.values() if one.by and one.of == "count"}
        cells = {f"{item}.{column}" for item in self.items for column in self.columns}
        return {*self.items, *cells, *(counted_by & self.fields.keys())}

    @model_validator(mode="after")
    def _adds_up_what_is_declared(self) -> Form:
        for axis in (self.items, self.columns):
            for name, one in axis.items():
                parts = [part.removeprefix("-") for part in one.total_of]
                unknown = sorted(part for part in parts if "." not in part and part not in axis)
                if unknown or name in parts:
                    raise ValueError(f"{name}: total_of names {unknown or [name]}, which cannot be its parts")
        return self

    @model_validator(mode="after")
    def _versions_do_not_overlap(self) -> Form:
        ordered = sorted(self.versions, key=lambda version: version.valid_from)
        for earlier, later in pairwise(ordered):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise ValueError(f"versions {earlier.version} and {later.version} overlap")
        return self

    @model_validator(mode="after")
    def _kind_fits_content(self) -> Form:
        if (self.kind == "matrix") != bool(self.items):
            raise ValueError("a matrix form declares items; a list or record form declares fields")
        if (self.kind == "matrix") == bool(self.fields):
            raise ValueError("fields belong to list and record forms only")
        return self

    @cached_property
    def all_aggregates(self) -> dict[str, Aggregate]:
        """The declared aggregates and those that ``summed_by`` stands for."""
        summed = {
            name: Aggregate(label=field.label, of=name, by=self.summed_by, nature=field.nature)
            for name, field in self.fields.items()
            if self.summed_by and field.type == "count"
        }
        return {**summed, **self.aggregates}

    def role_of(self, item: str, column: str) -> Role:
        """What a cell of a matrix form is to the others: its line's role, or its column's where there are several."""
        return self.items[item].role if column == VALUE_COLUMN else self.columns[column].role

    def level_of(self, item: str, column: str) -> Level | None:
        """Whether a cell of a matrix form says what was there on a day, and on which; None: what happened."""
        row = self.items[item]
        nature = self.columns[column].nature or row.nature or self.nature
        return row.level or level_by(self.role_of(item, column), nature)

    def parts_of(self, item: str, column: str) -> dict[str, int]:
        """What a cell of a matrix form adds up: code of the part -> 1, or -1 where it is taken away; empty: nothing."""
        of_item, of_column = self.items[item].total_of, self.columns[column].total_of
        parts = {}
        for part in of_item or of_column:
            name = part.removeprefix("-")
            beside = cell_code(self.form, name, column) if of_item else cell_code(self.form, item, name)
            parts[name if "." in name else beside] = -1 if part.startswith("-") else 1
        return parts

    def is_carried(self, item: str, column: str = VALUE_COLUMN) -> bool:
        """True for a cell or field that the blank workbook has filled in from the last publication."""
        return item in self.carried or f"{item}.{column}" in self.carried

    def is_typed(self, item: str, column: str = VALUE_COLUMN) -> bool:
        """True for a cell or field that only its sender fills in: not carried over, reckoned, registered or an opening.

        Where one of them holds something, somebody has written in the sheet.
        """
        if self.is_carried(item, column):
            return False
        if self.kind != "matrix":
            return self.fields[item].registered_as is None
        return not self.parts_of(item, column) and self.level_of(item, column) != "opening"

    def zero_under(self, item: str, column: str = VALUE_COLUMN) -> tuple[str, ...]:
        """What the form's mark must say for an empty cell to be 0; empty: whatever it says, it is missing.

        "Nothing beside what is filled in" says nothing about totals: what they add up was filled in. Of a list: what it
        must say for an empty field of a record.
        """
        if self.kind == "list":
            return (NOTHING, NOTHING_ELSE) if self.nil_mark and item in self.nil_mark.of_records else ()
        if self.nil_mark is None or item in self.nil_mark.not_for or f"{item}.{column}" in self.nil_mark.not_for:
            return ()
        return (NOTHING,) if self.role_of(item, column) in ("total", "subtotal", "control") else (NOTHING, NOTHING_ELSE)

    def version_at(self, day: dt.date) -> FormVersion | None:
        """The version in force on ``day``, or None where the form did not exist then."""
        return next((version for version in self.versions if version.in_force(day)), None)


def cell_code(form: str, item: str, column: str = VALUE_COLUMN) -> str:
    """The stable name of one cell: ``form.ITEM`` or ``form.ITEM.COLUMN``."""
    return f"{form}.{item}" if column == VALUE_COLUMN else f"{form}.{item}.{column}"
