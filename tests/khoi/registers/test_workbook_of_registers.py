"""The registers as one workbook and back: nothing changes on the way, nothing is stored while something is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from register_folder import change, read_rows_of, write_registers

from ingest.reference import RegisterMistakes, load_reference
from khoi.deployment.home import Home
from khoi.registers.read_back import WorkbookUnreadable
from khoi.registers.store import HISTORY, as_csv, edit_registers, store_workbook

pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path: Path) -> Home:
    write_registers(tmp_path / "home" / "config" / "seeds")
    return Home(tmp_path / "home")


@pytest.fixture
def book(home: Home, tmp_path: Path) -> Path:
    return edit_registers(home, tmp_path / "so-dang-ky.xlsx")[0]


def edited(book: Path, how: Callable[[openpyxl.Workbook], None]) -> Path:
    workbook = openpyxl.load_workbook(book)
    how(workbook)
    workbook.save(book)
    return book


def stored(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.seeds.iterdir()}


def test_what_is_written_is_read_back_the_same(home: Home, book: Path) -> None:
    before = stored(home)
    assert store_workbook(home, book) == []
    assert stored(home) == before, "a register in which nothing changed keeps its bytes"


def test_a_sheet_has_headings_days_drop_downs_and_locked_keys(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["Tổ chức"]
    assert [sheet.cell(3, 1).value, sheet.cell(4, 1).value] == ["Mã tổ chức", "organization_code"]
    assert sheet["G5"].value == dt.datetime(2010, 1, 1)
    assert sheet["G5"].number_format == "dd/mm/yyyy"
    assert sheet["D5"].value.startswith("CBCS – ")
    assert (sheet["A5"].protection.locked, sheet["C5"].protection.locked) == (True, False)
    assert not sheet.column_dimensions["A"].protection.locked, "a new line's key is typed"
    assert sheet.protection.sheet
    validated = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert {"B5", "D5", "E5", "F5", "G5", "H5"} <= validated.keys()
    assert validated["B5"].errorStyle == "warning", "a committee may be new on its own sheet"


def test_lines_added_changed_and_taken_away_are_stored_and_the_old_state_kept(home: Home, book: Path) -> None:
    before = stored(home)

    def how(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["Tổ chức"]
        sheet.append(["AA-9", "AA", "Chi bộ mới", "Chi bộ", "S1", "không", dt.datetime(2022, 1, 1), None, "QĐ 9"])
        sheet["C5"] = "Chi bộ AA-1 (đổi tên)"
        workbook["Tham số"].delete_rows(6)

    changes = {one.register: one for one in store_workbook(home, edited(book, how))}
    assert changes["organizations"].added == ["AA-9 2022-01-01"]
    assert changes["organizations"].changed == ["AA-1 2010-01-01"]
    assert changes["rule_parameters"].removed == ["rating_cap_base 2000-01-01"]
    content = (home.seeds / "organizations.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbforganization_code,")
    assert "AA-9,AA,Chi bộ mới,CBCS,S1,KHONG,2022-01-01,,QĐ 9".encode() in content
    (kept,) = (home.config / HISTORY).iterdir()
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


def test_a_workbook_stored_twice_changes_nothing_the_second_time(home: Home, book: Path) -> None:
    edited(book, lambda workbook: workbook["Tổ chức"].cell(5, 3).__setattr__("value", "Tên khác"))
    assert len(store_workbook(home, book)) == 1
    assert store_workbook(home, book) == []


WRONG: dict[str, tuple[Callable[[openpyxl.Workbook], None], str]] = {
    "an empty name": (lambda w: w["Tổ chức"].__setitem__("C5", None), "ô C5"),
    "an unknown code": (lambda w: w["Tổ chức"].__setitem__("D5", "LẠ"), "ô D5"),
    "members in words": (lambda w: w["Sắp xếp tổ chức"].__setitem__("J5", "năm"), "ô J5"),
    "half a member": (lambda w: w["Sắp xếp tổ chức"].__setitem__("J5", 2.5), "ô J5"),
    "overlap": (lambda w: w["Tổ chức"].__setitem__("H7", dt.datetime(2021, 7, 1)), "ô H7"),
    "a note beside the table": (lambda w: w["Tổ chức"].__setitem__("L7", "hỏi lại"), "L4"),
    "a sheet of one's own": (lambda w: w.create_sheet("Nháp").__setitem__("A1", "x"), "trang «Nháp»"),
    "a sheet taken away": (lambda w: w.__delitem__("Tổ chức"), "trang «Tổ chức»"),
    "names of columns taken away": (lambda w: w["Tổ chức"].delete_rows(3, 2), "trang «Tổ chức»"),
}


@pytest.mark.parametrize("what", WRONG)
def test_nothing_is_stored_while_something_is_wrong(home: Home, book: Path, what: str) -> None:
    how, place = WRONG[what]
    before = stored(home)
    edited(book, how)
    with pytest.raises(RegisterMistakes) as told:
        store_workbook(home, book)
    assert place in str(told.value)
    assert "so-dang-ky.xlsx" in str(told.value)
    assert stored(home) == before
    assert not (home.config / HISTORY).exists()


def test_a_workbook_does_not_undo_what_was_changed_after_it_was_written(home: Home, book: Path) -> None:
    change(home.seeds, "committees", lambda rows: [*rows[:3], [*rows[3][:3], "Tỉnh Y", *rows[3][4:]]])
    edited(book, lambda workbook: workbook["Tổ chức"].cell(5, 3).__setattr__("value", "Tên khác"))
    with pytest.raises(RegisterMistakes, match=r"committees\.csv"):
        store_workbook(home, book)


def test_mistakes_are_marked_at_their_cells_and_can_be_mended_there(home: Home, tmp_path: Path) -> None:
    change(home.seeds, "organizations", lambda rows: [rows[0], [*rows[1][:3], "LẠ", *rows[1][4:]], *rows[2:]])
    book, mistakes = edit_registers(home, tmp_path / "mended.xlsx")
    assert len(mistakes) == 1
    sheet = openpyxl.load_workbook(book)["Tổ chức"]
    assert "LẠ" in sheet["D5"].comment.text
    store_workbook(home, edited(book, lambda workbook: workbook["Tổ chức"].__setitem__("D5", "DBCS")))
    assert load_reference(home.seeds)["organizations"]["organization_type"].iloc[0] == "DBCS"


def test_a_line_that_cannot_be_read_is_not_lost_on_the_way(home: Home, tmp_path: Path) -> None:
    path = home.seeds / "organizations.csv"
    path.write_bytes(path.read_bytes().replace(b"AA-1,AA,", b'AA-1,AA,"', 1))
    with pytest.raises(RegisterMistakes, match=r"organizations\.csv, dòng 2"):
        edit_registers(home, tmp_path / "half.xlsx")
    assert not (tmp_path / "half.xlsx").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"committee_code,name\n"])
def test_a_file_that_is_no_such_workbook_is_told(home: Home, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookUnreadable, match=r"x\.xlsx"):
        store_workbook(home, path)


def test_days_typed_by_hand_and_labels_are_stored_as_iso_and_codes(home: Home) -> None:
    change(
        home.seeds,
        "organizations",
        lambda rows: [
            rows[0],
            *([*row[:3], "Chi bộ", *row[4:6], "1/1/2010", *row[7:]] for row in rows[1:2]),
            *rows[2:],
        ],
    )
    reference = load_reference(home.seeds)
    (home.seeds / "organizations.csv").write_bytes(as_csv(reference.stored("organizations")))
    assert read_rows_of(home.seeds, "organizations")[1][3:7] == ["CBCS", "S1", "KHONG", "2010-01-01"]
