"""States by rows: which version counts, what is late, what came after the lock, which two files share a number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from submitted_rows import BEFORE, PERIOD, Lake, findings_frame, register_of

from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine.context import evaluation_context
from quality.submissions.states import submission_states, submission_violations, with_deadlines

DUE, LOCK = "2022-07-20", "2022-12-31"
IN_TIME, LATE, AFTER_LOCK = "2022-07-01T02:00:00Z", "2022-08-01T02:00:00Z", "2023-02-01T02:00:00Z"


@pytest.fixture(scope="module")
def register() -> Reference:
    """Three organizations whose periods are due and locked."""
    return register_of("AA-1", "AA-2", "AA-3", due_on=DUE, locked_on=LOCK)


def failing(*hashes: str, severity: str = "hard", outcome: str = "fail") -> pd.DataFrame:
    """A finding for each file."""
    return findings_frame(*({"file_hash": one, "severity": severity, "outcome": outcome} for one in hashes))


def states(lake: Lake, register: Reference, findings: pd.DataFrame | None = None) -> dict[str, tuple[str, bool]]:
    """(state, is current) by file."""
    found = submission_states(
        lake.submissions,
        evaluation_context(lake.submissions, register),
        findings_frame() if findings is None else findings,
        register,
    )
    return {row.file_hash: (row.state, row.is_current) for row in found.itertuples()}


def told(lake: Lake, register: Reference, rules: RuleCatalogue) -> list[tuple[Any, ...]]:
    """(rule, file, observed, expected) of every violation between versions."""
    found = submission_violations(evaluation_context(lake.submissions, register), rules, register)
    return sorted(found[["rule_id", "file_hash", "observed", "expected"]].itertuples(index=False, name=None))


def test_the_later_accepted_version_replaces_the_earlier_one(register: Reference) -> None:
    lake = Lake().add("a", {}, submission_no=1).add("b", {}, submission_no=2)
    assert states(lake, register) == {"a": ("superseded", False), "b": ("accepted", True)}


def test_a_returned_version_replaces_nothing(register: Reference) -> None:
    lake = Lake().add("a", {}, submission_no=1).add("b", {}, submission_no=2)
    assert states(lake, register, failing("b")) == {"a": ("accepted", True), "b": ("returned", False)}
    assert states(lake, register, failing("a")) == {"a": ("returned", False), "b": ("accepted", True)}
    assert states(lake, register, failing("a", "b")) == {"a": ("returned", False), "b": ("returned", False)}


def test_soft_findings_are_warnings_and_what_is_not_assessable_is_none(register: Reference) -> None:
    lake = Lake().add("a", {})
    assert states(lake, register, failing("a", severity="soft")) == {"a": ("accepted_with_warnings", True)}
    assert states(lake, register, failing("a", severity="info")) == {"a": ("accepted", True)}
    assert states(lake, register, failing("a", outcome="not_assessable")) == {"a": ("accepted", True)}


def test_findings_are_counted_by_severity(register: Reference) -> None:
    lake = Lake().add("a", {}).add("b", {}, "AA-2")
    findings = pd.concat([failing("a", "a", "a"), failing("a", "b", severity="soft"), failing(severity="hard")])
    found = submission_states(
        lake.submissions, evaluation_context(lake.submissions, register), findings, register
    ).set_index("file_hash")
    assert found[["hard_findings", "soft_findings"]].values.tolist() == [[3, 1], [0, 1]]


def test_unreadable_and_unidentified_files_keep_their_state(register: Reference) -> None:
    lake = Lake().add("a", {}, read_state="unreadable").add("b", {}, read_state="unidentified")
    assert states(lake, register, failing("a", "b")) == {"a": ("unreadable", False), "b": ("unidentified", False)}


def test_a_version_for_a_locked_period_is_kept_and_never_counts(register: Reference, rules: RuleCatalogue) -> None:
    lake = Lake().add("a", {}, received_at=IN_TIME).add("b", {}, submission_no=2, received_at=AFTER_LOCK)
    assert states(lake, register) == {"a": ("accepted", True), "b": ("accepted", False)}
    assert told(lake, register, rules) == [("V003", "b", "2023-02-01", LOCK)]


def test_only_a_version_after_the_lock_leaves_nothing_current(register: Reference, rules: RuleCatalogue) -> None:
    lake = Lake().add("a", {}, received_at=AFTER_LOCK)
    assert states(lake, register) == {"a": ("accepted", False)}
    assert [row[0] for row in told(lake, register, rules)] == ["V002", "V003"]


def test_late_is_said_where_no_version_came_in_time(register: Reference, rules: RuleCatalogue) -> None:
    lake = Lake().add("a", {}, received_at=IN_TIME).add("b", {}, submission_no=2, received_at=LATE)
    lake.add("c", {}, "AA-2", received_at=LATE).add(
        "d", {}, "AA-2", submission_no=2, received_at="2022-08-02T02:00:00Z"
    )
    assert told(lake, register, rules) == [("V002", "c", "2022-08-01", DUE), ("V002", "d", "2022-08-02", DUE)]


@pytest.mark.parametrize(
    ("received_at", "late"),
    [
        ("2022-07-20T16:59:59Z", False),  # 23:59:59 in Vietnam
        ("2022-07-20T17:00:00Z", True),  # midnight in Vietnam
        ("2022-07-19T17:00:00Z", False),
    ],
)
def test_a_day_ends_at_midnight_in_vietnam(register: Reference, received_at: str, late: bool) -> None:
    lake = Lake().add("a", {}, received_at=received_at)
    assert with_deadlines(evaluation_context(lake.submissions, register), register)["late"].to_list() == [late]


def test_without_deadlines_nothing_is_late(rules: RuleCatalogue) -> None:
    register = register_of("AA-1", due_on=None)
    lake = Lake().add("a", {}, received_at=AFTER_LOCK)
    assert told(lake, register, rules) == []
    assert states(lake, register) == {"a": ("accepted", True)}


def test_of_files_with_one_number_each_later_one_names_all_before_it(register: Reference, rules: RuleCatalogue) -> None:
    lake = Lake().add("a", {}, received_at="2022-07-03T02:00:00Z").add("b", {}, received_at="2022-07-01T02:00:00Z")
    lake.add("c", {}, received_at="2022-07-02T02:00:00Z").add("d", {}, submission_no=2)
    lake.add("e", {}, "AA-2").add("f", {}, "AA-1", BEFORE, received_at="2022-01-02T02:00:00Z")
    assert told(lake, register, rules) == [
        ("V001", "a", "1", "b.xlsx, c.xlsx"),
        ("V001", "c", "1", "b.xlsx"),
    ]
    assert states(lake, register)["d"] == ("accepted", True)


def test_of_equal_numbers_the_later_arrival_counts_and_of_equal_times_the_hash_decides(register: Reference) -> None:
    lake = Lake().add("b", {}, received_at=IN_TIME).add("a", {}, received_at=LATE)
    assert states(lake, register) == {"a": ("accepted", True), "b": ("superseded", False)}
    lake = Lake().add("b", {}).add("a", {})
    assert states(lake, register) == {"a": ("superseded", False), "b": ("accepted", True)}


def test_no_submission_has_no_state(register: Reference, rules: RuleCatalogue) -> None:
    assert states(Lake(), register) == {}
    assert told(Lake(), register, rules) == []


VERSION = st.tuples(
    st.sampled_from(["AA-1", "AA-2"]),
    st.sampled_from([BEFORE, PERIOD]),
    st.integers(1, 3),
    st.sampled_from([IN_TIME, LATE, AFTER_LOCK]),
    st.sampled_from(["identified", "identified", "identified", "unreadable"]),
    st.sampled_from([None, "hard", "soft"]),
)


@pytest.mark.long
@settings(deadline=None, max_examples=60)
@given(versions=st.lists(VERSION, max_size=12), order=st.randoms(use_true_random=False))
def test_states_do_not_depend_on_the_order_and_one_version_counts(
    register: Reference, versions: list[Any], order: Any
) -> None:
    named = [(f"f{number:02d}", *version) for number, version in enumerate(versions)]
    shuffled = order.sample(named, len(named))

    def found(rows: list[Any]) -> dict[str, tuple[str, bool]]:
        lake = Lake()
        for name, organization, period, number, received_at, read_state, _ in rows:
            lake.add(
                name, {}, organization, period, submission_no=number, received_at=received_at, read_state=read_state
            )
        findings = [failing(row[0], severity=row[6]) for row in rows if row[6]]
        return states(lake, register, pd.concat([findings_frame(), *findings]) if findings else None)

    result = found(named)
    assert found(shuffled) == result
    for organization in ("AA-1", "AA-2"):
        for period in (BEFORE, PERIOD):
            mine = [row for row in named if row[1:3] == (organization, period)]
            usable = [r for r in mine if r[5] == "identified" and r[6] != "hard" and r[4] != AFTER_LOCK]
            current = [row[0] for row in mine if result[row[0]][1]]
            assert current == ([max(usable, key=lambda r: (r[3], r[4], r[0]))[0]] if usable else [])
