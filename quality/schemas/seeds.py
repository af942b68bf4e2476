"""The seeds against `seeds.yaml`: unique keys, validity, vocabularies and references between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ingest.addresses import a1_address
from ingest.reference import SEED_COLUMNS, Reference
from ingest.registers import events_without_period
from quality.schemas.failures import failing_rows

DECLARATIONS = Path(__file__).resolve().parent / "seeds.yaml"
_ISO_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"


class Target(BaseModel):
    """Columns whose values must stand in columns of another seed, where all of them are filled."""

    model_config = ConfigDict(extra="forbid")
    columns: list[str]
    to: str
    of: list[str]


class SeedSchema(BaseModel):
    """What one seed must be."""

    model_config = ConfigDict(extra="forbid")
    key: list[str]
    required: list[str]
    dates: list[str] = Field(default_factory=list)
    numbers: list[str] = Field(default_factory=list)
    spans: list[tuple[str, str]] = Field(default_factory=list)
    one_of: dict[str, list[str]] = Field(default_factory=dict)
    codes: dict[str, str] = Field(default_factory=dict)
    cells: list[str] = Field(default_factory=list)
    measures: list[str] = Field(default_factory=list)
    references: list[Target] = Field(default_factory=list)


def declared_seeds() -> dict[str, SeedSchema]:
    """Seed name -> its declaration."""
    content = yaml.safe_load(DECLARATIONS.read_text("utf-8"))
    return TypeAdapter(dict[str, SeedSchema]).validate_python(content)


def seed_failures(reference: Reference, cells: Iterable[str]) -> pd.DataFrame:
    """One row per failing seed row and check, all seeds in one batch.

    Columns: file_name, sheet (the seed), cell (A1 of the first column concerned, the header being row 1),
    cells, observed (what stands there), expected (the check). ``cells`` are the known form and register cells.
    """
    known = frozenset(cells)
    parts = [
        _located(name, reference[name], failing_rows(_schema(declared, reference, known), reference[name]))
        for name, declared in declared_seeds().items()
    ]
    return pd.concat(parts, ignore_index=True)


def misplaced_events(reference: Reference) -> pd.DataFrame:
    """The events in no reporting period of their committee, in the columns of `seed_failures`."""
    events = events_without_period(reference)
    rows = pd.DataFrame({"check": "reporting period|effective_on", "row": events.index})
    return _located("organization_events", reference["organization_events"], rows).assign(
        observed=events["event_id"].to_list()
    )


def _schema(declared: SeedSchema, reference: Reference, cells: frozenset[str]) -> pa.DataFrameSchema:
    checks = [
        pa.Check(test, name=f"{name}|{','.join(columns)}", ignore_na=False)
        for name, columns, test in _tests(declared, reference, cells)
    ]
    return pa.DataFrameSchema(checks=checks)


Test = tuple[str, list[str], Callable[[pd.DataFrame], pd.Series]]


def _tests(declared: SeedSchema, reference: Reference, cells: frozenset[str]) -> Iterator[Test]:
    yield "unique", declared.key, lambda frame: ~frame.duplicated(declared.key, keep=False)
    for column in declared.required:
        yield "filled", [column], lambda frame, c=column: frame[c].notna()  # type: ignore[misc]
    for column in declared.dates:
        yield "a day (yyyy-mm-dd)", [column], lambda frame, c=column: _empty_or(frame[c], _is_day)  # type: ignore[misc]
    for column in declared.numbers:
        yield "a number", [column], lambda frame, c=column: _empty_or(frame[c], _is_number)  # type: ignore[misc]
    for first, last in declared.spans:
        yield f"{first} <= {last}", [first, last], lambda f, a=first, b=last: ~(f[a] > f[b]).fillna(False)  # type: ignore[misc]
    for column, allowed in _vocabularies(declared, reference, cells):
        yield "known", [column], lambda f, c=column, a=allowed: f[c].isna() | f[c].isin(a)  # type: ignore[misc]
    for target in declared.references:
        yield f"in {target.to}.csv", target.columns, lambda f, t=target: _refers(f, t, reference)  # type: ignore[misc]


def _vocabularies(
    declared: SeedSchema, reference: Reference, cells: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    codes = reference["codes"]
    for column, allowed in declared.one_of.items():
        yield column, frozenset(allowed)
    for column, code_list in declared.codes.items():
        yield column, frozenset(codes.loc[codes["code_list"] == code_list, "code"])
    for column in declared.cells:
        yield column, cells
    for column in declared.measures:
        yield column, cells | frozenset(reference["measures"]["measure_code"])


def _empty_or(values: pd.Series, test: Callable[[pd.Series], pd.Series]) -> pd.Series:
    return values.isna() | test(values.astype("str").fillna(""))


def _is_day(values: pd.Series) -> pd.Series:
    return values.str.fullmatch(_ISO_DAY) & pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").notna()


def _is_number(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").notna()


def _refers(frame: pd.DataFrame, target: Target, reference: Reference) -> pd.Series:
    values = pd.MultiIndex.from_frame(frame[target.columns])
    known = pd.MultiIndex.from_frame(reference[target.to][target.of])
    return pd.Series(values.isin(known), index=frame.index) | frame[target.columns].isna().any(axis=1)


def _located(name: str, frame: pd.DataFrame, failures: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for check, row in zip(failures["check"], failures["row"], strict=True):
        words, _, columns = str(check).partition("|")
        named = columns.split(",")
        places = [a1_address(int(row) + 2, SEED_COLUMNS[name].index(column) + 1) for column in named]
        values = ["" if frame.at[row, column] is None else str(frame.at[row, column]) for column in named]
        rows.append(
            {
                "file_name": f"{name}.csv",
                "sheet": name,
                "cell": places[0],
                "cells": "; ".join(f"{name}.csv!{place}" for place in places),
                "observed": ", ".join(f"{column}={value}" for column, value in zip(named, values, strict=True)),
                "expected": words,
            }
        )
    told = ["file_name", "sheet", "cell", "cells", "observed", "expected"]
    return pd.DataFrame(rows, columns=told)
