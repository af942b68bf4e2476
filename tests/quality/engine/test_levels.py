"""Sums of the level below: complete or missing, of the last version that counts, never with the committee's own."""

from __future__ import annotations

import duckdb
import pytest
from submitted_rows import PERIOD, Lake, register_of

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine.context import evaluation_context
from quality.engine.levels import sums_below

CLOSE = "membership_change.CLOSE"
TYPES = {"AA-000": "CAP_TREN", "AA-1": "DBCS", "AA-2": "CBCS"}


def with_last_days(reference: Reference, ended: dict[str, str]) -> Reference:
    organizations = reference["organizations"]
    until = organizations["organization_code"].map({f"AA-{n[1:]}": day for n, day in ended.items()})
    tables = {**reference.tables, "organizations": organizations.assign(valid_to=until.astype(object))}
    return Reference(reference.folder, tables, "test")


@pytest.fixture
def summed(connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, catalogue: Catalogue):
    def of(lake: Lake, **ended: str) -> dict[str, tuple[float, str]]:
        reference = with_last_days(register_of(*TYPES, types=TYPES), ended)
        connection.register("observations", lake.observations)
        found = sums_below(connection, rules, evaluation_context(lake.submissions, reference), catalogue, reference)
        assert set(found["organization_code"]) <= {"AA-000"}
        return {row.cell_code: (row.value, row.state) for row in found.itertuples()}

    return of


def test_all_that_are_due_make_a_sum(summed) -> None:
    lake = Lake().add("a", {CLOSE: 40}, "AA-1").add("b", {CLOSE: 0}, "AA-2").add("own", {CLOSE: 7}, "AA-000")
    assert summed(lake) == {f"below.{CLOSE}": (40, "value")}


def test_one_that_is_missing_makes_it_missing(summed) -> None:
    assert summed(Lake().add("a", {CLOSE: 40}, "AA-1")) == {f"below.{CLOSE}": (40, "missing")}
    empty = Lake().add("a", {CLOSE: 40}, "AA-1").add("b", {CLOSE: None}, "AA-2")
    assert summed(empty)[f"below.{CLOSE}"][1] == "missing"


def test_the_last_version_counts(summed) -> None:
    lake = Lake().add("a", {CLOSE: 40}, "AA-1").add("b", {CLOSE: 9}, "AA-2")
    lake.add("c", {CLOSE: 41}, "AA-1", PERIOD, submission_no=2)
    assert summed(lake) == {f"below.{CLOSE}": (50, "value")}


def test_an_organization_that_ended_in_the_period_neither_is_waited_for_nor_has_members_at_its_end(summed) -> None:
    lake = Lake().add("a", {CLOSE: 40}, "AA-1")
    assert summed(lake, _2="2022-05-31") == {f"below.{CLOSE}": (40, "value")}
    lake.add("b", {CLOSE: 9}, "AA-2")
    assert summed(lake, _2="2022-05-31") == {f"below.{CLOSE}": (40, "value")}
    assert summed(Lake().add("b", {CLOSE: 9}, "AA-2"), _2="2022-05-31") == {}
