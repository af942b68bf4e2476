"""What each register is (`registers.yaml`), declared once for reading, checking and the workbook of the registers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ingest.declarations import Label, read_declaration

DECLARATIONS = Path(__file__).with_name("registers.yaml")


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Target(_Declared):
    """Columns whose values must stand in columns of another register, where all of them are filled."""

    columns: list[str]
    to: str
    of: list[str]


class NumericWhere(_Declared):
    """A column that is a number in the rows whose column ``by`` is one of ``of``."""

    column: str
    by: str
    of: list[str]


class Register(_Declared):
    """What one register must be."""

    title: Label
    about: Label
    key: list[str]
    required: list[str]
    identifiers: list[str] = Field(default_factory=list)
    named_by: list[str] = Field(default_factory=list)
    dates: list[str] = Field(default_factory=list)
    numbers: list[str] = Field(default_factory=list)
    counts: list[str] = Field(default_factory=list)
    numeric_where: list[NumericWhere] = Field(default_factory=list)
    spans: list[tuple[str, str]] = Field(default_factory=list)
    one_of: dict[str, list[str]] = Field(default_factory=dict)
    codes: dict[str, str] = Field(default_factory=dict)
    cells: list[str] = Field(default_factory=list)
    measures: list[str] = Field(default_factory=list)
    references: list[Target] = Field(default_factory=list)
    several: list[Target] = Field(default_factory=list)


class _Declarations(_Declared):
    registers: dict[str, Register]
    columns: dict[str, Label]


@cache
def _declarations() -> _Declarations:
    return _Declarations.model_validate(read_declaration(DECLARATIONS))


def declared_registers() -> dict[str, Register]:
    """Register name -> its declaration, in the order of the file."""
    return _declarations().registers


def column_heading(column: str) -> Label:
    """The heading of a register's column for people."""
    return _declarations().columns[column]
