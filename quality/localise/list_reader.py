"""From the records of a workbook's lists to `RecordList`: their counts and sums, and the codes they may hold.

A list of which something could not be read is given without records: nothing is proposed about what is not known whole.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.catalogue.model import Field
from ingest.catalogue.tables import aggregate_conditions
from ingest.reference import Reference
from quality.localise.lists import ListAggregate, ListRecord, RecordList
from quality.localise.problem import Constraint


class ListReader:
    """What the forms declare of lists and records, once for all workbooks."""

    def __init__(self, catalogue: Catalogue, reference: Reference) -> None:
        self._forms = {form.form: form for form in catalogue.forms if form.kind != "matrix"}
        self._bound = {name: _bound(form.fields) for name, form in self._forms.items()}
        self._codes = reference["codes"]
        self._aggregates = _aggregates(aggregate_conditions(catalogue, reference["codes"]))
        self._form_of = {one.cell_code: form for form, found in self._aggregates.items() for one in found}
        self._plain = {
            one.cell_code
            for form, found in self._aggregates.items()
            for one in found
            if self._forms[form].kind == "record" and one.sum_field and not one.accepted
        }
        self._records_only = {
            one.cell_code for found in self._aggregates.values() for one in found if not one.sum_field
        }
        self._named = lru_cache(maxsize=64)(self._named_on)

    def counts(self, cell_code: str) -> bool:
        """True for a cell that we count or sum from records; a number of a form of one record is written as it is."""
        return cell_code in self._form_of and cell_code not in self._plain

    def explainable(self, constraint: Constraint, whole_lists: Collection[str]) -> bool:
        """False for a rule that takes from a list not known whole, or over counts of one list's records alone.

        What the latter says follows from how we count: no figure that somebody wrote is held against another.
        """
        counted = {self._form_of[name] for name, _ in constraint.terms if self.counts(name)}
        alone = all(self.counts(name) and name in self._records_only for name, _ in constraint.terms)
        return not (alone and len(counted) == 1) and counted <= set(whole_lists)

    def of(
        self, cells: pd.DataFrame, entries: pd.DataFrame, half_read: frozenset[str], period_end: str
    ) -> Iterator[RecordList]:
        """One `RecordList` per list form of the workbook that is known whole."""
        of_form = dict(tuple(entries.groupby("form")))
        counted = cells[cells["cell_code"].isin(list(self._form_of)) & cells["cell"].notna()]
        for form, part in counted.groupby(counted["cell_code"].map(self._form_of)):
            sheet = str(part["sheet"].iloc[0])
            if sheet in half_read:
                continue
            mine = of_form.get(form, entries.iloc[:0])
            yield RecordList(
                str(form),
                sheet,
                _span(part, mine),
                tuple(_records(mine)),
                # A number of a form of one record is a cell by itself; a place is blamed in one way only.
                tuple(one for one in self._aggregates[str(form)] if one.cell_code not in self._plain),
                self._named(str(form), period_end),
                self._forms[str(form)].kind == "record",
                *self._bound[str(form)],
                frozenset(name for name, one in self._forms[str(form)].fields.items() if one.unique),
            )

    def _named_on(self, form: str, day: str) -> dict[str, dict[str, str]]:
        """By code field of the form the codes valid on the day, and what people read for them."""
        named = {}
        codes = self._codes
        from_then = codes["valid_from"].isna() | (codes["valid_from"] <= day)
        valid = codes[from_then & (codes["valid_to"].isna() | (codes["valid_to"] >= day))]
        looked_at = {name for one in self._aggregates[form] for name in one.accepted}
        for name, field in self._forms[form].fields.items():
            if field.code_list is not None and name in looked_at:
                own = valid[valid["code_list"] == field.code_list]
                named[name] = dict(zip(own["code"], own["label_vi"], strict=True))
        return named


ByCode = dict[tuple[str, str], frozenset[str]]


def _bound(fields: Mapping[str, Field]) -> tuple[ByCode, ByCode]:
    """(code field, code) -> the fields of a form that are declared empty with it, and those that it requires."""
    sides: tuple[dict[tuple[str, str], set[str]], ...] = ({}, {})
    for name, one in fields.items():
        for found, declared in zip(sides, (one.empty_when, one.required_when), strict=True):
            for other, codes in declared.items():
                for code in codes:
                    found.setdefault((other, code), set()).add(name)
    forbids, asks = ({key: frozenset(names) for key, names in found.items()} for found in sides)
    return forbids, asks


def _aggregates(conditions: pd.DataFrame) -> dict[str, tuple[ListAggregate, ...]]:
    accepted: dict[tuple[str, str, str | None], dict[str, set[str]]] = {}
    for row in conditions.itertuples():
        key = (str(row.form), str(row.cell_code), None if pd.isna(row.sum_field) else str(row.sum_field))
        fields = accepted.setdefault(key, {})
        if not pd.isna(row.field):
            fields.setdefault(str(row.field), set()).add(str(row.code))
    found: dict[str, list[ListAggregate]] = {}
    for (form, code, summed), fields in accepted.items():
        frozen = {name: frozenset(codes) for name, codes in fields.items()}
        found.setdefault(form, []).append(ListAggregate(code, summed, frozen))
    return {form: tuple(made) for form, made in found.items()}


def _records(entries: pd.DataFrame) -> Iterator[ListRecord]:
    names = ["record_no", "field", "state", "value_text", "value", "column_no", "cell"]
    by_number: dict[int, list[tuple[Any, ...]]] = {}
    for row in zip(*(entries[name].tolist() for name in names), strict=True):
        by_number.setdefault(int(row[0]), []).append(row[1:])
    for number, part in sorted(by_number.items()):
        values: dict[str, str | int | None] = {
            str(field): str(text) if pd.isna(value) else round(value)
            for field, state, text, value, _, _ in part
            if state in ("value", "zero")
        }
        in_order = sorted(part, key=lambda row: math.inf if pd.isna(row[4]) else row[4])
        cells = {str(row[0]): row[5] for row in in_order if isinstance(row[5], str)}
        yield ListRecord(number, cells, values)


def _span(counted: pd.DataFrame, entries: pd.DataFrame) -> str:
    """The range of the list's records; where there is none, of the row below the heading."""
    places = entries if len(entries) else counted
    rows = places["row_no"].dropna()
    columns = places["column_no"].dropna()
    return f"{a1_address(int(rows.min()), int(columns.min()))}:{a1_address(int(rows.max()), int(columns.max()))}"
