"""One invented sheet with its truth, files of one or several sheets, and in which period offices write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple

from bench.layouts import PERIOD

Figures = dict[str, tuple[int | None, str]]
"""Item (with its column where a form has several) -> the figure, None where it is blank, and its address."""
Merged = list[tuple[int, int, int, int]]
Register = Sequence[tuple[str, str]]
"""Codes and names of the organizations of one committee."""


@dataclass(frozen=True)
class Season:
    """The period that sheets are of, and how offices say it above a table and over its columns."""

    period: str
    committees: tuple[str, ...]
    periods: tuple[str, ...]
    now: tuple[str, ...]
    before: tuple[str, ...]


HALF = Season(
    PERIOD,
    ("ĐẢNG BỘ ỦY BAN NHÂN DÂN TỈNH LÂM ĐỒNG",),
    ("6 tháng đầu năm 2026", "6 THÁNG ĐẦU NĂM 2026", "Kỳ báo cáo: 6 tháng đầu năm 2026", "(Đến ngày 30/6/2026)"),
    ("Kỳ này", "Kỳ báo cáo", "Thực hiện kỳ này", "Số lượng", "6 tháng đầu năm 2026", "Số liệu kỳ báo cáo"),
    ("Cùng kỳ năm trước", "Cùng kỳ", "6 tháng đầu năm 2025", "Số cùng kỳ năm trước"),
)
YEAR = Season(
    "2024",
    ("ĐẢNG BỘ KHỐI CÁC CƠ QUAN TỈNH LÂM ĐỒNG", "Đảng bộ Khối các cơ quan tỉnh Lâm Đồng"),
    ("Năm 2024", "NĂM 2024", "Báo cáo năm 2024", "Kỳ báo cáo: năm 2024", "Từ 01/01/2024 đến 31/12/2024", "(Năm 2024)"),
    ("Kỳ này", "Kỳ báo cáo", "Thực hiện năm 2024", "Số lượng", "Năm 2024", "Số liệu kỳ báo cáo"),
    ("Cùng kỳ năm trước", "Cùng kỳ", "Năm 2023", "Số cùng kỳ năm trước"),
)
STOCK_PERIODS = (
    "Có đến 31/12/2024",
    "(Có đến ngày 31/12/2024)",
    "Số liệu tính đến ngày 31/12/2024",
    "Năm 2024 (có đến 31/12/2024)",
)
"""What is counted at the end of a year and reported for no half of one may bear that day alone."""


@dataclass
class Sheet:
    """One invented sheet: whose it is, its rows, and item -> the figure and its address (None where it is blank)."""

    name: str
    organization: str
    rows: list[list[Any]]
    merged: Merged
    truth: Figures
    former: Figures
    form: str = "membership_change"
    label: str = "1"
    period: str = PERIOD
    file: str = ""
    """The file it is a sheet of; empty where it has one of its own."""
    tab: str = ""

    def __post_init__(self) -> None:
        self.file = self.file or self.name
        self.tab = self.tab or self.name[:12]

    def said(self, cell: str) -> str:
        """The words of the line in which ``cell`` stands, with its ordinal."""
        row = self.rows[coordinate_to_tuple(cell)[0] - 1]
        return " ".join(str(text) for text in row[:2] if text is not None and not isinstance(text, float))

    def save(self, folder: Path) -> Path:
        return save_books([self], folder)[0]


def save_books(sheets: Sequence[Sheet], folder: Path) -> list[Path]:
    """Write every file of the sheets once; sheets of one file stand in it in their order."""
    books: dict[str, Any] = {}
    for one in sheets:
        book = books.get(one.file)
        sheet = book.create_sheet() if book else (book := books.setdefault(one.file, openpyxl.Workbook())).active
        sheet.title = one.tab
        for row in one.rows:
            sheet.append(row)
        for top, left, bottom, right in one.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    paths = {name: folder / f"{name}.xlsx" for name in books}
    for name, path in paths.items():
        books[name].save(path)
    return list(paths.values())
