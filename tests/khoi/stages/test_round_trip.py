"""A workbook there and back: checked, returned marked, answered by its sender, received, reviewed, remembered."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest
from built_once import Resettable
from khoi_deployment import Deployment
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingest import lake
from khoi import stages
from khoi.deployment.fingerprint import inputs_fingerprint
from khoi.deployment.home import Home
from khoi.exchange.answers import CannotDecide, decide, findings_in
from khoi.exchange.precheck import check_files
from khoi.warehouse.errors import WarehouseError
from quality.returned.words import answer_sheets, returned_words

pytestmark = pytest.mark.long

LIST = answer_sheets()[0]
CLOSE, BLANK = "C27", "C18"


def take_in(home: Home) -> None:
    """Everything from the inbox to the copies; dbt is not needed to see it."""
    stages.receive(home, settle_seconds=0)
    stages.normalise(home)
    stages.check(home)
    stages.return_copies(home)


def checked(home: Home, table: str) -> pd.DataFrame:
    schema = {"findings": lake.FINDINGS, "submission_states": lake.SUBMISSION_STATES, "answers": lake.ANSWERS}[table]
    return lake.read_tables(home.lake / "checked", schema, f"{table}.parquet")


def state_of(home: Home, file_name: str) -> str:
    submissions = lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS)
    states = submissions.merge(checked(home, "submission_states"), on="file_hash").set_index("file_name")["state"]
    return str(states[file_name])


def copies(home: Home) -> dict[str, tuple[int, bytes]]:
    """Every file in `returned/` with its time and bytes."""
    files = sorted(path for path in home.returned.rglob("*") if path.is_file())
    return {path.relative_to(home.returned).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def blank(path: Path, cell: str = BLANK) -> None:
    """Empty a cell of Biểu 1: a quality finding (the form asks for a 0)."""
    book = load_workbook(path)
    book["Biểu 1"][cell] = None
    book.save(path)


def answer(copy: Path, to: Path, answers: dict[str, tuple[str, str]], values: dict[str, int | None]) -> None:
    """What a clerk does: change cells of Biểu 1, choose an answer by rule severity word, save under a name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(copy)
    for cell, value in values.items():
        book["Biểu 1"][cell] = value
    sheet = book[LIST]
    heads = _heads(sheet)
    for row in range(heads["row"] + 1, sheet.max_row + 1):
        choice, text = answers.get(str(sheet.cell(row, heads["severity"]).value), ("", ""))
        sheet.cell(row, heads["answer"]).value = choice or None
        sheet.cell(row, heads["explanation"]).value = text or None
    book.save(to)


def _heads(sheet: Worksheet) -> dict[str, int]:
    fields = {column.heading: column.field for column in returned_words().columns}
    row = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == "finding_key")
    return {"row": row, **{fields[cell.value]: cell.column for cell in sheet[row] if cell.value in fields}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Resettable]:
    """One organization whose second period contradicts itself at CLOSE and has an empty cell."""
    place = tmp_path_factory.mktemp("round-trip")
    deployment = Deployment(place / "khoi")
    deployment.write("ZZ-001", "2021H1", 20, 2)
    blank(deployment.write("ZZ-001", "2021H2", 22, 1, CLOSE=32))
    take_in(deployment.home)
    return deployment.home, Resettable(deployment.home.root, place / "kept")


@pytest.fixture
def home(made: tuple[Home, Resettable]) -> Home:
    """The deployment as it was made."""
    home, whole = made
    whole.put_back()
    return home


COPY = "ZZ/2021H2/ZZ-001_2021H2_1.xlsx"


def test_the_copy_marks_what_is_wrong_beside_last_period(home: Home) -> None:
    assert set(copies(home)) == {COPY, "manifest.json"}
    book = load_workbook(home.returned / COPY)
    sheet = book[LIST]
    heads = _heads(sheet)
    lines = {
        (sheet.cell(row, heads["sheet"]).value, sheet.cell(row, heads["cell"]).value): row
        for row in range(heads["row"] + 1, sheet.max_row + 1)
    }
    row = lines["Biểu 1", CLOSE]
    told = {name: sheet.cell(row, heads[name]).value for name in ("severity", "observed", "expected", "previous")}
    assert told == {"severity": "Phải sửa", "observed": 32, "expected": 23, "previous": 22}
    assert sheet.cell(lines["Biểu 1", BLANK], heads["severity"]).value == "Cần xem"
    assert "Kỳ trước ghi: 22" in book["Biểu 1"][CLOSE].comment.text


def test_a_second_run_writes_nothing_and_a_lost_copy_is_written_again(home: Home) -> None:
    before = copies(home)
    report = stages.return_copies(home)
    assert (report.copies, report.written, report.removed) == (1, 0, 0)
    assert copies(home) == before
    (home.returned / COPY).unlink()
    assert stages.return_copies(home).written == 1
    assert {name: content for name, (_, content) in copies(home).items()} == {
        name: content for name, (_, content) in before.items()
    }


def test_fixed_is_closed_explained_is_answered_and_the_copy_goes(home: Home) -> None:
    """The answered copy bears the same submission number and one more sheet: neither counts against it."""
    answers = {"Phải sửa": ("Sửa", ""), "Cần xem": ("Giải trình", "kỳ này không phát sinh")}
    answer(home.returned / COPY, home.inbox / "tra loi.xlsx", answers, {CLOSE: 23})
    take_in(home)
    found = checked(home, "findings").query("file_name == 'tra loi.xlsx'")
    assert list(found["rule_id"]) == ["S007"]
    assert list(found["answer_state"]) == ["answered"]
    assert state_of(home, "tra loi.xlsx") == "accepted_with_warnings"
    assert set(findings_in(home, "closed")["rule_id"]) >= {"R001A", "R008"}
    answered = findings_in(home, "answered")
    assert list(answered[["rule_id", "explanation"]].itertuples(index=False, name=None)) == [
        ("S007", "kỳ này không phát sinh")
    ]
    assert set(copies(home)) == {"manifest.json"}


def test_a_validity_finding_is_not_explained_away(home: Home) -> None:
    answers = {"Phải sửa": ("Giải trình", "sổ ghi như vậy"), "Cần xem": ("Giải trình", "không phát sinh")}
    answer(home.returned / COPY, home.inbox / "tra loi.xlsx", answers, {})
    take_in(home)
    assert state_of(home, "tra loi.xlsx") == "returned"
    states = findings_in(home, "open")
    assert set(states["severity"]) == {"hard"}
    assert set(states["answer"]) == {"explain"}
    with pytest.raises(CannotDecide, match="phải sửa"):
        decide(home, str(states["finding_key"].iloc[0]), "accept", by="Ban Tổ chức", until="2021H2")
    sheet = load_workbook(home.returned / COPY)[LIST]
    heads = _heads(sheet)
    kept = {sheet.cell(row, heads["explanation"]).value for row in range(heads["row"] + 1, sheet.max_row + 1)}
    assert kept == {"sổ ghi như vậy", "không phát sinh"}


def test_an_accepted_explanation_is_remembered_until_it_expires(deployment: Deployment) -> None:
    """The same cell stays empty in two periods; the reviewer's decision of the first covers the second, or not."""
    home = deployment.home
    blank(deployment.write("ZZ-001", "2021H1", 20, 2))
    blank(deployment.write("ZZ-001", "2021H2", 22, 1))
    take_in(home)
    assert len(findings_in(home, "open")) == 2
    key = str(findings_in(home, "open")["finding_key"].iloc[0])
    before = inputs_fingerprint(home)
    decide(home, key, "accept", by="Ban Tổ chức", until="2021H1", period="2021H1")
    assert inputs_fingerprint(home) != before
    take_in(home)
    assert list(findings_in(home, "open")["period_code"]) == ["2021H2"]
    assert state_of(home, "ZZ-001_2021H1_1.xlsx") == "accepted"
    decide(home, key, "accept", by="Ban Tổ chức", until="2021H2", period="2021H1")
    take_in(home)
    assert list(findings_in(home, "accepted")["period_code"]) == ["2021H2", "2021H1"]
    assert state_of(home, "ZZ-001_2021H2_1.xlsx") == "accepted"
    assert set(copies(home)) == {"manifest.json"}
    decide(home, key, "withdraw", by="Ban Tổ chức", period="2021H1")
    take_in(home)
    assert len(findings_in(home, "open")) == 2


@pytest.mark.parametrize("until", ["2021H1", "1999H1"])
def test_an_acceptance_ends_at_a_period_that_is_to_come(home: Home, until: str) -> None:
    soft = findings_in(home, "open").query("severity == 'soft'")["finding_key"].iloc[0]
    with pytest.raises((CannotDecide, WarehouseError), match=until):
        decide(home, str(soft), "accept", by="Ban Tổ chức", until=until)
    assert not home.decisions.exists()


def test_a_sender_can_have_the_copy_before_sending(home: Home, tmp_path: Path) -> None:
    result = check_files(home, sorted(home.inbox.glob("*2021H2*")), tmp_path / "tra-lai")
    (written,) = result.written
    assert written.name == "ZZ-001_2021H2_1_tra-lai.xlsx"
    assert "Kỳ trước ghi: 22" in load_workbook(written)["Biểu 1"][CLOSE].comment.text
    assert check_files(home, sorted(home.inbox.glob("*2021H1*")), tmp_path / "nothing").written == ()


def test_a_workbook_without_one_of_its_sheets_is_checked_and_returned(deployment: Deployment) -> None:
    """Its figures stand nowhere; the search for the wrong cell once fell over them."""
    home = deployment.home
    path = deployment.write("ZZ-001", "2021H1", 20, 2, CLOSE=32)
    book = load_workbook(path)
    del book["Cơ cấu"]
    book.save(path)
    take_in(home)
    assert {"sheet_missing", "R001A"} <= set(findings_in(home, "open")["rule_id"])
    assert "ZZ/2021H1/ZZ-001_2021H1_1.xlsx" in copies(home)
