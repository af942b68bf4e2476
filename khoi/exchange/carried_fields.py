"""Codes that the blank workbook takes over from the last publication: answers of a record form, codes of a list.

A publication holds no answers but the figures that are counted by them: one organization with a committee, three
sessions of a topic. Belongs here: from these figures back to fields. Does not belong here: figures taken over as they
are (`khoi.exchange.blank_workbooks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ingest.catalogue import Catalogue, Form
from ingest.catalogue.model import cell_code
from ingest.codes import code_texts
from ingest.reference import Reference

Records = dict[str, list[dict[str, Any]]]
"""By form the records of one organization, their fields by name."""


@dataclass(frozen=True)
class CarriedFields:
    """The fields that forms declare as ``carried``, with the codes in force on the last day of a period."""

    catalogue: Catalogue
    reference: Reference
    period_code: str

    @cached_property
    def _told(self) -> dict[str, tuple[Form, str, str]]:
        """Cell code -> the form, field and code that it tells of, in the order of forms and codes."""
        known = code_texts(self.reference, self.reference.period_ends[self.period_code])
        told: dict[str, tuple[Form, str, str]] = {}
        for form in self.catalogue.forms:
            for name in form.carried if form.kind != "matrix" else ():
                counted = [aggregate for aggregate, one in form.all_aggregates.items() if one.by == name]
                codes = dict.fromkeys(known.get(str(form.fields[name].code_list), {}).values())
                told |= {cell_code(form.form, one, code): (form, name, code) for code in codes for one in counted}
        return told

    @property
    def cells(self) -> list[str]:
        """The cells of the last period that tell of a field."""
        return list(self._told)

    def of_organizations(self, before: pd.DataFrame) -> dict[str, Records]:
        """What was reported last, by organization. ``before``: organization_code, cell_code and value.

        Of an answer that two figures tell otherwise nothing is taken over.
        """
        counted = before[before["cell_code"].isin(self.cells) & (before["value"] > 0)]
        by_organization = counted.groupby("organization_code")["cell_code"].agg(set)
        return {str(code): self._records(cells) for code, cells in by_organization.items()}

    def _records(self, cells: set[str]) -> Records:
        codes: dict[tuple[str, str], dict[str, None]] = {}
        lists = set()
        for cell, (form, name, code) in self._told.items():
            if cell in cells:
                codes.setdefault((form.form, name), {})[code] = None
                lists |= {form.form} if form.kind == "list" else set()
        found: Records = {}
        for (form_name, name), said in codes.items():
            if form_name in lists:
                found[form_name] = [{name: code} for code in said]
            elif len(said) == 1:
                found.setdefault(form_name, [{}])[0][name] = next(iter(said))
        return found


def with_registered(reported: Records, registered: Mapping[str, Mapping[str, Any]]) -> Records:
    """What was ``reported`` last, and over it what the register says of the organization, by form and field."""
    answers = {form: [{**reported.get(form, [{}])[0], **fields}] for form, fields in registered.items()}
    return {**reported, **answers}
