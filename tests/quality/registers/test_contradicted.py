"""A number of an event that both workbooks contradict: nobody's workbook is returned, the register is asked."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd
import pytest
from submitted_rows import BEFORE, PERIOD, Lake, Value, findings_frame, nothing_in, register_of, seed, what_goes_with

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from ingest.register_cells import register_observations
from quality.catalogue import RuleCatalogue
from quality.check import CheckResult, check_tables
from quality.engine.context import evaluation_context
from quality.registers.contradicted import contradicted_events, event_partners

CHANGE = "membership_change."
Members = Callable[[int], dict[str, Value]]
Check = Callable[[Lake, pd.DataFrame], CheckResult]


@pytest.fixture
def members(catalogue: Catalogue, reference: Reference) -> Members:
    """A workbook of an organization in which nothing moves."""
    nothing = nothing_in(catalogue, reference["codes"])

    def workbook(number: int) -> dict[str, Value]:
        totals = (f"{CHANGE}OPEN", f"{CHANGE}CLOSE", f"{CHANGE}PRESENT")
        same = dict.fromkeys((*totals, "member_status.OFFICIAL", "membership_structure.TOTAL"), number)
        return {**nothing, **same, **what_goes_with(number)}

    return workbook


@pytest.fixture
def check(catalogue: Catalogue, rules: RuleCatalogue) -> Check:
    def checked(lake: Lake, events: pd.DataFrame) -> CheckResult:
        register = register_of("AA-1", "AA-2", organization_events=events)
        frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
        return check_tables(*frames, catalogue, register, rules)

    return checked


def moved(number: str | None, **more: str) -> pd.DataFrame:
    event = {
        "event_id": "E1", "event_type": "split", "effective_on": "2022-01-01", "committee_code": "AA",
        "from_organization_code": "AA-2", "to_organization_code": "AA-1", "unit": "subordinate_cell",
        "members_moved": number, "cells_moved": "1", "authority": "QĐ",
    }  # fmt: skip
    return seed("organization_events", [{**event, **more}])


def lake(members: Members, to: int, left: int) -> Lake:
    """AA-1 had 20 members and opens with ``to``, AA-2 had 30 and opens with ``left``."""
    filled = Lake().add("a1", members(20), "AA-1", BEFORE).add("a2", members(30), "AA-2", BEFORE)
    return filled.add("b1", members(to), "AA-1", PERIOD).add("b2", members(left), "AA-2", PERIOD)


def told(result: CheckResult) -> list[tuple[str, str, str]]:
    found = result.findings[result.findings["rule_id"].isin(["R002", "S012", "S013"])]
    return sorted(zip(found["rule_id"], found["file_name"], found["observed"].fillna(""), strict=True))


def returned(result: CheckResult) -> set[str]:
    states = result.submission_states
    return set(states.loc[states["state"] == "returned", "file_hash"])


def test_what_both_workbooks_say_is_not_returned_because_the_register_says_otherwise(
    members: Members, check: Check
) -> None:
    result = check(lake(members, 25, 25), moved("3"))
    assert told(result) == [("S013", "organization_events.csv", "3")]
    assert returned(result) == set()
    (asked,) = result.findings[result.findings["rule_id"] == "S013"].itertuples()
    assert (asked.severity, asked.cell, asked.expected) == ("soft", "J2", "5")
    assert "organization_events.csv!J2" in asked.message_vi


@pytest.mark.parametrize(
    ("silent", "opens"), [("a2", "b1"), ("b2", "b1"), ("a1", "b2"), ("b1", "b2")], ids=lambda name: name
)
def test_where_one_side_is_silent_the_register_is_asked_and_the_other_not_returned(
    members: Members, check: Check, silent: str, opens: str
) -> None:
    """Its opening is right and the register's 3 is not; nobody but the register can know."""
    names = {
        "a1": ("AA-1", BEFORE, 20),
        "a2": ("AA-2", BEFORE, 30),
        "b1": ("AA-1", PERIOD, 25),
        "b2": ("AA-2", PERIOD, 25),
    }
    filled = Lake()
    for name, (organization, period, number) in names.items():
        if name != silent:
            filled.add(name, members(number), organization, period)
    result = check(filled, moved("3"))
    assert told(result) == [("S013", "organization_events.csv", "3")]
    assert returned(result) == set()
    (asked,) = result.findings[result.findings["rule_id"] == "S013"].itertuples()
    assert (asked.expected, names[opens][0] in asked.message_vi) == ("5", True)


def test_of_few_files_only_the_events_they_have_a_part_in_are_looked_at(
    members: Members, connection: duckdb.DuckDBPyConnection
) -> None:
    """What is said of those is what is said of them among all."""
    other = {"event_id": "E2", "from_organization_code": "AA-4", "to_organization_code": "AA-3"}
    events = pd.concat([moved("3"), moved("3", **other)], ignore_index=True)
    register = register_of("AA-1", "AA-2", "AA-3", "AA-4", organization_events=events)
    filled = lake(members, 25, 25)
    for name, number in (("AA-3", 20), ("AA-4", 30)):
        filled.add(f"{name}1", members(number), name, BEFORE).add(f"{name}2", members(25), name, PERIOD)
    connection.register("observations", filled.observations)
    versions = evaluation_context(filled.submissions, register)
    given = (connection, versions, register_observations(register), register)
    whole = contradicted_events(*given)
    assert [one.event_id for one in whole] == ["E1", "E2"]
    assert contradicted_events(*given, {"AA-2"}) == whole[:1]
    assert contradicted_events(*given, {"AA-9"}) == []
    assert event_partners(register, {"AA-3"}) == {"AA-3", "AA-4"}


def test_an_event_with_a_body_outside_has_one_side_only(members: Members, check: Check) -> None:
    event = moved("3", event_type="received", from_organization_code=None, external_body="KHAC")
    result = check(lake(members, 25, 30), event)
    assert told(result) == [("S013", "organization_events.csv", "3")]
    assert returned(result) == set()


def test_both_sides_contradict_the_register_and_each_other(members: Members, check: Check) -> None:
    result = check(lake(members, 26, 25), moved("3"))
    assert told(result) == [("S013", "organization_events.csv", "3")]
    (asked,) = result.findings[result.findings["rule_id"] == "S013"].itertuples()
    assert asked.expected == "5 / 6"


def test_an_opening_that_no_number_of_members_explains_is_the_workbooks_fault(members: Members, check: Check) -> None:
    """AA-1 received members and opens with fewer than it had: less than none would have come."""
    event = moved("3", event_type="received", from_organization_code=None, external_body="KHAC")
    result = check(lake(members, 12, 30), event)
    assert told(result) == [("R002", "b1.xlsx", "12")]
    assert returned(result) == {"b1"}


@pytest.mark.parametrize(("to", "left"), [(25, 25), (20, 30)])
def test_a_register_that_agrees_or_is_contradicted_by_nobody_is_not_asked(
    members: Members, check: Check, to: int, left: int
) -> None:
    assert told(check(lake(members, to, left), moved(str(to - 20)))) == []


def test_one_workbook_against_register_and_the_other_is_the_one_that_is_wrong(members: Members, check: Check) -> None:
    result = check(lake(members, 26, 25), moved("5"))
    assert told(result) == [("R002", "b1.xlsx", "26")]
    assert returned(result) == {"b1"}


def test_an_unknown_number_returns_nobody_and_is_asked_for(members: Members, check: Check) -> None:
    result = check(lake(members, 25, 25), moved(None))
    assert told(result) == [("S012", "organization_events.csv", "E1")]
    assert returned(result) == set()
    outcomes = result.rule_outcomes.set_index(["rule_id", "period_code"]).loc[("R002", PERIOD)]
    assert (outcomes["passed"], outcomes["failed"], outcomes["not_assessable"]) == (0, 0, 2)


def test_a_zero_is_a_number(members: Members, check: Check) -> None:
    result = check(lake(members, 25, 30), moved("0"))
    assert told(result) == [("R002", "b1.xlsx", "25")]


def test_a_register_without_events_asks_nothing(members: Members, check: Check) -> None:
    assert told(check(lake(members, 20, 30), seed("organization_events", []))) == []
