"""The outlier tests in the check stage: a soft question at the figure's cell, with history, silenced once explained."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from submitted_rows import Lake, findings_frame, nothing_in, register_of, what_goes_with

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.engine import offline_connection
from quality.engine.context import evaluation_context
from quality.engine.outliers import check_outliers
from quality.submissions.decisions import Decision, append_decision

PERIODS = ("2021H1", "2021H2", "2022H1", "2022H2")
ORGANIZATIONS = tuple(f"AA-{number:02d}" for number in range(30))
ADMITTED = "membership_change.IN_ADMIT"
FEMALE = "membership_structure.FEMALE"
CELLS = {"membership_change.CLOSE": 100, "membership_change.INC": 2, "membership_change.DEC": 2}
AFTER_ALL = dt.date(2023, 1, 2)


def file_of(organization: str, period: str) -> str:
    return f"{organization}/{period}"


def lake_of(changes: dict[tuple[str, str, str], int], periods: tuple[str, ...] = PERIODS) -> Lake:
    """Thirty organizations of 100 members that admit two or three a period; ``changes``: organization, period, cell."""
    lake = Lake()
    for position, period in enumerate(periods):
        for number, organization in enumerate(ORGANIZATIONS):
            cells = {**CELLS, ADMITTED: 2 + (number + position) % 2, FEMALE: 38 + number % 5}
            changed = {
                cell: value for (who, when, cell), value in changes.items() if (who, when) == (organization, period)
            }
            lake.add(file_of(organization, period), {**cells, **changed}, organization, period)
    return lake


@pytest.fixture(scope="module")
def register() -> Reference:
    return register_of(*ORGANIZATIONS, periods=PERIODS)


def asked(lake: Lake, register: Reference, rules: RuleCatalogue) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(violations, outcomes) of the outlier tests alone."""
    with offline_connection() as connection:
        connection.register("observations", lake.observations)
        connection.execute(
            "CREATE TABLE register_observations (organization_code VARCHAR, period_code VARCHAR, "
            "cell_code VARCHAR, value DOUBLE)"
        )
        told = check_outliers(connection, evaluation_context(lake.submissions, register), rules)
    return told.violations, told.outcomes


def test_clean_figures_raise_no_question(register: Reference, rules: RuleCatalogue) -> None:
    violations, outcomes = asked(lake_of({}), register, rules)
    assert violations.empty
    # Two periods have two before them; in each every one of thirty versions passed every test.
    assert set(outcomes["period_code"]) == {"2022H1", "2022H2"}
    assert set(outcomes["passed"]) == {30}
    assert outcomes["failed"].sum() == 0


def test_a_tenfold_count_is_asked_about_at_its_cell(register: Reference, rules: RuleCatalogue) -> None:
    violations, outcomes = asked(lake_of({("AA-07", "2022H2", ADMITTED): 30}), register, rules)
    row = violations[violations["rule_id"] == "O001"].iloc[0]
    assert (row["file_hash"], row["cell_code"], row["severity"]) == (file_of("AA-07", "2022H2"), ADMITTED, "soft")
    assert row["observed"] == "30"
    assert row["expected_vi"].startswith("từ 0 đến ")
    assert row["cells"] == "membership_change!" + row["cell"]
    counted = outcomes[(outcomes["rule_id"] == "O001") & (outcomes["period_code"] == "2022H2")]
    assert counted[["passed", "failed"]].values.tolist() == [[29, 1]]


def test_without_enough_periods_before_nothing_is_asked(register: Reference, rules: RuleCatalogue) -> None:
    lake = lake_of({("AA-07", "2021H2", ADMITTED): 300}, PERIODS[:2])
    violations, outcomes = asked(lake, register, rules)
    assert violations.empty
    assert outcomes.empty


def test_a_stock_cannot_move_further_than_what_came_and_went(register: Reference, rules: RuleCatalogue) -> None:
    violations, _ = asked(lake_of({("AA-03", "2022H2", FEMALE): 52}), register, rules)
    row = violations[violations["rule_id"] == "O002"].iloc[0]
    assert (row["organization_code"], row["expected_en"]) == ("AA-03", "39 to 43")


def test_a_stock_that_nothing_moved_is_one_number_and_no_range(register: Reference, rules: RuleCatalogue) -> None:
    """It was told that it should be from 6 to 6."""
    still = {("AA-03", "2022H2", f"membership_change.{cell}"): 0 for cell in ("INC", "DEC")}
    violations, _ = asked(lake_of({**still, ("AA-03", "2022H2", FEMALE): 52}), register, rules)
    row = violations[violations["rule_id"] == "O002"].iloc[0]
    assert (row["expected_vi"], row["expected_en"]) == ("41", "41")


def test_a_share_unlike_that_of_peers_is_display_divisor_per_cent(register: Reference, rules: RuleCatalogue) -> None:
    violations, _ = asked(lake_of({("AA-03", "2022H2", FEMALE): 95}), register, rules)
    row = violations[violations["rule_id"] == "O003"].iloc[0]
    assert row["observed_vi"] == "95 %"
    assert row["observed"] == "95"
    assert row["expected_vi"].endswith(" %")


def test_last_periods_return_sent_again_is_a_question_to_the_whole_file(
    register: Reference, rules: RuleCatalogue
) -> None:
    forms = [f"inspection.U_TASKS.{column}" for column in ("ORGANIZATIONS", "MEMBERS")]
    forms += [f"membership_change.{item}" for item in ("OUT_TR_EXT", "OUT_TR_INT", "OUT_DEATH", "IN_TR_EXT")]
    forms += [f"member_status.{item}" for item in ("RECOGNIZED", "CARDS")]
    forms += [f"discipline_summary.FORM_{form}" for form in ("KT", "CC", "CACH", "KTR")]
    values = {cell: 3 + index for index, cell in enumerate(forms)}
    copied = {("AA-05", period, cell): value for period in PERIODS[2:] for cell, value in values.items()}
    violations, _ = asked(lake_of(copied), register, rules)
    row = violations[violations["rule_id"] == "O004"].iloc[0]
    assert (row["organization_code"], row["period_code"]) == ("AA-05", "2022H2")
    assert pd.isna(row["cell"])
    assert row["observed_vi"].split(" trong ")[0] in ("12", "13")


def test_a_figure_ten_times_the_one_before_is_asked_about_with_both(register: Reference, rules: RuleCatalogue) -> None:
    staff = "campaigns.STAFF"
    said = {(who, when, staff): 144 for who in ORGANIZATIONS[:2] for when in PERIODS}
    violations, outcomes = asked(lake_of(said | {("AA-01", "2022H2", staff): 1440}), register, rules)
    (row,) = violations[violations["rule_id"] == "O008"].itertuples()
    assert (row.file_hash, row.cell_code, row.severity) == (file_of("AA-01", "2022H2"), staff, "soft")
    assert (row.observed_vi, row.expected_vi, row.expected) == ("1.440", "144", "144")
    assert outcomes.loc[outcomes["rule_id"] == "O008", "failed"].sum() == 1


def test_a_sheet_of_last_period_is_asked_about_where_it_begins(register: Reference, rules: RuleCatalogue) -> None:
    held = {f"study.SESSIONS.{topic}": 3 + n for n, topic in enumerate(("NGHI_QUYET", "HN_TW4", "CHUYEN_DE"))}
    held["study.TURNS.NGHI_QUYET"] = 95
    lake = lake_of({})
    for organization, grown in (("AA-03", 0), ("AA-04", 1)):
        for period, more in (("2022H1", 0), ("2022H2", grown)):
            cells = {code: value + more for code, value in held.items()}
            lake.add(f"study/{organization}/{period}", {**CELLS, **cells}, organization, period)
    violations, outcomes = asked(lake, register, rules)
    (row,) = violations[violations["rule_id"] == "O007"].itertuples()
    assert (row.organization_code, row.period_code, row.severity) == ("AA-03", "2022H2", "soft")
    assert (row.observed, row.expected, row.cells) == ("4/4", row.sheet, f"{row.sheet}!{row.cell}")
    assert outcomes.loc[outcomes["rule_id"] == "O007", "failed"].sum() == 1


def whole_lake(catalogue: Catalogue, register: Reference, admitted: int) -> Lake:
    """The same organizations with every cell of every form, so that no rule fails; AA-07 admits ``admitted``."""
    lake = Lake()
    zeros = nothing_in(catalogue, register["codes"])
    for position, period in enumerate(PERIODS):
        for number, organization in enumerate(ORGANIZATIONS):
            came = admitted if (organization, period) == ("AA-07", PERIODS[-1]) else 2 + (number + position) % 2
            flows = {"OPEN": 100, "CLOSE": 100, "PRESENT": 100}
            flows |= {"INC": came, "IN_ADMIT": came, "DEC": came, "OUT_DEATH": came}
            stocks = {"member_status.OFFICIAL": 100, "membership_structure.TOTAL": 100}
            moved = {f"membership_change.{item}": value for item, value in flows.items()}
            cells = {**zeros, **stocks, **moved, **what_goes_with(100)}
            lake.add(file_of(organization, period), cells, organization, period)
    return lake


def test_a_question_is_a_soft_finding_that_an_accepted_explanation_silences(
    catalogue: Catalogue, register: Reference, rules: RuleCatalogue, tmp_path: Path
) -> None:
    lake = whole_lake(catalogue, register, 30)

    def questions(decisions: Path | None) -> pd.DataFrame:
        frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
        found = check_tables(*frames, catalogue, register, rules, as_of=AFTER_ALL, decisions=decisions).findings
        return found[(found["rule_id"] == "O001") & (found["cell_code"] == ADMITTED)]

    question = questions(None).iloc[0]
    assert (question["severity"], question["outcome"], question["engine"]) == ("soft", "fail", "outlier")
    assert "kết nạp: ghi 30; theo các kỳ trước" in question["message_vi"]
    path = tmp_path / "decisions.csv"
    role, key = "ban tổ chức", str(question["finding_key"])
    decision = Decision("2023-01-02", "accept", key, "O001", "AA", "AA-07", "2022H2", "2022H2", "30", role)
    append_decision(path, decision)
    assert questions(path)["outcome"].tolist() == ["explained"]
    append_decision(path, replace(decision, observed="31"))
    assert questions(path)["outcome"].tolist() == ["fail"]


def test_the_order_of_rows_changes_nothing(register: Reference, rules: RuleCatalogue) -> None:
    lake = lake_of({("AA-07", "2022H2", ADMITTED): 30, ("AA-03", "2022H2", FEMALE): 95})
    with offline_connection() as connection:
        connection.register("observations", lake.observations.sample(frac=1, random_state=5))
        connection.execute(
            "CREATE TABLE register_observations (organization_code VARCHAR, period_code VARCHAR, "
            "cell_code VARCHAR, value DOUBLE)"
        )
        context = evaluation_context(lake.submissions.sample(frac=1, random_state=6), register)
        shuffled = check_outliers(connection, context, rules).violations
    pd.testing.assert_frame_equal(asked(lake, register, rules)[0], shuffled)
