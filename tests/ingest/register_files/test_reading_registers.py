"""Registers as offices write them: what has one reading is read, everything else is told with its line."""

# ruff: noqa: E501 - one case a line reads as a table
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_folder import REGISTERS, change, read_rows_of, rewrite, write_registers, write_rows

from ingest.reference import RegisterMistakes, load_reference, read_reference
from ingest.register_files.mistakes import Mistake, mistake_texts
from ingest.register_files.text import read_as_another

Change = Callable[[Path], None]
NAME = "organizations"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_registers(tmp_path / "seeds")


def mistakes(folder: Path) -> list[Mistake]:
    return read_reference(folder)[1]


def told(folder: Path) -> list[tuple[str, str, int | None]]:
    return [(one.kind, one.place.file, one.place.line) for one in mistakes(folder)]


def rows(how: Callable[[list[list[str]]], list[list[str]]], name: str = NAME) -> Change:
    return lambda folder: change(folder, name, how)


def content(how: Callable[[bytes], bytes], name: str = NAME) -> Change:
    return lambda folder: rewrite(folder, name, how)


def dmy(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def with_separator(separator: str) -> Change:
    return lambda folder: write_rows(folder, NAME, read_rows_of(folder, NAME), separator)


def unicode_text(folder: Path) -> None:
    text = "\r\n".join("\t".join(cell.replace('"', "") for cell in row) for row in read_rows_of(folder, NAME))
    (folder / f"{NAME}.csv").write_bytes(text.replace("\tChi bộ AA-3,", '\t"Chi bộ ""AA-3"",').encode("utf-16"))


HARMLESS: dict[str, Change] = {
    "bom": content(lambda b: b"\xef\xbb\xbf" + b),
    "utf-16 with commas": content(lambda b: b.decode().encode("utf-16")),
    "windows line ends": content(lambda b: b.replace(b"\n", b"\r\n")),
    "old mac line ends": content(lambda b: b.replace(b"\n", b"\r")),
    "semicolons": with_separator(";"),
    "tabs": with_separator("\t"),
    "blank lines": content(lambda b: b.replace(b"\nAA-2", b"\n\n  \nAA-2") + b"\n\n,,,,,,,,\n"),
    "empty fields at the end of lines": rows(lambda all_: [all_[0], *([*row, ""] for row in all_[1:])]),
    "an empty column more": rows(lambda all_: [[*row, "" if n else "ghi chú"] for n, row in enumerate(all_)]),
    "columns in another order": rows(lambda all_: [list(reversed(row)) for row in all_]),
    "Vietnamese headings": rows(
        lambda all_: [
            ["Mã tổ chức", "Mã đảng bộ", "Tên tổ chức", "Loại hình tổ chức", "Loại hình đơn vị", "Trong khu công nghiệp", "Từ ngày", "Đến ngày", "Căn cứ"],
            *all_[1:],
        ]
    ),
    "spaces around values": rows(lambda all_: [[f" {cell}\u00a0" for cell in row] for row in all_]),
    "zero-width signs": rows(lambda all_: [[f"\u200b{cell}" for cell in row] for row in all_]),
    "letters in two parts": content(lambda b: b.decode().replace("ộ", "o\u0323\u0302").encode()),
    "days as d/m/Y": rows(lambda all_: [all_[0], *([*row[:6], dmy(row[6]), dmy(row[7]), row[8]] for row in all_[1:])]),
    "days with midnight": rows(
        lambda all_: [all_[0], *([*row[:6], f"{row[6]} 00:00:00", row[7], row[8]] for row in all_[1:])]
    ),
    "labels for codes": rows(
        lambda all_: [
            [cell.replace("DBCS", "Đảng bộ cơ sở").replace("KHONG", "không") for cell in row] for row in all_
        ]
    ),
    "codes with their label": rows(lambda all_: [[cell.replace("DBCS", "DBCS – Đảng bộ cơ sở") for cell in row] for row in all_]),
    "committees by name": rows(lambda all_: [[cell if cell != "BB" else "Đảng bộ B" for cell in row] for row in all_]),
    "a plain quotation mark inside": content(lambda b: b.replace("Chi bộ BB-1".encode(), 'Chi bộ "BB-1"'.encode())),
    "a decimal comma in a file with semicolons": lambda folder: write_rows(
        folder, "rule_parameters", [[c.replace("0.01", "0,01") for c in r] for r in read_rows_of(folder, "rule_parameters")], ";"
    ),
    "a whole number with zeros behind": rows(lambda all_: [[c if c != "20" else "20,00" for c in r] for r in all_], "organization_events"),
}  # fmt: skip


@pytest.mark.parametrize("how", HARMLESS)
def test_what_has_one_reading_is_read_as_it_is_stored(folder: Path, how: str) -> None:
    before = load_reference(folder)
    HARMLESS[how](folder)
    after = load_reference(folder)
    for name, table in before.tables.items():
        expected = table
        if how == "a plain quotation mark inside" and name == NAME:
            expected = table.replace("Chi bộ BB-1", 'Chi bộ "BB-1"')
        pd.testing.assert_frame_equal(after[name], expected)


TOLD: dict[str, tuple[Change, list[tuple[str, int | None]]]] = {
    "no file": (lambda folder: (folder / f"{NAME}.csv").unlink(), [("file_missing", None)]),
    "an empty file": (content(lambda _: b"\xef\xbb\xbf \n\n"), [("file_empty", None)]),
    "a workbook": (content(lambda _: b"PK\x03\x04" + b"\0" * 400), [("file_is_workbook", None)]),
    "windows-1258": (content(lambda b: b.decode().encode("cp1258", "replace")), [("encoding", 4)]),
    "utf-16 without its mark": (content(lambda b: b.decode().encode("utf-16-le")), [("encoding", None)]),
    "a header of somewhere else": (rows(lambda all_: [["a", "b", "c"], *all_[1:]]), [("header_unknown", 1)]),
    "no header": (rows(lambda all_: all_[1:]), [("header_unknown", 1)]),
    "a column missing": (rows(lambda all_: [row[:-1] for row in all_]), [("column_missing", 1)]),
    "a column twice": (
        rows(lambda all_: [[*row, row[0]] for row in all_]),
        [("column_twice", 1)],
    ),
    "a filled column more": (rows(lambda all_: [[*row, f"x{n}"] for n, row in enumerate(all_)]), [("column_unknown", 1)]),
    "a quotation mark never closed": (content(lambda b: b.replace(b",BB,Chi", b',BB,"Chi', 1)), [("quotes", 7)]),
    "two quotation marks never closed": (
        content(lambda b: b.replace(b"\nAA-1,AA,Chi", b'\nAA-1,AA,"Chi').replace(b",BB,Chi", b',BB,"Chi')),
        [("quotes", 2), ("quotes", 7), ("quotes", 8)],
    ),
    "one field too many": (content(lambda b: b.replace(b"AA-1,AA", b"AA-1,,AA", 1)), [("fields", 2)]),
    "one field too few": (content(lambda b: b.replace(b"AA-1,AA", b"AA-1AA", 1)), [("fields", 2)]),
    "a control character": (content(lambda b: b.replace(b"AA-2", b"AA-\x002", 1)), [("control_characters", 3)]),
    "utf-8 read as latin-1": (content(lambda b: b.replace("Chi bộ AA-2".encode(), "Chi bộ AA-2".encode().decode("latin-1").encode())), [("lost_characters", 3)]),
    "utf-8 read as windows-1252": (content(lambda b: b.replace("Chi bộ AA-2".encode(), "Chi bộ AA-2".encode().decode("cp1252").encode())), [("lost_characters", 3)]),
    "the heading once more": (rows(lambda r: [*r[:3], r[0], *r[3:]]), [("header_twice", 4)]),
    "a letter that turns the line": (content(lambda b: b.replace("ộ AA-2".encode(), "ộ \u202eAA-2".encode())), [("control_characters", 3)]),
    "a lost character": (content(lambda b: b.decode().replace("ộ AA-2", "\ufffd AA-2").encode()), [("lost_characters", 3)]),
}  # fmt: skip


@pytest.mark.parametrize("how", TOLD)
def test_what_cannot_be_read_is_told_with_its_line(folder: Path, how: str) -> None:
    spoil, expected = TOLD[how]
    spoil(folder)
    assert told(folder) == [(kind, f"{NAME}.csv", line) for kind, line in expected]
    with pytest.raises(RegisterMistakes, match=r"organizations\.csv"):
        load_reference(folder)


def test_a_folder_in_the_place_of_a_file_is_told(folder: Path) -> None:
    (folder / f"{NAME}.csv").unlink()
    (folder / f"{NAME}.csv").mkdir()
    assert [kind for kind, _, _ in told(folder)] == ["file_unreadable"]


def test_a_broken_line_takes_no_other_line_with_it(folder: Path) -> None:
    rewrite(folder, NAME, lambda b: b.replace(b"AA-1,AA,Chi", b'AA-1,AA,"Chi', 1))
    reference, _ = read_reference(folder)
    assert len(reference[NAME]) == len(REGISTERS[NAME]) - 1
    assert reference.incomplete == {NAME}


def test_a_value_over_two_lines_keeps_the_lines_after_it_in_their_place(folder: Path) -> None:
    change(folder, NAME, lambda all_: [all_[0], [*all_[1][:8], "QĐ 1\nngày 2/3"], *all_[2:]])
    reference = load_reference(folder)
    assert reference[NAME]["authority"].iloc[0] == "QĐ 1\nngày 2/3"
    assert [reference.places_of(NAME).of(row).line for row in (0, 1)] == [2, 4]


def test_places_follow_the_columns_of_the_file(folder: Path) -> None:
    change(folder, NAME, lambda all_: [list(reversed(row)) for row in all_])
    place = load_reference(folder).places_of(NAME).of(1, "valid_to")
    assert (place.cell, place.told("vi")) == ("B3", "organizations.csv, dòng 3, cột valid_to (ô B3)")


@pytest.mark.parametrize("kind", mistake_texts())
def test_every_mistake_is_told_in_both_languages_with_a_remedy(kind: str) -> None:
    text = mistake_texts()[kind]
    words = {"observed": "a", "expected": "b", "other": "c"}
    assert all(part.format(**words).strip() for part in (text.vi, text.en, text.remedy_vi, text.remedy_en))


@given(
    st.text(
        alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĐÂÊÔƠƯÀÁ 0123456789-"
    )
)
def test_only_text_that_was_read_as_another_is_taken_for_it(text: str) -> None:
    assert not read_as_another(text)
    assert text.isascii() or read_as_another(text.encode().decode("latin-1"))
