"""List and record forms as wide records, and the pandera schema that their declaration implies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.catalogue.model import Field, Form
from quality.catalogue.schema_checks import COUNT, DATE_IN_PERIOD, DATE_UNTIL_PERIOD_END, NOT_YET, REQUIRED, UNIQUE
from quality.engine import SUBJECT
from quality.schemas.checks import RowChecks, RowTest

RECORD = ["file_hash", "record_no"]
_COLUMNS = [
    *("check", *SUBJECT, "file_hash", "sheet", "cell", "cell_code", "cells"),
    *("observed_vi", "observed_en", "observed", "expected"),
]
Test = tuple[str, str, RowTest]


def records(entries: pd.DataFrame, form: Form) -> pd.DataFrame:
    """One row per file version and record of ``form``, sorted: the subject, file_hash, record_no, sheet, row_no and
    one lower-case column per field.

    Count fields are numbers, all others text (code, ISO date or text); what is missing or unreadable is empty.
    """
    mine = entries[entries["form"] == form.form]
    counts = {name for name, field in form.fields.items() if field.type == "count"}
    record = _record_numbers(mine)
    firsts = np.unique(record, return_index=True)[1]
    columns: dict[str, Any] = {name: mine[name].array.take(firsts) for name in (*SUBJECT, *RECORD)}
    said = mine["state"].isin(["value", "zero"]).to_numpy(bool)
    sheets = mine["sheet"].to_numpy(object)
    columns["sheet"] = pd.array(_placed(record, sheets, ~pd.isna(sheets), len(firsts)), dtype="str")
    # What only the title of a list says stands above the record.
    columns["row_no"] = mine["row_no"].groupby(record).max().to_numpy()
    fields, texts, numbers = (mine[name].to_numpy(object) for name in ("field", "value_text", "value"))
    for name in form.fields:
        chosen = said & (fields == name)
        values = _placed(record, numbers if name in counts else texts, chosen, len(firsts))
        # A column without a single value would otherwise be of whatever type it seems to have.
        columns[name.lower()] = values.astype(float) if name in counts else pd.array(values, dtype="str")
    return pd.DataFrame(columns)


def _record_numbers(entries: pd.DataFrame) -> NDArray[np.int64]:
    """Which record each entry belongs to, numbered from 0 in the order of file_hash and record_no."""
    files = pd.factorize(entries["file_hash"], sort=True)[0].astype(np.int64)
    records = pd.factorize(entries["record_no"], sort=True)[0].astype(np.int64)
    return pd.factorize(files * (len(entries) + 1) + records, sort=True)[0].astype(np.int64)


def _placed(
    record: NDArray[np.int64], values: NDArray[np.object_], chosen: NDArray[np.bool_], records: int
) -> NDArray[np.object_]:
    """The first of the ``chosen`` values of each record; NaN where none is."""
    found = np.full(records, np.nan, dtype=object)
    found[record[chosen][::-1]] = values[chosen][::-1]
    return found


def record_checks(form: Form) -> RowChecks:
    """The checks of `records` of ``form`` joined with period_start and period_end; checks are named check|FIELD."""
    tests = [
        (f"{check}|{name}", test) for name, field in form.fields.items() for check, name, test in _tests(name, field)
    ]
    counts = (name.lower() for name, field in form.fields.items() if field.type == "count")
    return RowChecks(tuple(tests), tuple(name.lower() for name in form.fields), tuple(counts))


def _tests(name: str, field: Field) -> Iterator[Test]:
    column = name.lower()
    if field.type == "count":
        yield COUNT, name, lambda f: f[column].isna() | ((f[column] >= 0) & (f[column] % 1 == 0))
    if field.unique:
        yield UNIQUE, name, lambda f: f[column].isna() | ~f.duplicated(["file_hash", column], keep=False)
    if field.within == "period":
        yield DATE_IN_PERIOD, name, lambda f: f[column].isna() | f[column].between(f["period_start"], f["period_end"])
    if field.within == "until_period_end":
        yield DATE_UNTIL_PERIOD_END, name, lambda f: f[column].isna() | (f[column] <= f["period_end"])
    for other, codes in field.required_when.items():
        yield REQUIRED, name, _filled_when(column, other.lower(), codes)
    for other, codes in field.empty_when.items():
        yield NOT_YET, name, _empty_when(column, other.lower(), codes)


def _filled_when(column: str, other: str, codes: list[str]) -> RowTest:
    return lambda frame: frame[column].notna() | ~frame[other].isin(codes)


def _empty_when(column: str, other: str, codes: list[str]) -> RowTest:
    return lambda frame: frame[column].isna() | ~frame[other].isin(codes)


def record_failures(
    entries: pd.DataFrame, form: Form, periods: pd.DataFrame, *, directly: bool = False
) -> pd.DataFrame:
    """One row per check and record of ``form`` that fails it: the fields concerned are told together.

    Columns: check, the subject, file_hash, sheet, cell, cell_code, cells, observed_vi, observed_en, observed,
    expected. ``periods`` has period_code, period_start, period_end (ISO text); ``directly``: without pandera.
    """
    wide = records(entries, form)
    for name in ("period_start", "period_end"):
        days = dict(zip(periods["period_code"], periods[name], strict=True))
        wide[name] = pd.array([days.get(code) for code in wide["period_code"]], dtype="str")
    failed = record_checks(form).failing_rows(wide, directly=directly)
    if failed.empty:
        return pd.DataFrame(columns=_COLUMNS)
    parted = failed["check"].str.split("|")
    failed = failed.assign(check=parted.str[0], field=parted.str[1]).join(wide, on="row")
    columns = [*RECORD, "field", "value_text", "state", "cell"]
    mine = entries.loc[entries["form"] == form.form, columns].drop_duplicates([*RECORD, "field"])
    placed = failed.merge(mine, on=[*RECORD, "field"], how="left", suffixes=("", "_entry"))
    placed = placed[placed["state"] != "unreadable"]
    return _told(placed, form)


def _told(placed: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Failing fields of one record and check as one row."""
    shown = placed["value_text"].fillna("").astype(str)
    for language in ("vi", "en"):
        labels = placed["field"].map({name: getattr(field.label, language) for name, field in form.fields.items()})
        placed[f"observed_{language}"] = labels + shown.map(lambda value: f" “{value}”" if value else "")
    placed["observed"] = shown
    in_period = placed["check"] == DATE_IN_PERIOD
    placed["expected"] = (placed["period_start"] + " … " + placed["period_end"]).where(in_period, placed["period_end"])
    placed["cell_code"] = form.form + "." + placed["field"]
    placed["cells"] = (placed["sheet"] + "!" + placed["cell"]).fillna("")
    texts = dict.fromkeys(("observed", "observed_vi", "observed_en", "cells"), _joined)
    firsts = dict.fromkeys((*SUBJECT, "sheet", "cell", "cell_code", "expected"), "first")
    return placed.groupby(["check", *RECORD], as_index=False, sort=True).agg({**firsts, **texts})


def _joined(values: pd.Series) -> str:
    return "; ".join(value for value in values.astype(str) if value)
