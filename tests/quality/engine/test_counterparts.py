"""Both sides of a transfer: who is asked, with which cells, and when a witness names the side at fault."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest
from submitted_rows import AFTER_ALL, BEFORE, COMMITTEE, PERIOD, Lake, register_of, shared_reference

from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import Verdicts
from quality.engine.context import evaluation_context
from quality.engine.counterparts import check_counterparts

A, B, C, D = "AA-1", "AA-2", "AA-3", "AA-4"
LONG_AFTER = dt.date(2023, 6, 30)
OFF_ALIKE = "quy tắc “Danh sách khớp Biểu 1: chuyển đi, trong đảng bộ” cũng lệch đúng như vậy"


def sent(lake: Lake, own: str, period: str, *records: tuple[str, str, int]) -> None:
    """The workbook of one organization with records (direction, counterpart, members)."""
    file_hash = f"{own}-{period}"
    lake.add(file_hash, {"transfers.IN.TRONG_DANG_BO": 0}, own, period)
    for number, (direction, counterpart, members) in enumerate(records, start=1):
        fields = {"DIRECTION": direction, "SCOPE": "TRONG_DANG_BO", "COUNTERPART": counterpart, "MEMBERS": members}
        lake.record(file_hash, "transfers", number, fields)


@pytest.fixture
def judged(connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue):
    def judge(
        lake: Lake, own: pd.DataFrame | None = None, as_of: dt.date = AFTER_ALL, asked: set[str] | None = None
    ) -> Verdicts:
        reference = register_of(A, B, C, D)
        connection.register("entries", lake.entries)
        connection.register("observations", lake.observations)
        versions = evaluation_context(lake.submissions, reference)
        own = pd.DataFrame() if own is None else own
        return check_counterparts(connection, rules, reference, versions, own, as_of, asked)

    return judge


def test_of_few_organizations_their_pairs_alone_are_judged(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B.lower(), 2))
    sent(lake, B, PERIOD, ("IN", A, 3))
    sent(lake, C, PERIOD)
    whole = judged(lake).violations
    assert len(whole) == 2
    for asked in ({A}, {B}, {B, C}):
        pd.testing.assert_frame_equal(judged(lake, asked=asked).violations, whole)
    assert judged(lake, asked={C}).violations.empty


def test_both_sides_are_asked_where_nothing_says_who_is_wrong(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, B, PERIOD, ("IN", A, 3))
    found = judged(lake).violations.set_index("organization_code")
    assert list(found.index) == [A, B]
    assert list(found["observed"]) == ["2", "3"]
    assert found["suggested"].isna().all()
    assert found.loc[A, "cells"] == "transfers!D11=2; AA-2 transfers!D11=3"
    assert (found.loc[B, "observed_vi"], found.loc[B, "expected_vi"]) == (
        "nhận từ AA-1 3 đảng viên",
        "AA-1 ghi chuyển 2",
    )


def test_a_sum_that_is_off_by_just_the_difference_names_the_side(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, B, PERIOD, ("IN", A, 3))
    witness = pd.DataFrame([{"rule_id": "R043_OUT", "file_hash": f"{A}-{PERIOD}", "difference": "1"}])
    found = judged(lake, witness).violations
    assert list(found["organization_code"]) == [A]
    assert list(found["suggested"]) == [f"transfers!D11: 2 → 3 - {OFF_ALIKE}"]


def test_what_several_rows_add_up_to_is_no_cells_number(judged) -> None:
    """A row written twice: the proposal named the first row as if it held the sum."""
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 1), ("OUT", C, 5), ("OUT", B, 1))
    sent(lake, B, PERIOD, ("IN", A, 1))
    sent(lake, C, PERIOD, ("IN", A, 5))
    witness = pd.DataFrame([{"rule_id": "R043_OUT", "file_hash": f"{A}-{PERIOD}", "difference": "-1"}])
    (found,) = judged(lake, witness, LONG_AFTER).violations.to_dict("records")
    assert found["suggested"] == f"transfers!D11:D13: các dòng chuyển đến AA-2 cộng lại 2 → 1 - {OFF_ALIKE}"
    assert found["cells"] == "transfers!D11=1; transfers!D13=1; AA-2 transfers!D11=1"


def test_the_first_row_is_the_first_of_the_list(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, *[("OUT", C, 0)] * 87, *[("OUT", B, 1)] * 3)  # lines 98, 99 and 100
    sent(lake, B, PERIOD)
    found = judged(lake, as_of=LONG_AFTER).violations.set_index("organization_code")
    assert found.loc[A, "cell"] == "D98"


def test_nobody_is_held_against_itself(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("IN", A, 2), ("IN", A.lower(), 1))
    assert judged(lake).violations.empty


def test_a_list_that_lacks_the_other_side_is_named_where_its_codes_stand(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, B, PERIOD, ("IN", C, 1), ("OUT", C, 4), ("IN", C, 3))
    sent(lake, C, PERIOD, ("OUT", B, 4), ("IN", B, 4))
    found = judged(lake, as_of=LONG_AFTER).violations.set_index("organization_code")
    assert found["cells"].to_dict() == {
        A: "transfers!D11=2",
        B: "transfers!C11:C13; AA-1 transfers!D11=2",
    }
    assert pd.isna(found.loc[B, "cell"])


def test_a_row_that_names_another_organization_is_asked_about_at_its_code(judged) -> None:
    """A list row whose code was exchanged: before, three organizations were asked, none at the code."""
    lake = Lake()
    sent(lake, A, PERIOD, ("IN", B, 4), ("OUT", B, 2))  # the two went to C
    sent(lake, B, PERIOD, ("OUT", A, 4))
    sent(lake, C, PERIOD, ("IN", A, 2))
    (found,) = judged(lake, as_of=LONG_AFTER).violations.to_dict("records")
    assert (found["organization_code"], found["sheet"], found["cell"]) == (A, "transfers", "C12")
    assert (found["cell_code"], found["observed"], found["expected"]) == ("transfers.COUNTERPART", B, C)
    assert found["cells"] == "transfers!C12; AA-3 transfers!D11=2"
    assert found["suggested"] == "transfers!C12: AA-2 → AA-3 - AA-3 ghi nhận đúng số này từ đơn vị"
    assert found["expected_vi"].startswith("AA-2 không ghi nhận, còn AA-3 ghi nhận 2 từ đơn vị")


def test_a_row_of_who_came_that_names_another_organization_is_asked_about_as_well(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("IN", B, 2))
    sent(lake, B, PERIOD)
    sent(lake, C, PERIOD, ("OUT", A, 2))
    for day in (AFTER_ALL, LONG_AFTER):  # what was given may still be under way: what was taken may not
        (found,) = judged(lake, as_of=day).violations.to_dict("records")
        assert (found["organization_code"], found["cell"], found["expected"]) == (A, "C11", C)
        assert found["expected_en"].startswith("AA-2 sent none and AA-3 sent you 2")


@pytest.mark.parametrize(
    ("of_a", "of_b", "of_c"),
    [
        ([("OUT", B, 2)], [], [("IN", A, 3)]),  # another number
        ([("OUT", B, 2)], [("IN", A, 1)], [("IN", A, 2)]),  # who is named says something of its own
        ([("OUT", B, 1), ("OUT", B, 1)], [], [("IN", A, 2)]),  # which of the rows
        ([("OUT", B, 2), ("OUT", C, 1)], [], [("IN", A, 2)]),  # who is meant is named as well
    ],
)
def test_where_a_code_does_not_explain_both_sides_all_are_asked(judged, of_a, of_b, of_c) -> None:
    lake = Lake()
    for own, records in ((A, of_a), (B, of_b), (C, of_c)):
        sent(lake, own, PERIOD, *records)
    found = judged(lake, as_of=LONG_AFTER).violations
    assert {A, B, C} == set(found["organization_code"])
    assert set(found["cell_code"]) == {"transfers.MEMBERS"}


def test_two_rows_that_could_mean_the_same_organization_are_not_chosen_between(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2), ("OUT", D, 2))
    sent(lake, B, PERIOD)
    sent(lake, D, PERIOD)
    sent(lake, C, PERIOD, ("IN", A, 2))
    assert set(judged(lake, as_of=LONG_AFTER).violations["cell_code"]) == {"transfers.MEMBERS"}


def test_a_code_of_who_has_sent_nothing_yet_is_not_doubted(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, C, PERIOD, ("IN", A, 2))
    assert set(judged(lake, as_of=LONG_AFTER).violations["cell_code"]) == {"transfers.MEMBERS"}


@pytest.mark.parametrize("difference", ["2", "-1", ""])
def test_a_sum_that_is_off_by_anything_else_is_no_witness(judged, difference: str) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, B, PERIOD, ("IN", A, 3))
    other = pd.DataFrame([{"rule_id": "R043_OUT", "file_hash": f"{A}-{PERIOD}", "difference": difference}])
    assert list(judged(lake, other).violations["organization_code"]) == [A, B]


def test_a_side_without_any_record_is_asked_for_its_sheet(judged) -> None:
    lake = Lake()
    sent(lake, A, BEFORE, ("IN", B, 1))
    sent(lake, B, BEFORE)
    found = judged(lake).violations.set_index("organization_code")
    assert found.loc[B, "sheet"] == "transfers"
    assert pd.isna(found.loc[B, "cell"])
    assert found.loc[B, "expected"] == "1"


def test_a_gift_waits_for_the_next_workbook_until_the_window_is_over(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, B, PERIOD)
    assert judged(lake).violations.empty
    assert list(judged(lake, as_of=LONG_AFTER).violations["organization_code"]) == [A, B]


def test_several_partners_are_several_questions(judged) -> None:
    lake = Lake()
    sent(lake, A, PERIOD, ("IN", B, 2), ("IN", C, 1))
    sent(lake, B, PERIOD, ("OUT", A, 2))
    sent(lake, C, PERIOD)
    found = judged(lake).violations
    assert list(found["organization_code"]) == [A, C]
    assert set(found["cells"]) == {"transfers!D12=1", "AA-1 transfers!D12=1"}


@pytest.mark.parametrize(
    ("own_days", "day", "asked"),
    [
        # 90 working days after 30 June 2022: Saturdays, Sundays and the two days of September do not count.
        (None, dt.date(2022, 11, 7), []),
        (None, dt.date(2022, 11, 8), [A, B]),
        # The committee's own limit, not the longest of all.
        ("10", dt.date(2022, 7, 14), []),
        ("10", dt.date(2022, 7, 15), [A, B]),
    ],
)
def test_the_window_is_counted_in_working_days(
    connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, own_days: str | None, day: dt.date, asked: list[str]
) -> None:
    own = [("transfer_match_working_days", COMMITTEE, own_days, "2000-01-01", None, "thử")] if own_days else []
    shared = shared_reference()["rule_parameters"]
    parameters = pd.concat([shared, pd.DataFrame(own, columns=shared.columns)], ignore_index=True)
    assert judged_on(connection, rules, register_of(A, B, rule_parameters=parameters), day) == asked


def test_a_window_into_a_year_without_holidays_is_not_over(
    connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue
) -> None:
    holidays = shared_reference()["holidays"]
    reference = register_of(A, B, holidays=holidays[~holidays["day"].str.startswith("2022")])
    assert judged_on(connection, rules, reference, LONG_AFTER) == []


def judged_on(
    connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, reference: Reference, day: dt.date
) -> list[str]:
    """Who is asked on ``day`` where A gave two members and B has not yet sent its next workbook."""
    lake = Lake()
    sent(lake, A, PERIOD, ("OUT", B, 2))
    sent(lake, B, PERIOD)
    connection.register("entries", lake.entries)
    connection.register("observations", lake.observations)
    versions = evaluation_context(lake.submissions, reference)
    verdicts = check_counterparts(connection, rules, reference, versions, pd.DataFrame(), day)
    return list(verdicts.violations["organization_code"])
