"""Answers read back and findings followed from version to version, built from rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from shared_seeds import shared_reference

from ingest.addresses import a1_address
from ingest.lake import ANSWERS, CELLS, FINDINGS
from ingest.reference import Reference
from quality.findings import with_keys
from quality.returned.words import answer_sheets, returned_words
from quality.submissions.answers import finding_history, read_answers, with_states
from quality.submissions.decisions import (
    COLUMNS,
    MOVE_PARAMETER,
    DecisionsError,
    load_decisions,
    with_explained,
)

SUBJECT = {"committee_code": "ZZ", "organization_code": "ZZ-001", "period_code": "2021H1"}
KEY = "abcdefghijklmnop"


def versions(*hashes: str) -> pd.DataFrame:
    """Versions of one organization and period, in this order of arrival."""
    rows = [
        {**SUBJECT, "file_hash": one, "submission_no": 1, "received_at": pd.Timestamp(2021, 7, day, tz="UTC")}
        for day, one in enumerate(hashes, start=1)
    ]
    return pd.DataFrame(rows)


def flags(*rows: dict[str, Any]) -> pd.DataFrame:
    """Findings in the schema of the lake; soft and failing unless said otherwise."""
    usual = {**SUBJECT, "finding_key": KEY, "rule_id": "R023B", "severity": "soft", "outcome": "fail", "observed": "5"}
    told = [{**usual, "finding_id": str(number), **row} for number, row in enumerate(rows)]
    return pd.DataFrame(told, columns=FINDINGS.names).astype(object)


def said(*rows: tuple[str, str | None]) -> pd.DataFrame:
    """Answers to KEY by file."""
    told = [{**SUBJECT, "file_hash": one, "finding_key": KEY, "answer": answer} for one, answer in rows]
    return pd.DataFrame(told, columns=ANSWERS.names).astype(object)


def states(files: pd.DataFrame, findings: pd.DataFrame, answers: pd.DataFrame) -> list[str]:
    return list(finding_history(files, findings, answers)["state"])


def test_what_no_longer_stands_is_closed_and_may_open_again() -> None:
    found = flags({"file_hash": "a"}, {"file_hash": "c"})
    assert states(versions("a", "b", "c"), found, said()) == ["open", "closed", "open"]


@pytest.mark.parametrize(
    ("severity", "answer", "state"),
    [
        ("soft", "explain", "answered"),
        ("soft", "dispute", "answered"),
        ("soft", "fix", "open"),
        ("soft", None, "open"),
        ("hard", "explain", "open"),
        ("hard", "dispute", "answered"),
    ],
)
def test_a_quality_finding_may_be_explained_a_validity_finding_may_not(
    severity: str, answer: str | None, state: str
) -> None:
    found = flags({"file_hash": "a", "severity": severity}, {"file_hash": "b", "severity": severity})
    assert states(versions("a", "b"), found, said(("b", answer))) == ["open", state]


def test_an_answer_holds_for_the_value_it_was_given_to() -> None:
    found = flags(*({"file_hash": one, "observed": seen} for one, seen in zip("abcd", "5567", strict=True)))
    answered = said(("b", "explain"), ("d", "explain"))
    assert states(versions(*"abcd"), found, answered) == ["open", "answered", "open", "answered"]


def test_the_last_answer_counts() -> None:
    found = flags({"file_hash": "a"}, {"file_hash": "b"}, {"file_hash": "c"})
    assert states(versions("a", "b", "c"), found, said(("b", "explain"), ("c", "fix"))) == ["open", "answered", "open"]


def test_only_the_latest_version_is_the_latest() -> None:
    history = finding_history(versions("a", "b"), flags({"file_hash": "a"}), said())
    assert list(zip(history["version_no"], history["is_latest"], strict=True)) == [(1, False), (2, True)]


def test_an_accepted_explanation_is_accepted_and_what_asks_nothing_has_no_state() -> None:
    found = flags(
        {"file_hash": "a", "outcome": "explained"}, {"file_hash": "a", "severity": "info", "finding_key": "x"}
    )
    told = with_states(found, finding_history(versions("a"), found, said()))
    assert [None if pd.isna(state) else state for state in told["answer_state"]] == ["accepted", None]


def test_what_concerns_no_file_is_open() -> None:
    absent = flags({"file_hash": None, "rule_id": "R034", "severity": "hard"})
    assert list(with_states(absent, finding_history(versions("a"), absent, said()))["answer_state"]) == ["open"]


def list_sheet(
    file_hash: str, lines: list[dict[str, str]], *, shift: int = 0, sheet: str | None = None
) -> pd.DataFrame:
    """The cells of a list sheet as they come back; ``shift`` columns were put in front of it."""
    columns = returned_words().columns
    table = [{column.field: column.heading for column in columns}, *lines]
    rows = [
        (
            file_hash,
            sheet or answer_sheets()[0],
            row_no,
            number + shift,
            a1_address(row_no, number + shift),
            "text",
            text,
        )
        for row_no, line in enumerate(table, start=4)
        for number, column in enumerate(columns, start=1)
        if (text := line.get(column.field))
    ]
    return pd.DataFrame([(*row, None, None, None) for row in rows], columns=CELLS.names)


def received(*hashes: str) -> pd.DataFrame:
    return pd.DataFrame([{**SUBJECT, "file_hash": one, "read_state": "identified"} for one in hashes])


@pytest.mark.parametrize(
    ("choice", "text", "answer", "explanation"),
    [
        ("Giải trình", "đúng theo sổ", "explain", "đúng theo sổ"),
        ("  không đồng ý ", None, "dispute", None),
        ("Đã sửa", None, "fix", None),
        (None, "đúng theo sổ", "explain", "đúng theo sổ"),
        ("đúng rồi", None, "explain", "đúng rồi"),
        (None, None, None, None),
    ],
)
def test_answers_are_read_as_they_are_meant(
    choice: str | None, text: str | None, answer: str | None, explanation: str | None
) -> None:
    line = {"finding_key": KEY, "finding_id": "f1", "answer": choice or "", "explanation": text or ""}
    told = read_answers(list_sheet("a", [line]), received("a")).iloc[0]
    assert (told["finding_key"], told["finding_id"], told["period_code"]) == (KEY, "f1", "2021H1")
    assert (told["answer"], told["explanation"]) == (answer, explanation)


def test_a_column_put_in_front_and_rows_put_between_do_not_disturb() -> None:
    lines = [{"finding_key": KEY, "answer": "Sửa"}, {}, {"explanation": "dòng trống mã"}, {"finding_key": "b" * 16}]
    told = read_answers(list_sheet("a", lines, shift=2), received("a"))
    assert list(zip(told["finding_key"], told["answer"], strict=True)) == [(KEY, "fix"), ("b" * 16, None)]


def test_other_sheets_and_unidentified_files_answer_nothing() -> None:
    line = {"finding_key": KEY, "answer": "Sửa"}
    assert read_answers(list_sheet("a", [line], sheet="Biểu 1"), received("a")).empty
    assert read_answers(list_sheet("a", [line]), received("b")).empty
    assert read_answers(CELLS.empty_table().to_pandas(), received("a")).empty


def test_a_key_is_the_same_wherever_the_line_of_a_figure_moves() -> None:
    """The same figure in another row, version and period; but not another figure, rule or organization."""
    code = "membership_change.CLOSE"
    rows = [
        {"file_hash": "a", "cell_code": code, "sheet": "Biểu 1", "cell": "C27"},
        {"file_hash": "b", "cell_code": code, "sheet": "Biểu 1", "cell": "C28", "period_code": "2021H2"},
        {"file_hash": "b", "cell_code": "discipline_cases.LEVEL", "sheet": "DS", "cell": "D8"},
        {"file_hash": "b", "cell_code": "discipline_cases.LEVEL", "sheet": "DS", "cell": "D9"},
        {"file_hash": "b", "cell_code": code, "organization_code": "ZZ-002"},
        {"file_hash": "b", "cell_code": code, "rule_id": "R1"},
    ]
    keys = list(with_keys(flags(*rows), {code})["finding_key"])
    assert keys[0] == keys[1]
    assert len(set(keys)) == len(keys) - 1
    assert all(key.isalpha() for key in keys)


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The project's seeds."""
    return shared_reference()


def decisions(**changed: str) -> pd.DataFrame:
    """An explanation of observed 100, accepted in 2021H1 until 2022H1."""
    usual = {
        "finding_key": KEY,
        "verdict": "accept",
        "period_code": "2021H1",
        "until_period": "2022H1",
        "observed": "100",
    }
    return pd.DataFrame([{**usual, **changed}], columns=COLUMNS).astype(object)


@pytest.mark.parametrize(
    ("period", "observed", "outcome"),
    [
        ("2021H1", "100", "explained"),
        ("2021H1", "101", "fail"),  # another version of the same period: another figure
        ("2021H2", "109", "explained"),
        ("2021H2", "111", "fail"),  # moved away from what was explained
        ("2022H1", "100", "explained"),
        ("2022H2", "100", "fail"),  # expired
        ("2020H2", "100", "fail"),  # before
    ],
)
def test_an_accepted_explanation_silences_until_it_expires_or_is_no_longer_true(
    reference: Reference, period: str, observed: str, outcome: str
) -> None:
    found = flags({"file_hash": "a", "period_code": period, "observed": observed})
    assert list(with_explained(found, decisions(), reference)["outcome"]) == [outcome]


@pytest.mark.parametrize(
    ("committee", "period", "outcome"),
    [
        ("ZZ", "2021H2", "explained"),  # its own 30 % hold, whatever row stands last
        ("ZZ", "2022H1", "fail"),  # ended by then: what all committees have
        ("YY", "2021H2", "fail"),
        ("XX", "2021H2", "fail"),  # another committee's 50 % are not its own
        ("WW", "2021H2", "explained"),
    ],
)
def test_an_explained_value_may_move_as_far_as_its_committee_says_on_the_day(
    reference: Reference, committee: str, period: str, outcome: str
) -> None:
    rows = [
        ("ZZ", "30", "2000-01-01", "2021-12-31"),
        (None, "10", "2000-01-01", None),
        ("WW", "50", "2000-01-01", None),
    ]
    rows.append(("YY", "0", "2000-01-01", None))
    told = pd.DataFrame(rows, columns=["committee_code", "value", "valid_from", "valid_to"], dtype=object)
    parameters = told.assign(parameter=MOVE_PARAMETER)
    register = replace(reference, tables={**reference.tables, "rule_parameters": parameters})
    found = flags({"file_hash": "a", "committee_code": committee, "period_code": period, "observed": "125"})
    assert list(with_explained(found, decisions(), register)["outcome"]) == [outcome]


def test_nothing_accepts_a_hard_finding_or_another_key(reference: Reference) -> None:
    usual = {"file_hash": "a", "observed": "100"}
    found = flags(
        {**usual, "severity": "hard"}, {**usual, "finding_key": "other"}, {**usual, "outcome": "not_assessable"}
    )
    assert list(with_explained(found, decisions(), reference)["outcome"]) == ["fail", "fail", "not_assessable"]


def test_a_withdrawn_acceptance_silences_nothing(reference: Reference) -> None:
    register = pd.concat([decisions(), decisions(verdict="withdraw")], ignore_index=True)
    found = flags({"file_hash": "a", "observed": "100"})
    assert list(with_explained(found, register, reference)["outcome"]) == ["fail"]


def test_a_register_with_other_columns_is_told(tmp_path: Any) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DecisionsError, match=r"decisions\.csv, dòng / line 1: .*the header must be decided_on,"):
        load_decisions(path)
