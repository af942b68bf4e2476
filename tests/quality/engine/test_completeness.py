"""Who has not reported: the roster of every ended period against what was accepted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from submitted_rows import BEFORE, COMMITTEE, PERIOD, Lake, register_of, seed

from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import Verdicts
from quality.engine.completeness import check_completeness, roster
from quality.engine.context import evaluation_context

DAY_AFTER = dt.date(2022, 7, 1)
DUE_ON = dt.date(2022, 7, 20)


def judged(
    rules: RuleCatalogue, reference: Reference, as_of: dt.date, *came: tuple[str, str, str, bool, int]
) -> Verdicts:
    """Judge what came: (organization, period, state, is current, submission number)."""
    lake, states = Lake(), []
    for number, (organization, period, state, is_current, submission_no) in enumerate(came):
        lake.add(f"f{number}", {}, organization, period, submission_no=submission_no)
        states.append((f"f{number}", state, is_current))
    versions = evaluation_context(lake.submissions, reference)
    known = pd.DataFrame(states, columns=["file_hash", "state", "is_current"])
    return check_completeness(rules, reference, versions, known.astype({"is_current": bool}), as_of)


def told(verdicts: Verdicts) -> list[tuple[Any, ...]]:
    """(organization, period, severity, state) of every violation."""
    columns = ["organization_code", "period_code", "severity", "observed"]
    return sorted(verdicts.violations[columns].itertuples(index=False, name=None))


def stretch(code: str, first: str, last: str | None, committee: str = COMMITTEE) -> dict[str, Any]:
    """A row of the register of organizations."""
    return {
        "organization_code": code,
        "committee_code": committee,
        "name": code,
        "organization_type": "DBCS",
        "valid_from": first,
        "valid_to": last,
    }


def test_who_has_not_reported_is_asked_before_the_due_date_and_told_after_it(rules) -> None:
    register = register_of("AA-1", "AA-2", "AA-3", "AA-4", periods=(PERIOD,))
    came = [("AA-1", PERIOD, "accepted", True, 1), ("AA-2", PERIOD, "returned", False, 1)]
    came += [("AA-3", PERIOD, "accepted_with_warnings", True, 1)]
    for day, severity in ((DAY_AFTER, "soft"), (DUE_ON, "soft"), (DUE_ON + dt.timedelta(1), "hard")):
        found = judged(rules, register, day, *came)
        # AA-2 was returned: what is wrong in its workbook says so, once.
        assert told(found) == [("AA-4", PERIOD, severity, "none")], day
        counts = found.outcomes[["passed", "failed", "not_assessable"]]
        assert counts.values.tolist() == [[2, 1, 1]]


def test_a_period_that_is_not_over_asks_nothing(rules) -> None:
    found = judged(rules, register_of("AA-1", periods=(PERIOD,)), dt.date(2022, 6, 30))
    assert told(found) == []
    assert found.outcomes[["passed", "failed", "not_assessable"]].values.tolist() == [[0, 0, 1]]


def test_without_a_due_date_a_missing_workbook_is_due_when_the_period_is_over(rules) -> None:
    found = judged(rules, register_of("AA-1", periods=(PERIOD,), due_on=None), DAY_AFTER)
    assert [row[2] for row in told(found)] == ["hard"]


def test_an_accepted_version_passes_whatever_came_after_it(rules) -> None:
    came = [("AA-1", PERIOD, "accepted", True, 1), ("AA-1", PERIOD, "returned", False, 2)]
    register = register_of("AA-1", periods=(PERIOD,))
    assert told(judged(rules, register, DAY_AFTER, *came)) == []
    assert told(judged(rules, register, DAY_AFTER, *reversed(came))) == []


def test_the_latest_version_is_told_where_none_is_current(rules) -> None:
    came = [("AA-1", PERIOD, "superseded", False, 1), ("AA-1", PERIOD, "returned", False, 2)]
    found = judged(rules, register_of("AA-1", periods=(PERIOD,)), DAY_AFTER, *came)
    assert told(found) == []
    assert found.outcomes[["passed", "failed", "not_assessable"]].values.tolist() == [[0, 0, 1]]


def test_the_roster_is_who_is_valid_on_the_last_day() -> None:
    organizations = seed(
        "organizations",
        [
            stretch("AA-1", "2000-01-01", "2021-12-31"),
            stretch("AA-2", "2022-06-30", None),
            stretch("AA-3", "2000-01-01", "2022-06-29"),
            stretch("AA-4", "2000-01-01", "2022-03-31"),
            stretch("AA-4", "2022-04-01", None),
            stretch("BB-1", "2000-01-01", None, "BB"),
        ],
    )
    expected = roster(register_of(organizations=organizations))
    found = set(zip(expected["organization_code"], expected["period_code"], strict=True))
    assert found == {("AA-1", BEFORE), ("AA-3", BEFORE), ("AA-4", BEFORE), ("AA-2", PERIOD), ("AA-4", PERIOD)}
    assert not expected.duplicated(["organization_code", "period_code"]).any()


def test_empty_registers_ask_nothing(rules) -> None:
    found = judged(rules, register_of(), DAY_AFTER)
    assert told(found) == []
    assert found.outcomes.empty
    nobody = register_of("AA-1", reporting_periods=seed("reporting_periods", []))
    assert told(judged(rules, nobody, DAY_AFTER)) == []


def test_four_thousand_one_hundred_absent_organizations_are_all_told(rules) -> None:
    register = register_of(*(f"AA-{number}" for number in range(4_100)), periods=(PERIOD,))
    assert len(told(judged(rules, register, DAY_AFTER))) == 4_100
