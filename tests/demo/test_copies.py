"""Copies as clerks make them: the same content is the same bytes, whenever it is written."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from demo.copies import as_ods, as_xls, insert_row, rename_label


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 1"
    for row in (["TT", "Nội dung", "Số lượng"], [1, "Đảng viên đầu kỳ", 57], [2, "Kết nạp", 3]):
        sheet.append(row)
    book.save(path)
    return path


def renamed(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())
    rename_label(target, "Biểu 1", "Kết nạp", "Kết nạp mới")


def with_row(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())
    insert_row(target, "Biểu 1", 2)


@pytest.mark.parametrize(("copy", "suffix"), [(as_xls, "xls"), (as_ods, "ods"), (renamed, "xlsx"), (with_row, "xlsx")])
def test_a_copy_does_not_know_when_it_was_made(
    tmp_path: Path, copy: Callable[[Path, Path], None], suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = workbook(tmp_path / "source.xlsx")
    digests = set()
    for day in (0, 40 * 86_400):
        # What zip archives and document properties are stamped with.
        now = time.time() + day
        monkeypatch.setattr(time, "time", lambda now=now: now)
        monkeypatch.setattr(time, "localtime", lambda seconds=None, now=now: time.gmtime(now))
        target = tmp_path / f"{day}.{suffix}"
        copy(source, target)
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_edits_of_the_template_change_what_they_say_and_nothing_else(tmp_path: Path) -> None:
    source = workbook(tmp_path / "source.xlsx")
    renamed(source, tmp_path / "renamed.xlsx")
    with_row(source, tmp_path / "row.xlsx")
    before, label, row = (
        list(openpyxl.load_workbook(path)["Biểu 1"].iter_rows(values_only=True))
        for path in (source, tmp_path / "renamed.xlsx", tmp_path / "row.xlsx")
    )
    assert label == [*before[:2], (2, "Kết nạp mới", 3)]
    assert row == [before[0], (None, None, None), *before[1:]]
