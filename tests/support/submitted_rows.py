"""Submissions as rows of the lake, and small registers: what the engines see of a workbook, without any workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
from shared_seeds import shared_reference

from ingest import lake
from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import SEED_COLUMNS, Reference

COMMITTEE, PERIOD, BEFORE = "AA", "2022H1", "2021H2"
RECEIVED = "2022-07-01T02:00:00Z"
AFTER_ALL = dt.date(2022, 7, 2)
"""A day on which 2022H1 is over and nothing of it is due yet."""

Value = int | float | str | None
"""A figure, None where the cell is empty, or the name of a state (unreadable, not_applicable)."""


def seed(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A seed table of ``rows``; what is not given is empty."""
    frame = pd.DataFrame(rows, columns=SEED_COLUMNS[name], dtype=object)
    return frame.where(frame.notna(), None)


def register_of(
    *organizations: str,
    types: Mapping[str, str] | None = None,
    committees: Mapping[str, str] | None = None,
    periods: tuple[str, ...] = (BEFORE, PERIOD),
    due_on: str | None = "2022-07-20",
    locked_on: str | None = None,
    **changed: pd.DataFrame,
) -> Reference:
    """The seeds with a register of ``organizations`` alone, valid since 2000; ``changed`` tables replace them.

    ``types`` and ``committees`` give an organization another type than DBCS, another committee than AA.
    """
    owners = {code: (committees or {}).get(code, COMMITTEE) for code in organizations}
    names = sorted({COMMITTEE, *owners.values()})
    parameters = shared_reference()["rule_parameters"]
    tables = {
        "committees": seed(
            "committees",
            [
                {"committee_code": c, "name_vi": c, "name_en": c, "valid_from": "2000-01-01", "authority": "thử"}
                for c in names
            ],
        ),
        "organizations": seed(
            "organizations",
            [
                {
                    "organization_code": code,
                    "committee_code": owner,
                    "name": f"Tổ chức {code}",
                    "organization_type": (types or {}).get(code, "DBCS"),
                    "sector": "S5",
                    "industrial_zone": "KHONG",
                    "valid_from": "2000-01-01",
                    "authority": "thử",
                }
                for code, owner in owners.items()
            ],
        ),
        "reporting_periods": seed(
            "reporting_periods",
            [
                {"committee_code": committee, "period_code": period, "due_on": due_on, "locked_on": locked_on}
                for committee in names
                for period in periods
            ],
        ),
        "organization_events": seed("organization_events", []),
        "targets": seed("targets", []),
        # Parameters that a committee of its own has are of committees that are not there.
        "rule_parameters": parameters[parameters["committee_code"].isna()].reset_index(drop=True),
        # What was published is of other committees.
        **{name: seed(name, []) for name in ("published_figures", "figure_definitions", "published_checks")},
        **changed,
    }
    seeds = shared_reference()
    return Reference(seeds.folder, {**seeds.tables, **tables}, "test")


def what_goes_with(members: int) -> dict[str, Value]:
    """What a workbook of a committee organization with so many members says besides: its type, nobody rated yet."""
    rated = {"TCCSD": (1, "NR_NEW"), "DV": (members, "NR_ABSENT")}
    told: dict[str, Value] = {"organization_profile.TYPE.DBCS": 1}
    for subject, (eligible, why) in rated.items():
        told |= {f"ratings.{subject}.{item}": eligible for item in ("ELIGIBLE", "NOT_RATED", why)}
    return told


def nothing_in(catalogue: Catalogue, codes: pd.DataFrame) -> dict[str, Value]:
    """A zero in every cell that a workbook of a half-year has, and in every aggregate of its lists."""
    asked = {form.form for form in catalogue.forms if {"H1", "H2"} & set(form.due)}
    cells = form_cells(catalogue, codes)
    return dict.fromkeys(cells.loc[cells["form"].isin(asked), "cell_code"], 0)


@dataclass
class Lake:
    """Submissions, observations and entries, filled row by row."""

    _submissions: list[dict[str, Any]] = field(default_factory=list)
    _observations: list[dict[str, Any]] = field(default_factory=list)
    _entries: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        file_hash: str,
        cells: Mapping[str, Value],
        organization: str = "AA-1",
        period: str = PERIOD,
        *,
        committee: str = COMMITTEE,
        submission_no: int = 1,
        received_at: str = RECEIVED,
        read_state: str = "identified",
        layout: str | None = None,
    ) -> Lake:
        """One file version and its figures; cell n of a form stands in C<n> of a sheet named like the form."""
        subject = {"committee_code": committee, "organization_code": organization, "period_code": period}
        self._submissions.append(
            {
                "file_hash": file_hash,
                "file_name": f"{file_hash}.xlsx",
                "received_at": pd.Timestamp(received_at),
                "read_state": read_state,
                "submission_no": submission_no,
                "layout": layout,
                **(subject if read_state == "identified" else {}),
            }
        )
        for row_no, (code, value) in enumerate(cells.items(), start=1):
            place = _place(file_hash, code.split(".")[0], row_no, 3)
            self._observations.append({**subject, **place, "cell_code": code, **_valued(value)})
        return self

    def record(self, file_hash: str, form: str, record_no: int, fields: Mapping[str, Value]) -> Lake:
        """One record of a list form in the file added under ``file_hash``: codes, ISO dates, texts or counts."""
        subject = next(row for row in self._submissions if row["file_hash"] == file_hash)
        keys = ("committee_code", "organization_code", "period_code")
        for column_no, (name, value) in enumerate(fields.items(), start=1):
            stated = _valued(value)
            if isinstance(value, str) and stated["state"] == "value":
                stated |= {"value_text": value}
            place = _place(file_hash, form, 10 + record_no, column_no)
            self._entries.append(
                {**{key: subject[key] for key in keys}, **place, "record_no": record_no, "field": name, **stated}
            )
        return self

    @property
    def submissions(self) -> pd.DataFrame:
        """In the schema of the lake."""
        return _frame(self._submissions, lake.SUBMISSIONS)

    @property
    def observations(self) -> pd.DataFrame:
        """In the schema of the lake."""
        return _frame(self._observations, lake.OBSERVATIONS)

    @property
    def entries(self) -> pd.DataFrame:
        """In the schema of the lake."""
        return _frame(self._entries, lake.ENTRIES)


def findings_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Findings in the schema of the lake; what is not given is empty."""
    return _frame(list(rows), lake.FINDINGS)


def _place(file_hash: str, form: str, row_no: int, column_no: int) -> dict[str, Any]:
    return {
        "form": form,
        "file_hash": file_hash,
        "sheet": form,
        "row_no": row_no,
        "column_no": column_no,
        "cell": a1_address(row_no, column_no),
    }


def _valued(value: Value) -> dict[str, Any]:
    if value is None:
        return {"state": "missing"}
    if isinstance(value, str):
        return {"state": value if value in ("unreadable", "not_applicable") else "value"}
    return {"value": float(value), "state": "zero" if value == 0 else "value"}


def _frame(rows: list[dict[str, Any]], schema: pa.Schema) -> pd.DataFrame:
    if not rows:
        return schema.empty_table().to_pandas()
    frame = pd.DataFrame(rows).reindex(columns=schema.names)
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).to_pandas()
