"""Named counts and sums over records, as observations beside those of the matrix forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ingest.catalogue import Aggregate, Form, FormSet
from ingest.catalogue.model import ANY_VALUE, VALUE_COLUMN, cell_code
from ingest.normalise.geometry import PLACE, Geometry
from ingest.reference import Reference


def aggregate_observations(
    files: pd.Series, entries: pd.DataFrame, geometry: Geometry, form_set: FormSet, reference: Reference
) -> pd.DataFrame:
    """One row per file and aggregate cell of the list and record forms that are due.

    A list that was found and holds no record counts 0. Where the form was not found, or a record form's field
    is blank, the cell is missing; where a record that matters could not be read, it is unreadable.
    """
    codes = reference["codes"].groupby("code_list")["code"].agg(list)
    sheets = geometry.cells[[*PLACE, "sheet"]].drop_duplicates(PLACE)
    header = geometry.header.rename(columns={"last_row": "header_row"})
    parts = []
    for form, version in form_set.forms:
        if not form.aggregates:
            continue
        mine = entries[entries["form"] == form.form]
        places = pd.DataFrame({"file_hash": files, "form": form.form}).merge(sheets, on=PLACE, how="left")
        places = places.merge(header[[*PLACE, "header_row"]], on=PLACE, how="left").set_index("file_hash")
        wide = _Wide(mine)
        for name, aggregate in form.aggregates.items():
            parts += _cells(form, name, aggregate, wide, places, codes, version.version)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


class _Wide:
    """The records of one form side by side: one row per file and record, per field its text, number and state."""

    def __init__(self, entries: pd.DataFrame) -> None:
        keys = ["file_hash", "record_no"]
        self.text = entries.pivot(index=keys, columns="field", values="value_text")
        self.number = entries.pivot(index=keys, columns="field", values="value")
        self.state = entries.pivot(index=keys, columns="field", values="state")
        self.span = entries.groupby(["file_hash", "field"]).agg(
            first=("cell", "first"),
            last=("cell", "last"),
            row_no=("row_no", "first"),
            column_no=("column_no", "first"),
        )

    def column(self, table: pd.DataFrame, field: str) -> pd.Series:
        """One field of ``table``, all None where no file has it."""
        return table[field] if field in table else pd.Series(None, index=table.index, dtype=object)


def _cells(
    form: Form,
    name: str,
    aggregate: Aggregate,
    wide: _Wide,
    places: pd.DataFrame,
    codes: pd.Series,
    version: str,
) -> list[pd.DataFrame]:
    fields = [
        *aggregate.where,
        *([aggregate.by] if aggregate.by else []),
        *([aggregate.of] if aggregate.of != "count" else []),
    ]
    chosen = np.ones(len(wide.text), dtype=bool)
    for field, wanted in aggregate.where.items():
        column = wide.column(wide.text, field)
        chosen &= column.notna().to_numpy() if wanted == [ANY_VALUE] else column.isin(wanted).to_numpy()
    amount = (
        pd.Series(1.0, index=wide.text.index)
        if aggregate.of == "count"
        else wide.column(wide.number, aggregate.of).astype(float)
    )
    amount = amount[chosen]
    states = _states(form, fields, wide, places)
    place = _addresses(wide, places, fields[-1])
    columns = [(VALUE_COLUMN, amount)]
    if aggregate.by:
        by = wide.column(wide.text, aggregate.by)[chosen]
        code_list = form.fields[aggregate.by].code_list
        columns = [(code, amount[(by == code).to_numpy()]) for code in codes[code_list]]
    return [
        _observation(form, cell_code(form.form, name, column), some, states, place, version) for column, some in columns
    ]


def _states(form: Form, fields: list[str], wide: _Wide, places: pd.DataFrame) -> pd.Series:
    """Per file: missing where the form or a record form's field is, unreadable where a field is, else known."""
    states = pd.Series(np.where(places["sheet"].isna(), "missing", "known"), index=places.index)
    for field in dict.fromkeys(fields):
        column = wide.column(wide.state, field)
        bad = column[(column == "unreadable").to_numpy()].index.get_level_values("file_hash")
        states[states.index.isin(bad)] = "unreadable"
        if form.kind == "record":
            known = column[column.isin(["value", "zero"]).to_numpy()].index.get_level_values("file_hash")
            states[~states.index.isin(known) & (states == "known")] = "missing"
    return states


def _addresses(wide: _Wide, places: pd.DataFrame, field: str) -> pd.DataFrame:
    """Per file the cells an aggregate counts: the field's column over all records, or nothing for an empty list."""
    if field not in wide.span.index.get_level_values("field"):
        return places.assign(cell=None, row_no=np.nan, column_no=np.nan)
    span = wide.span.xs(field, level="field").reindex(places.index)
    joined = span["first"].where(span["first"] == span["last"], span["first"] + ":" + span["last"])
    return places.assign(cell=joined, row_no=span["row_no"], column_no=span["column_no"])


def _observation(
    form: Form, code: str, amount: pd.Series, states: pd.Series, place: pd.DataFrame, version: str
) -> pd.DataFrame:
    total = amount.groupby(level="file_hash").sum().reindex(states.index).fillna(0.0)
    known = states == "known"
    frame: dict[str, Any] = {
        "form": form.form,
        "form_version": version,
        "cell_code": code,
        "value": total.where(known),
        "state": states.where(~known, np.where(total == 0, "zero", "value")),
        "raw_text": None,
        "sheet": place["sheet"],
        "row_no": place["row_no"],
        "column_no": place["column_no"],
        "cell": place["cell"],
    }
    return pd.DataFrame(frame).rename_axis("file_hash").reset_index()
