"""Pairs of codes: every record judged by the pairs allowed on the period's last day, told at its own cell."""

from __future__ import annotations

import dataclasses
from typing import Any

import duckdb
import pandas as pd
import pytest
from submitted_rows import PERIOD, Lake, Value, seed

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import Verdicts
from quality.engine.combination import check_combinations
from quality.engine.context import applicability, evaluation_context, workbook_kinds
from quality.wording import Wording

CASES = "discipline_cases"
Record = dict[str, Value]


def judged(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    records: list[Record],
    period: str = PERIOD,
) -> Verdicts:
    """Judge one workbook's discipline cases."""
    lake = Lake().add("f", {}, period=period)
    for number, record in enumerate(records, start=1):
        lake.record("f", CASES, number, record)
    connection.register("entries", lake.entries)
    versions = evaluation_context(lake.submissions, reference)
    holding = applicability(rules, workbook_kinds(versions), catalogue, reference)
    return check_combinations(connection, rules, catalogue, reference, versions, holding)


def case(subject: Value = "DV", form: Value = "KT", level: Value = "L_CB") -> Record:
    """A discipline case."""
    return {"SUBJECT": subject, "DISCIPLINE_FORM": form, "DISCIPLINE_LEVEL": level}


def with_pairs(reference: Reference, *rows: dict[str, Any]) -> Reference:
    """The register with these allowed pairs only."""
    pairs = seed("code_combinations", [{"combination": "discipline_subject_form", **row} for row in rows])
    return dataclasses.replace(reference, tables={**reference.tables, "code_combinations": pairs})


def test_every_record_is_told_at_its_own_cell(connection, catalogue, reference, rules) -> None:
    found = judged(connection, catalogue, reference, rules, [case("DVDB", "CACH"), case(), case("DVDB", "KTR")])
    told = found.violations[found.violations["rule_id"] == "R021"]
    assert told["cell"].to_list() == ["B11", "B13"]
    assert told["cells"].to_list() == [
        "discipline_cases!A11=DVDB; discipline_cases!B11=CACH",
        "discipline_cases!A13=DVDB; discipline_cases!B13=KTR",
    ]
    assert told["observed_vi"].to_list() == ["Cách chức", "Khai trừ"]
    assert set(told["expected"]) == {"KT, CC"}
    assert set(told["expected_vi"]) == {"Khiển trách, Cảnh cáo"}


@pytest.mark.parametrize(("language", "subject"), [("vi", "Tổ chức đảng"), ("en", "Party organization")])
def test_a_code_that_two_lists_call_differently_is_told_as_its_own_list_calls_it(
    connection, catalogue, reference, rules, language: str, subject: str
) -> None:
    """TCD is a party organization among the disciplined and a check of finance among the inspections."""
    found = judged(connection, catalogue, reference, rules, [case("TCD", "KTR")]).violations
    words = Wording.of(catalogue, reference).of_violations(found[found["rule_id"] == "R021"], rules)
    (told,) = words[f"cells_{language}"]
    assert told.startswith(f"discipline_cases!A11={subject}; discipline_cases!B11=")
    assert "TCD" not in told
    assert "KTR" not in told


def test_four_thousand_one_hundred_records_are_four_thousand_one_hundred_violations(
    connection, catalogue, reference, rules
) -> None:
    found = judged(connection, catalogue, reference, rules, [case("TCD", "KTR")] * 4_100)
    told = found.violations[found.violations["rule_id"] == "R021"]
    assert told["cell"].nunique() == 4_100
    assert found.outcomes.set_index("rule_id").at["R021", "failed"] == 4_100


def test_a_pair_holds_from_its_first_to_its_last_day(connection, catalogue, reference, rules) -> None:
    pairs = [
        {"left_code": "DV", "right_code": "KT", "valid_from": "2000-01-01", "valid_to": "2021-12-31"},
        {"left_code": "DV", "right_code": "CC", "valid_from": "2022-06-30", "valid_to": "2022-06-30"},
    ]
    register = with_pairs(reference, *pairs)
    outcomes = {}
    for period in ("2021H2", "2022H1", "2022H2"):
        found = judged(connection, catalogue, register, rules, [case("DV", "KT"), case("DV", "CC")], period)
        counts = found.outcomes.set_index("rule_id").loc["R021", ["passed", "failed", "not_assessable"]]
        wrong = found.violations[found.violations["rule_id"] == "R021"]["observed"].to_list()
        outcomes[period] = (counts.to_list(), wrong)
    assert outcomes["2021H2"] == ([1, 1, 0], ["CC"])
    assert outcomes["2022H1"] == ([1, 1, 0], ["KT"])
    assert outcomes["2022H2"] == ([0, 0, 2], []), "what is not known is not forbidden"


def test_only_and_other_than_share_the_codes_between_two_rules(connection, catalogue, reference, rules) -> None:
    records = [case(level="L_CB", form="KTR"), case(level="L_UBKTCS", form="KTR")]
    found = judged(connection, catalogue, reference, rules, records)
    told = found.violations.set_index("rule_id")
    assert told.at["R023A", "cells"].startswith("discipline_cases!C11=L_CB")
    assert told.at["R023B", "cells"].startswith("discipline_cases!C12=L_UBKTCS")
    assert (told.at["R023A", "severity"], told.at["R023B", "severity"]) == ("hard", "soft")


def test_an_unreadable_or_empty_code_is_not_assessable(connection, catalogue, reference, rules) -> None:
    found = judged(
        connection, catalogue, reference, rules, [case("DVDB", "unreadable"), case("DVDB", None), case(None, "KTR")]
    )
    counts = found.outcomes.set_index("rule_id").loc["R021"]
    assert (counts["passed"], counts["failed"], counts["not_assessable"]) == (0, 0, 3)


def test_a_workbook_without_cases_is_nothing_to_judge(connection, catalogue, reference, rules) -> None:
    found = judged(connection, catalogue, reference, rules, [])
    assert found.violations.empty
    assert found.outcomes.empty


def test_no_workbook_is_nothing_to_judge(connection, catalogue, reference, rules) -> None:
    found = check_combinations(connection, rules, catalogue, reference, pd.DataFrame(), pd.DataFrame())
    assert found.violations.empty
