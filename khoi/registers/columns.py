"""How one register's columns are shown and typed: kind of cell, what may be chosen, how a stored value is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ingest.codes import as_called_now
from ingest.reference import SEED_COLUMNS, Reference
from ingest.register_files.declared import declared_registers

Kind = Literal["text", "date", "count", "number"]
# Drop-downs of other registers' codes only warn: the code may be on its way in the other sheet.
_OFFERED = ("committees", "organizations", "periods")


@dataclass(frozen=True)
class ColumnShape:
    """One column: its name, the kind of its cells, whether it is part of the key, and its drop-down.

    ``choices``: stored value -> what stands in the drop-down; ``strict`` where nothing else may be typed.
    """

    name: str
    kind: Kind
    is_key: bool
    choices: dict[str, str]
    strict: bool


def column_shapes(name: str, reference: Reference) -> list[ColumnShape]:
    """The columns of a register in their declared order."""
    declared = declared_registers()[name]
    numbers = {*declared.numbers, *(one.column for one in declared.numeric_where)}
    shapes = []
    for column in SEED_COLUMNS[name]:
        kind: Kind = "text"
        if column in declared.dates:
            kind = "date"
        elif column in declared.counts:
            kind = "count"
        elif column in numbers:
            kind = "number"
        choices, strict = _choices(name, column, reference)
        shapes.append(ColumnShape(column, kind, column in declared.key, choices, strict))
    return shapes


def _choices(name: str, column: str, reference: Reference) -> tuple[dict[str, str], bool]:
    declared = declared_registers()[name]
    if column in declared.codes:
        codes = as_called_now(reference["codes"])
        listed = codes[codes["code_list"] == declared.codes[column]]
        return {code: f"{code} – {label}" for code, label in zip(listed["code"], listed["label_vi"], strict=True)}, True
    if column in declared.one_of:
        return {value: value for value in declared.one_of[column]}, True
    for target in declared.references:
        if target.columns == [column] and target.to in _OFFERED and target.to != name:
            return _plain(reference[target.to][target.of[0]].dropna()), False
    return {}, False


def _plain(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in dict.fromkeys(values)}
