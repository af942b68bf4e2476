"""Whose a workbook is: each way of not knowing it is its own finding at its own cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_rows import COMMITTEE, Sheets, random_content, small_reference

from ingest.catalogue import Catalogue
from ingest.reading.cover import read_cover
from ingest.receive.identify import cover_labels
from ingest.receive.judge import Judge
from ingest.reference import SEED_COLUMNS, Reference
from ingest.rosters import code_key


@pytest.fixture
def sheets(catalogue: Catalogue, reference: Reference, tmp_path: Path) -> Sheets:
    """A workbook of AA-1 for 2022H1 as the template writes it."""
    return Sheets.of(random_content(3, catalogue, reference), catalogue, reference, tmp_path)


LINES = {
    "organization": "Mã tổ chức đảng",
    "period": "Kỳ báo cáo",
    "form_set": "Phiên bản bộ biểu",
    "number": "Lần gửi",
}


def answer(sheets: Sheets, line: str, value: Any) -> None:
    """Write an answer on the cover; None empties it."""
    row, _ = sheets.find("Bìa", LINES[line])
    if value is None:
        del sheets.cells["Bìa"][row, 3]
    else:
        sheets.cells["Bìa"][row, 3] = value


def hide(sheets: Sheets, name: str, value: str) -> None:
    """Change what the template wrote into the hidden sheet."""
    row, _ = sheets.find("_khoi", name)
    sheets.cells["_khoi"][row, 2] = value


def judged(sheets: Sheets, catalogue: Catalogue, reference: Reference) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """The submission and its findings (name, cell, observed, expected)."""
    frame = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text", "number_format", "shown", "marks"]]
    cover = read_cover(frame.itertuples(index=False, name=None), cover_labels(catalogue, reference))
    submission: dict[str, Any] = {}
    found = Judge(catalogue, reference, Path()).identify(cover, submission)
    return submission, [(row["name"], row.get("cell"), row.get("observed"), row.get("expected")) for row in found]


def test_the_template_is_identified_without_a_finding(sheets, catalogue, reference) -> None:
    submission, found = judged(sheets, catalogue, reference)
    assert found == []
    subject = ("read_state", "committee_code", "organization_code", "period_code", "submission_no")
    assert [submission[key] for key in subject] == ["identified", COMMITTEE, "AA-1", "2022H1", 1]


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"organization": "QQ-77"}, ("unknown_organization", "C8", "QQ-77", None)),
        ({"organization": "AA-9"}, ("not_on_roster", "C8", "AA-9", "2022H1")),
        ({"organization": "AA-2"}, ("cover_disagrees", "C8", "AA-2", "AA-1")),
        ({"organization": None}, ("no_cover", None, None, None)),
        ({"period": "quý 3"}, ("unknown_period", "C10", "quý 3", "2022H1")),
        ({"period": "2019H1"}, ("period_not_open", "C10", "2019H1", "2022H1")),
        ({"period": "2022H2"}, ("cover_disagrees", "C10", "2022H2", "2022H1")),
        ({"period": None}, ("no_cover", None, None, None)),
        ({"form_set": "1999-01-01"}, ("wrong_form_set", "C11", "1999-01-01", "2021-12-13")),
        ({"organization": "QQ-77", "period": "quý 3"}, ("unknown_period", "C10", "quý 3", "2022H1")),
    ],
)
def test_what_stands_against_a_workbook_is_one_finding_at_its_cell(
    sheets: Sheets, catalogue: Catalogue, reference: Reference, changes: dict[str, Any], finding: tuple[Any, ...]
) -> None:
    for line, value in changes.items():
        answer(sheets, line, value)
    submission, found = judged(sheets, catalogue, reference)
    assert found == [finding]
    assert submission["read_state"] == "unidentified"


def test_an_edited_hidden_identity_is_told_on_the_cover(sheets, catalogue, reference) -> None:
    hide(sheets, "form_set", "2012-05-17")
    submission, found = judged(sheets, catalogue, reference)
    assert found == [("cover_disagrees", "C11", "2021-12-13", "2012-05-17")]
    assert submission["read_state"] == "unidentified"


@pytest.mark.parametrize(
    ("hidden_organization", "finding"),
    [
        pytest.param("AA-1", ("cover_disagrees", "C10", "2022H2", "2022H1"), id="its own form of an earlier period"),
        pytest.param("AA-2", ("not_on_roster", "C8", "AA-1", "2022H2"), id="a neighbour's form"),
    ],
)
def test_a_wrong_period_is_told_at_the_period_although_the_organization_was_not_there_then(
    sheets: Sheets, catalogue: Catalogue, reference: Reference, hidden_organization: str, finding: tuple[Any, ...]
) -> None:
    organizations = reference["organizations"].copy()
    organizations.loc[organizations["organization_code"] == "AA-1", "valid_to"] = "2022-06-30"
    answer(sheets, "period", "2022H2")
    hide(sheets, "organization_code", hidden_organization)
    submission, found = judged(sheets, catalogue, small_reference(organizations=organizations))
    assert found == [finding]
    assert submission["read_state"] == "unidentified"


def test_a_form_that_does_not_say_what_it_was_issued_for_is_told_as_it_is(sheets, catalogue, reference) -> None:
    answer(sheets, "period", "2019H1")
    del sheets.cells["_khoi"]
    assert judged(sheets, catalogue, reference)[1] == [("period_not_open", "C10", "2019H1", None)]


def test_a_workbook_without_hidden_identity_is_believed(sheets, catalogue, reference) -> None:
    del sheets.cells["_khoi"]
    submission, found = judged(sheets, catalogue, reference)
    assert (submission["read_state"], found) == ("identified", [])
    assert submission["template_id"] is None


def test_without_a_cover_the_hidden_identity_says_whom_to_ask_and_no_more(sheets, catalogue, reference) -> None:
    del sheets.cells["Bìa"]
    submission, found = judged(sheets, catalogue, reference)
    assert [row[0] for row in found] == ["no_cover"]
    assert (submission["read_state"], submission["organization_code"]) == ("unidentified", "AA-1")


@pytest.mark.parametrize("typed", ["aa-1", "AA – 1", " AA‑1 ", "АА-1", "AA1"])
def test_a_code_typed_otherwise_is_understood_and_told(sheets, catalogue, reference, typed: str) -> None:
    answer(sheets, "organization", typed)
    submission, found = judged(sheets, catalogue, reference)
    assert submission["organization_code"] == "AA-1"
    assert [(row[0], row[3]) for row in found] == [("code_variant", "AA-1")]


@pytest.mark.parametrize("typed", ["H1/2022", "h1-2022", "6 tháng đầu năm 2022", "first half of 2022"])
def test_a_period_typed_otherwise_is_understood_and_told(sheets, catalogue, reference, typed: str) -> None:
    answer(sheets, "period", typed)
    submission, found = judged(sheets, catalogue, reference)
    assert submission["period_code"] == "2022H1"
    assert [(row[0], row[3]) for row in found] == [("code_variant", "2022H1")]


def test_two_codes_that_look_alike_are_never_guessed_between(sheets, catalogue) -> None:
    rows = [
        [code, COMMITTEE, code, "DBCS", "S5", "KHONG", "2000-01-01", None, "thử"]
        for code in ("AA-1", "AA-11", "AA-1-1")
    ]
    register = small_reference(organizations=pd.DataFrame(rows, columns=SEED_COLUMNS["organizations"], dtype=object))
    assert code_key("AA-11") == code_key("AA-1-1")
    answer(sheets, "organization", "aa11")
    assert [row[0] for row in judged(sheets, catalogue, register)[1]] == ["unknown_organization"]
    answer(sheets, "organization", "AA-11")
    assert judged(sheets, catalogue, register)[0]["organization_code"] == "AA-11"


@pytest.mark.parametrize(
    ("typed", "number"), [(2, 2), ("02", 2), ("lần hai", 2), ("lần này", 1), (0, 1), (5_000, 1), (1.5, 1)]
)
def test_a_submission_number_that_is_none_counts_as_the_first_and_is_told(
    sheets, catalogue, reference, typed: Any, number: int
) -> None:
    answer(sheets, "number", typed)
    submission, found = judged(sheets, catalogue, reference)
    assert submission["submission_no"] == number
    assert submission["read_state"] == "identified"
    told = [row[0] for row in found]
    assert told == ([] if typed in (2, "02", "lần hai") else ["submission_number"])


def test_a_workbook_of_two_committees_days_belongs_to_the_one_of_the_periods_last_day(sheets, catalogue) -> None:
    rows = [
        ["AA-1", "BB", "AA-1", "DBCS", "S5", "KHONG", "2000-01-01", "2022-06-29", "thử"],
        ["AA-1", COMMITTEE, "AA-1", "DBCS", "S5", "KHONG", "2022-06-30", None, "thử"],
    ]
    register = small_reference(organizations=pd.DataFrame(rows, columns=SEED_COLUMNS["organizations"], dtype=object))
    assert judged(sheets, catalogue, register)[0]["committee_code"] == COMMITTEE


def test_a_second_organization_in_the_workbook_is_unread_and_not_absent(sheets, catalogue, reference) -> None:
    """Its sheets were moved in beside the first one's: the first was accepted, the second was asked for its report."""
    sheets.cells["Bìa (2)"] = dict(sheets.cells["Bìa"])
    row, _ = sheets.find("Bìa (2)", LINES["organization"])
    sheets.cells["Bìa (2)"][row, 3] = "AA-2"
    frame = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text", "number_format", "shown", "marks"]]
    cover = read_cover(frame.itertuples(index=False, name=None), cover_labels(catalogue, reference))
    received = {"file_hash": "f", "file_name": "f.xlsx", "part_of": None, "layout": None}
    (first, _), (second, found) = Judge(catalogue, reference, Path()).claims(received, cover, None)
    assert (first["organization_code"], first["read_state"]) == ("AA-1", "identified")
    assert (second["organization_code"], second["period_code"], second["read_state"]) == (
        "AA-2",
        "2022H1",
        "unidentified",
    )
    assert (second["part_of"], second["file_hash"] != "f") == ("f", True)
    assert [(one["name"], one["sheet"], one["cell"]) for one in found] == [
        ("second_organization", "Bìa (2)", f"C{row}")
    ]


def test_a_copy_of_the_own_cover_is_no_second_organization(sheets, catalogue, reference) -> None:
    sheets.cells["Bìa (2)"] = dict(sheets.cells["Bìa"])
    frame = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text", "number_format", "shown", "marks"]]
    cover = read_cover(frame.itertuples(index=False, name=None), cover_labels(catalogue, reference))
    received = {"file_hash": "f", "file_name": "f.xlsx", "part_of": None, "layout": None}
    assert len(list(Judge(catalogue, reference, Path()).claims(received, cover, None))) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("AA-1_2022H1.xlsx", None),
        ("AA/2022H1/Báo cáo AA1 6 tháng đầu năm 2022 (bản sửa).xlsx", None),
        ("bao cao.xlsx", None),
        ("AA-2/bao cao.xlsx", None),  # a folder says who sent it, not whose it is
        ("AA-1 va AA-2.xlsx", None),
        ("AA-1 gửi ngày 15.1.2023.xlsx", None),
        ("AA-2_2022H1.xlsx", "AA-2"),  # a neighbour's workbook, filled anew: the cover was forgotten
        ("Re báo cáo.eml » aa 2.xlsx", "AA-2"),
        ("AA-1_2022H2.xlsx", "2022H2"),
        ("AA-2 6 tháng cuối năm 2022.xlsx", "AA-2, 2022H2"),
    ],
)
def test_a_file_named_otherwise_than_its_cover_says_is_asked_about(
    sheets, catalogue, reference, name: str, said: str | None
) -> None:
    frame = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text", "number_format", "shown", "marks"]]
    cover = read_cover(frame.itertuples(index=False, name=None), cover_labels(catalogue, reference))
    received = {"file_hash": "f", "file_name": name, "part_of": None, "layout": None}
    years = pd.DataFrame([[COMMITTEE, "2023", "2030-01-20", None]], columns=SEED_COLUMNS["reporting_periods"])
    asked = pd.concat([reference["reporting_periods"], years.astype(object)], ignore_index=True)
    register = small_reference(reporting_periods=asked)
    ((submission, found),) = Judge(catalogue, register, Path()).claims(received, cover, None)
    assert (submission["organization_code"], submission["read_state"]) == ("AA-1", "identified")
    told = [(one["name"], one["observed"], one["expected"]) for one in found]
    assert told == ([("name_disagrees", said, "AA-1 2022H1")] if said else [])
