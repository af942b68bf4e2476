"""The shape of a layout declaration: a form of a committee's own, mapped onto cells of the form catalogue.

A layout says where things stand and what they are called, nothing else: texts of headings and lines, the cell codes
they stand for, and the sign with which a figure enters a cell. A cell comes from one column or line; where several are
to be added up the table says so (``sums``), and nothing else is ever added. Branches of one organization are.

* ``organization`` - one organization a row, named in the column of role ``organization``;
* ``branch``       - several rows an organization (its cells or branches), added up; the organization stands in the
  column of that role (repeated or merged downwards) or is named in the title (``organization``);
* ``item``         - one item a row; the organization is named in the title, or every column that is not declared
  is one organization;
* ``record``       - one record of the list form ``form`` a row, its fields in columns; the organization stands in the
  column of that role, in the title, or in a row of its own above its records.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import Field as Default

from ingest.catalogue.model import Label, cell_code

ColumnRole = Literal["value", "organization", "label", "ordinal", "ignored", "former", "percent"]
Sign = Literal[1, -1]
_FEWEST_ADDED = 2


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class LayoutColumn(_Declared):
    """A column, found by its heading: the texts from the top row of the header down.

    ``cells``: cell code -> sign. ``member``: what a value column of an ``item`` table adds to the codes of its lines.
    ``field``: the field of a ``record`` table; ``words``: what stands there -> the code of the field's list that is
    meant, where the list itself does not say so.
    """

    header: list[str]
    role: ColumnRole = "value"
    cells: dict[str, Sign] = Default(default_factory=dict)
    member: str | None = None
    field: str | None = None
    words: dict[str, str] = Default(default_factory=dict)
    reason: str | None = None

    @model_validator(mode="after")
    def _says_what_it_is_for(self) -> LayoutColumn:
        if not self.header:
            raise ValueError("a column is found by its header: give at least one text")
        if self.role == "ignored" and not self.reason:
            raise ValueError(f"column {self.header}: an ignored column says why (reason)")
        if self.role != "value" and self.cells:
            raise ValueError(f"column {self.header}: only value columns have cells")
        if self.field is not None and (self.role != "value" or self.cells):
            raise ValueError(f"column {self.header}: a field stands in a value column without cells")
        if self.words and self.field is None:
            raise ValueError(f"column {self.header}: words are those of a field")
        return self


class LayoutLine(_Declared):
    """A line of an ``item`` table, found by its label, and by its ordinal where two lines have one label."""

    label: str
    ordinal: str | None = None
    cells: dict[str, Sign] = Default(default_factory=dict)
    reason: str | None = None

    @model_validator(mode="after")
    def _says_what_it_is_for(self) -> LayoutLine:
        if not self.cells and not self.reason:
            raise ValueError(f"line “{self.label}”: cells, or the reason why it is not read")
        return self


class LayoutSaid(_Declared):
    """A field of a list that no column has because the title says it of all records: ``text`` stands above the table
    and means ``code``."""

    field: str
    text: str
    code: str


class LayoutTable(_Declared):
    """One table of the workbook. ``sheet``: names its sheet may have; none: any sheet.

    ``organization``: a regular expression with one group that finds the organization in a text of the sheet.
    ``ignored_rows``: beginnings of rows that carry figures and are knowingly not read (block headings, subtotals).
    ``form``: the list form of a ``record`` table; ``said``: its fields that the title says of all records.
    ``sums``: the cells that several columns or lines are the parts of.
    """

    rows: Literal["organization", "branch", "item", "record"]
    form: str | None = None
    said: list[LayoutSaid] = Default(default_factory=list)
    sheet: list[str] = Default(default_factory=list)
    header_rows: int = Default(default=1, ge=1, le=6)
    organization: str | None = None
    columns: list[LayoutColumn]
    lines: list[LayoutLine] = Default(default_factory=list)
    ignored_rows: list[str] = Default(default_factory=list)
    sums: list[str] = Default(default_factory=list)

    @field_validator("organization")
    @classmethod
    def _finds_one_text(cls, pattern: str | None) -> str | None:
        return one_group(pattern)

    @model_validator(mode="after")
    def _has_what_its_rows_need(self) -> LayoutTable:
        roles = [column.role for column in self.columns]
        if (self.rows == "item") != bool(self.lines):
            raise ValueError("an item table, and only such a table, declares lines")
        if self.rows == "item":
            if roles.count("label") != 1 or "organization" in roles:
                raise ValueError("an item table has one column of role label and none of role organization")
        elif (roles.count("organization") == 1) == (self.organization is not None):
            raise ValueError("the organization stands in one column of that role, or in the title (organization)")
        if self.rows == "record":
            return self._has_what_records_need()
        if self.said or any(column.field for column in self.columns):
            raise ValueError("said and field are for a record table")
        undecided = [column.header for column in self.columns if column.role == "value" and not column.cells]
        if self.rows != "item" and undecided:
            raise ValueError(f"column {undecided[0]}: give its cells, or role ignored and the reason")
        if self.rows == "organization" and "organization" not in roles:
            raise ValueError("one organization a row needs a column of role organization")
        return self._comes_from_one_place()

    def _comes_from_one_place(self) -> LayoutTable:
        """Two columns for one cell are a mistake (one of them is something else) unless they are said to be parts."""
        places = places_of_cells(self)
        for code, headings in places.items():
            if len(headings) > 1 and code not in self.sums:
                raise ValueError(
                    f"{code} có hơn một cột hoặc dòng ({'; '.join(headings)}): giữ một, hoặc ghi sums: [{code}] nếu đó "
                    f"là các phần phải cộng / several columns or lines: keep one, or say sums: [{code}] where they are "
                    "parts to be added"
                )
        for code in self.sums:
            if len(places.get(code, [])) < _FEWEST_ADDED:
                raise ValueError(f"sums: {code}: không có hai cột hoặc dòng nào để cộng / no two columns or lines")
        return self

    def _has_what_records_need(self) -> LayoutTable:
        if self.form is None:
            raise ValueError("a record table names the list form that it fills (form)")
        for column in self.columns:
            if column.role == "value" and column.field is None:
                raise ValueError(f"column {column.header}: give its field, or role ignored and the reason")
            if column.role in ("former", "percent"):
                raise ValueError(f"column {column.header}: a record table has no column of role {column.role}")
        fields = list(self.fields())
        twice = sorted({field for field in fields if fields.count(field) > 1})
        if twice:
            raise ValueError(f"a field stands in one place: {', '.join(twice)}")
        return self

    def fields(self) -> Iterator[str]:
        """The fields of a record table: those of its columns, and those that the title says."""
        yield from (column.field for column in self.columns if column.field is not None)
        yield from (said.field for said in self.said)


class ListTable(LayoutTable):
    """A record table together with what its form says. ``coded``: field that holds a code -> its code list."""

    coded: dict[str, str] = Default(default_factory=dict)


class Layout(_Declared):
    """One form of a committee's own, as it looks between two days; a changed form is another file.

    ``committees``: who uses it; none: anyone. ``period``: a regular expression with one group that finds the period
    in a text of the workbook; without it a period's label, its code or its last day is looked for. ``blank``: what
    an empty cell says beside filled ones.
    """

    layout: str
    label: Label
    authority: str
    committees: list[str] = Default(default_factory=list)
    valid_from: dt.date
    valid_to: dt.date | None = None
    period: str | None = None
    blank: Literal["missing", "zero"] = "missing"
    tables: list[LayoutTable] = Default(min_length=1)

    @field_validator("period")
    @classmethod
    def _finds_one_text(cls, pattern: str | None) -> str | None:
        return one_group(pattern)

    def in_force(self, day: dt.date) -> bool:
        """True where ``day`` (a period's last day) lies in the layout's validity, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def cell_codes(self) -> set[str]:
        """Every cell code the layout fills."""
        return {code for table in self.tables for code in table_codes(table)}


def table_codes(table: LayoutTable) -> set[str]:
    """Every cell code a table fills; of a record table the fields of its form, written the same way."""
    if table.rows == "record":
        return {cell_code(str(table.form), field) for field in table.fields()}
    if table.rows != "item":
        return {code for column in table.columns for code in column.cells}
    members = [column.member for column in table.columns if column.role == "value"] or [None]
    return {joined(code, member) for line in table.lines for code in line.cells for member in members}


def places_of_cells(table: LayoutTable) -> dict[str, list[str]]:
    """Cell code -> the headings, of an item table the lines, that enter it; several are added up."""
    found: dict[str, list[str]] = {}
    if table.rows != "item":
        for column in table.columns:
            for code in column.cells:
                found.setdefault(code, []).append(" / ".join(column.header))
        return found
    values = [column for column in table.columns if column.role == "value"]
    heads = [(column.member, " / ".join(column.header)) for column in values] or [(None, "")]
    for line in table.lines:
        for code in line.cells:
            for member, head in heads:
                named = f"{line.label} × {head}" if len(heads) > 1 else line.label
                found.setdefault(joined(code, member), []).append(named)
    return found


def joined(code: str, member: str | None) -> str:
    """The cell code of a line in a value column: ``ratings.DV`` and ``HTXS`` are ``ratings.DV.HTXS``."""
    return f"{code}.{member}" if member else code


def one_group(pattern: str | None) -> str | None:
    """``pattern``, compiled once to see that it can be used. Raises ValueError where it cannot."""
    if pattern is not None:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"“{pattern}” is no regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"“{pattern}” needs exactly one group: what stands in it is read")
    return pattern
