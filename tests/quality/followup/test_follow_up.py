"""The follow-up of a small committee: one counted, one missing, one returned, one asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from submitted_rows import BEFORE, COMMITTEE, PERIOD, Lake, findings_frame, register_of

from ingest.catalogue import load_catalogue
from ingest.lake import FOLLOW_UP, HEADLINE_BOUNDS, SUBMISSION_STATES
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine.context import evaluation_context
from quality.followup import FollowUp, follow_up

CLOSE, ADMIT = "membership_change.CLOSE", "membership_change.IN_ADMIT"
TODAY = dt.date(2022, 8, 1)
_SENDERS = {"one": "AA-1", "two": "AA-2"}
Finding = dict[str, object]


def states_of(lake: Lake, current: set[str]) -> pd.DataFrame:
    """Those of ``current`` are accepted, the others returned."""
    rows = [
        {
            **{key: row[key] for key in ("file_hash", "committee_code", "organization_code", "period_code")},
            "state": "accepted" if row["file_hash"] in current else "returned",
            "is_current": row["file_hash"] in current,
        }
        for row in lake.submissions.to_dict("records")
    ]
    return pd.DataFrame(rows).reindex(columns=SUBMISSION_STATES.names)


def finding(rule: str, file_hash: str, cell_code: str, observed: str, expected: str | None, **more: str) -> Finding:
    """A failing finding."""
    base = {"finding_id": f"{rule}/{file_hash}", "rule_id": rule, "severity": "soft", "outcome": "fail"}
    base |= {"committee_code": COMMITTEE, "organization_code": _SENDERS[file_hash], "period_code": PERIOD}
    told = {"file_hash": file_hash, "cell_code": cell_code, "observed": observed, "expected": expected}
    return {**base, **told, "message_vi": f"Câu hỏi {rule}", "message_en": f"question {rule}", **more}


@pytest.fixture
def lake() -> Lake:
    """Four organizations with 100 members each; in the second period AA-2 is returned and AA-3 sends nothing."""
    told = Lake()
    for number in (1, 2, 3, 4):
        told.add(f"old{number}", {CLOSE: 100, ADMIT: 4}, f"AA-{number}", BEFORE)
    told.add("one", {CLOSE: 104, ADMIT: 4}, "AA-1")
    told.add("two", {CLOSE: 130, ADMIT: 3}, "AA-2")
    return told.add("four", {CLOSE: 101, ADMIT: 1}, "AA-4")


CURRENT = {"old1", "old2", "old3", "old4", "one", "four"}
RETURNED = finding("R001A", "two", CLOSE, "130", "103", severity="hard")


def followed(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    rules: RuleCatalogue,
    *findings: Finding,
    today: dt.date = TODAY,
    current: Collection[str] = CURRENT,
    register: Reference | None = None,
) -> FollowUp:
    """The follow-up with those findings."""
    register = register or register_of("AA-1", "AA-2", "AA-3", "AA-4")
    connection.register("observations", lake.observations)
    versions = evaluation_context(lake.submissions, register)
    found = findings_frame(*findings)
    states = states_of(lake, set(current))
    return follow_up(connection, versions, states, found, load_catalogue(), register, rules, today)


def effect(told: FollowUp, query: str, measure: str = "members_total") -> tuple[float, float]:
    """How far one query can move a headline."""
    rows = told.queries[(told.queries["query_id"] == query) & (told.queries["measure_code"] == measure)]
    return rows[["low", "high"]].iloc[0].tolist()


def test_a_returned_workbook_counts_as_it_says_give_or_take_its_difference(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, RETURNED)
    assert effect(told, f"AA-2@{PERIOD}") == [103, 157]
    row = told.queries[told.queries["query_id"] == f"AA-2@{PERIOD}"].iloc[0]
    assert (row["kind"], row["file_hash"]) == ("returned", "two")
    assert "còn 1 lỗi phải sửa: Câu hỏi R001A" in row["question_vi"]


def test_a_missing_workbook_is_expected_from_its_past(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, RETURNED)
    low, high = effect(told, f"AA-3@{PERIOD}")
    assert low <= 100 <= high
    assert set(told.queries.loc[told.queries["query_id"] == f"AA-3@{PERIOD}", "kind"]) == {"missing"}


def test_bounds_add_up_what_the_queries_can_do(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, RETURNED)
    bounds = told.bounds[told.bounds["period_code"] == PERIOD].set_index("measure_code").loc["members_total"]
    missing = effect(told, f"AA-3@{PERIOD}")
    assert bounds["value"] == 205
    assert [bounds["low"], bounds["high"]] == [205 + 103 + missing[0], 205 + 157 + missing[1]]
    assert (bounds["queries"], bounds["questions"]) == (2, 2)


def test_a_period_with_nothing_open_is_settled(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, RETURNED)
    before = told.bounds[told.bounds["period_code"] == BEFORE].set_index("measure_code").loc["members_total"]
    assert (before["value"], before["low"], before["high"], before["questions"]) == (400, 400, 400, 0)


def test_a_finding_may_move_the_figure_by_its_difference_either_way(connection, lake, rules) -> None:
    asked = finding("R008", "one", CLOSE, "104", "101")
    assert effect(followed(connection, lake, rules, asked), "R008/one") == [-3, 3]


def test_a_question_without_a_right_number_is_measured_by_the_last_period(connection, lake, rules) -> None:
    asked = finding("OUTLIER", "one", CLOSE, "104", "90 đến 102")
    assert effect(followed(connection, lake, rules, asked), "OUTLIER/one") == [-4, 4]


def test_a_late_workbook_alone_is_asked_about_and_moves_nothing(connection, rules) -> None:
    """The only open question of a whole deployment moves no headline; the run used to end in a KeyError."""
    lake = Lake()
    for code in ("AA-1", "AA-2", "AA-3", "AA-4"):
        lake.add(f"old{code}", {CLOSE: 100, ADMIT: 4}, code, BEFORE)
        lake.add({"AA-1": "one", "AA-2": "two"}.get(code, code), {CLOSE: 104, ADMIT: 4}, code)
    late = finding("V002", "one", "", "2022-07-30", "2022-07-20")
    told = followed(connection, lake, rules, late, current=set(lake.submissions["file_hash"]))
    (row,) = told.queries.to_dict("records")
    assert (row["query_id"], row["rank"]) == ("V002/one", 1)
    assert all(pd.isna(row[name]) for name in ("measure_code", "low", "high", "movement_pct", "remaining_pct"))


def test_a_finding_on_no_headline_is_asked_last(connection, lake, rules) -> None:
    late = finding("V002", "one", "", "2022-07-30", "2022-07-20")
    told = followed(connection, lake, rules, RETURNED, late)
    last = told.queries[told.queries["period_code"] == PERIOD].sort_values("rank").iloc[-1]
    assert (last["query_id"], last["rank"]) == ("V002/one", 3)
    assert pd.isna(last["measure_code"])


@pytest.mark.parametrize("settled", [{"answer_state": "accepted"}, {"severity": "info"}, {"outcome": "explained"}])
def test_what_is_settled_is_not_asked(connection, lake, rules, settled: dict[str, str]) -> None:
    told = followed(connection, lake, rules, {**finding("R008", "one", CLOSE, "104", "101"), **settled})
    assert "R008/one" not in set(told.queries["query_id"])


def test_before_the_end_of_a_period_nobody_is_asked(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, today=dt.date(2022, 6, 30))
    assert told.queries.empty
    assert set(told.bounds["period_code"]) == {BEFORE, PERIOD}


def test_where_nothing_came_everybody_is_asked_and_nothing_is_bounded(connection, rules) -> None:
    """Without history an organization was left out, and its headlines were said to be nothing to nothing."""
    empty = Lake()
    connection.register("observations", empty.observations)
    register = register_of("AA-1")
    versions = evaluation_context(empty.submissions, register)
    states = SUBMISSION_STATES.empty_table().to_pandas()
    told = follow_up(connection, versions, states, findings_frame(), load_catalogue(), register, rules, TODAY)
    assert set(told.queries["query_id"]) == {f"AA-1@{BEFORE}", f"AA-1@{PERIOD}"}
    members = told.bounds[told.bounds["measure_code"] == "members_total"]
    assert members["period_code"].tolist() == [BEFORE, PERIOD]
    assert members["low"].tolist() == [0, 0]
    assert members[["value", "high", "movement_pct"]].isna().all(axis=None)
    assert members["questions"].tolist() == [1, 1]


def test_a_period_of_which_no_workbook_counts_is_expected_from_the_one_before(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, RETURNED, current={"old1", "old2", "old3", "old4"})
    bounds = told.bounds[told.bounds["period_code"] == PERIOD].set_index("measure_code").loc["members_total"]
    assert pd.isna(bounds["value"])
    assert 100 <= bounds["low"] <= 434 <= bounds["high"] <= 1000
    assert {f"AA-{number}@{PERIOD}" for number in (1, 3, 4)} <= set(told.queries["query_id"])


def test_the_tables_are_those_of_the_lake(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, RETURNED)
    for frame, schema in ((told.queries, FOLLOW_UP), (told.bounds, HEADLINE_BOUNDS)):
        assert frame.columns.tolist() == schema.names
        pa.Table.from_pandas(frame, schema=schema, preserve_index=False)


def where_four_ended() -> Reference:
    """AA-4 ended a month before the period did."""
    register = register_of("AA-1", "AA-2", "AA-3", "AA-4")
    organizations = register["organizations"]
    ended = organizations["valid_to"].mask(organizations["organization_code"] == "AA-4", "2022-05-31")
    tables = {**register.tables, "organizations": organizations.assign(valid_to=ended)}
    return replace(register, tables=tables)


def test_of_an_organization_that_ended_what_happened_counts_and_not_what_there_was_on_the_last_day(
    connection, lake, rules
) -> None:
    told = followed(connection, lake, rules, register=where_four_ended())
    values = told.bounds[told.bounds["period_code"] == PERIOD].set_index("measure_code")["value"]
    assert values["members_total"] == 104
    assert values["members_admitted"] == 4 + 1


def test_where_only_one_that_ended_has_reported_no_level_is_known(connection, lake, rules) -> None:
    told = followed(connection, lake, rules, register=where_four_ended(), current=CURRENT - {"one"})
    bounds = told.bounds[told.bounds["period_code"] == PERIOD].set_index("measure_code")
    assert "members_total" not in bounds.index
    assert bounds.loc["members_admitted", "value"] == 1
