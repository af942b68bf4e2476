"""The tables of `tables.yaml`, read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from ingest.catalogue import Form, load_catalogue

_FILE = Path(__file__).with_name("tables.yaml")


@dataclass(frozen=True)
class Asked:
    """A figure that a cell wants: of all organizations, or of those of some sectors; at the end or the beginning."""

    measure: str
    sectors: tuple[str, ...] = ()
    at_beginning: bool = False


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Declared):
    """A printed line. Without ``measure`` (and in a table without columns) no form collects it.

    ``item`` (``form.ITEM``) in place of ordinal and label: those of the form that asks organizations for the same line.
    """

    item: str | None = None
    ordinal: str
    label: str
    measure: str | None = None
    sectors: tuple[str, ...] = ()
    at_beginning: bool = False

    @model_validator(mode="before")
    @classmethod
    def _named_by_its_item(cls, told: Any) -> Any:
        if not isinstance(told, dict) or "item" not in told:
            return told
        name, _, item = str(told["item"]).partition(".")
        form = _forms().get(name)
        if form is None or item not in form.items:
            raise ValueError(f"item names no line of a form: {told['item']!r}")
        ordinal = next((row.ordinal for row in form.versions[-1].rows if row.item == item), "")
        return {"ordinal": ordinal, "label": form.items[item].label.vi, **told}


class Column(_Declared):
    """A printed column of a table whose rows are sectors."""

    label: str
    measure: str | None = None


class Table(_Declared):
    """One Biểu."""

    table: str
    title: str
    unit: str
    due: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...] = ()
    note: str = ""

    def wanted(self) -> Iterator[tuple[Row, Column | None, Asked | None]]:
        """Every cell in the order of the page with what it wants; None where no form collects it."""
        for row in self.rows:
            for column in self.columns or (None,):
                measure = column.measure if column else row.measure
                yield row, column, Asked(measure, row.sectors, row.at_beginning) if measure else None


class UnknownEdition(_Declared):
    """A guidance in force whose tables are not known."""

    since: dt.date
    authority: str


class Edition(_Declared):
    """The tables of one guidance of the Central Organization Commission, in force from ``valid_from``.

    ``unknown_after``: what replaced it and is not declared; its tables are printed on and say so.
    """

    edition: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    authority: str
    unknown_after: UnknownEdition | None = None
    tables: tuple[Table, ...]

    def outdated_by(self, day: dt.date) -> str | None:
        """The guidance in force on ``day`` in place of this one, where its tables are not known."""
        later = self.unknown_after
        return later.authority if later is not None and day >= later.since else None


@cache
def _forms() -> dict[str, Form]:
    """The forms of the package: what a deployment changes of them is printed by its own template."""
    return load_catalogue().by_name


@cache
def editions(path: Path = _FILE) -> tuple[Edition, ...]:
    """Every declared edition; raises pydantic.ValidationError naming what is wrong."""
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Edition.model_validate(one) for one in told["editions"])


def edition_on(day: dt.date) -> Edition | None:
    """The edition in force on ``day``."""
    found = [one for one in editions() if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)]
    return found[-1] if found else None
