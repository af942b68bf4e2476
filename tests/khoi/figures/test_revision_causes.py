"""Why a figure was revised, from the tables of two publications written by hand."""

from __future__ import annotations

import duckdb
import pytest

from khoi.figures.revisions import CAUSES, _causes

TABLES = """
    create table {v}.workbooks (file_hash text, committee_code text, organization_code text, period_code text,
        received_at timestamptz, submission_state text, is_current boolean);
    create table {v}.cells (committee_code text, organization_code text, period_code text, cell_code text,
        value double, submitted_value double);
    create table {v}.terms (measure_code text, cell_code text, coefficient double);
    create table {v}.corrections (organization_code text, period_code text, correction_id text, cell_code text,
        file_hash text, status text, new_value double);
    create table {v}.figures (figure text, committee_code text, period_code text, measure_code text, value double,
        numerator double, denominator double);
    insert into {v}.terms values ('members', 'CLOSE', 1);
"""


def publication(connection: duckdb.DuckDBPyConnection, v: str, files: dict[str, tuple[str, float | None]]) -> None:
    """One organization's files with their states; the one with a value counts."""
    connection.execute(f"create schema {v}")
    connection.execute(TABLES.format(v=v))
    for name, (state, value) in files.items():
        connection.execute(
            f"insert into {v}.workbooks values (?, 'AA', 'AA-1', 'p', now(), ?, ?)", [name, state, value is not None]
        )
        if value is not None:
            connection.execute(f"insert into {v}.cells values ('AA', 'AA-1', 'p', 'CLOSE', ?, ?)", [value, value])
            connection.execute(
                f"insert into {v}.figures values ('members@AA@p', 'AA', 'p', 'members', ?, null, null)", [value]
            )


@pytest.mark.parametrize(
    ("before", "after", "causes"),
    [
        (
            {"a": ("superseded", None), "b": ("accepted", 64)},
            {"a": ("accepted", 60), "b": ("withdrawn", None)},
            {"withdrawn": -4},
        ),
        (
            {"a": ("accepted", 60), "b": ("withdrawn", None)},
            {"a": ("superseded", None), "b": ("accepted", 64)},
            {"withdrawn": 4},
        ),
        ({"b": ("accepted", 64)}, {"b": ("withdrawn", None)}, {"withdrawn": -64}),
        ({"a": ("accepted", 60)}, {"a": ("superseded", None), "b": ("accepted", 64)}, {"new_versions": 4}),
    ],
)
def test_a_withdrawn_workbook_is_told_as_such(
    before: dict[str, tuple[str, float | None]], after: dict[str, tuple[str, float | None]], causes: dict[str, float]
) -> None:
    with duckdb.connect() as connection:
        publication(connection, "v0", before)
        publication(connection, "v1", after)
        found = _causes(connection, ())
    assert dict(zip(found["cause"], found["value"], strict=True)) == causes
    assert set(causes) <= set(CAUSES)
