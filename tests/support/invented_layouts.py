"""Three forms of a committee's own, invented in the habits of real ones and written from rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbook_rows import Sheets

DECLARED = Path(__file__).with_name("layouts")
Rows = list[list[Any]]


def sheets(name: str, rows: Rows) -> Sheets:
    """A workbook of one sheet; None is an empty cell."""
    cells = {
        (row_no, column_no): value
        for row_no, row in enumerate(rows, 1)
        for column_no, value in enumerate(row, 1)
        if value is not None
    }
    return Sheets({name: cells})


_MOTTO: Rows = [
    ["ĐẢNG BỘ KHỐI THỬ NGHIỆM", None, None, None, None, None, None, "ĐẢNG CỘNG SẢN VIỆT NAM"],
    ["*", None, None, None, None, None, None, "Ngày 05 tháng 7 năm 2022"],
    [],
]
_FOOT: Rows = [
    [],
    ["Nơi nhận:", None, None, None, "NGƯỜI LẬP BIỂU", None, None, None, "T/M BAN THƯỜNG VỤ"],
    ["- Lưu", 5],
]


def by_rows(organizations: Rows, period: str = "6 tháng đầu năm 2022") -> Sheets:
    """Layout ``rows_2021``. Each row: organization, then nine figures and a note."""
    table = [[number, *row] for number, row in enumerate(organizations, 1)]
    total = ["Tổng cộng", None, *[_sum(table, column) for column in range(2, 11)]]
    return sheets(
        "Tổng hợp",
        [
            *_MOTTO,
            [None, "BIỂU TỔNG HỢP TĂNG, GIẢM ĐẢNG VIÊN"],
            [None, f"Kỳ báo cáo: {period}"],
            [None] * 10 + ["Đơn vị tính: đảng viên"],
            [
                "TT",
                "Tên\nđơn vị",
                "Đảng viên đầu kỳ",
                "Tăng trong kỳ",
                None,
                None,
                "Giảm trong kỳ",
                None,
                None,
                "Đảng viên cuối kỳ",
                None,
                "Ghi chú",
            ],
            [None, None, None, "Tổng số", "Trong đó", None, "Tổng số", "Trong đó", None, "Nam", "Nữ"],
            [None, None, None, None, "Kết nạp", "Chuyển đến", None, "Từ trần", "Chuyển đi"],
            ["A", "B", 1, "(2)=(3)+(4)", 3, 4, "(5)", None, 7, 8, 9],
            ["I", "Khối cơ quan"],
            *table[:2],
            ["II", "Khối doanh nghiệp", 999],
            *table[2:],
            total,
            *_FOOT,
        ],
    )


def by_rows_changed(organizations: Rows, period: str = "6 tháng cuối năm 2022") -> Sheets:
    """Layout ``rows_2022``. Each row: organization, then ten figures."""
    table = [[number, *row] for number, row in enumerate(organizations, 1)]
    return sheets(
        "Tổng hợp",
        [
            *_MOTTO,
            [None, "BIỂU TỔNG HỢP TĂNG, GIẢM ĐẢNG VIÊN"],
            [None, period],
            [
                "TT",
                "Tên đơn vị",
                "Đảng viên đầu kỳ",
                "Tăng trong kỳ",
                None,
                None,
                None,
                "Giảm trong kỳ",
                None,
                None,
                "Đảng viên cuối kỳ",
            ],
            [None, None, None, "Tổng số", "Trong đó", None, None, "Tổng số", "Trong đó", None, "Nữ", "Nam"],
            [
                None,
                None,
                None,
                None,
                "Kết nạp",
                "Chuyển đến ngoài tỉnh",
                "Chuyển đến trong tỉnh",
                None,
                "Từ trần",
                "Chuyển đi",
            ],
            *table,
            *_FOOT,
        ],
    )


def by_branches(organization: str, branches: Rows, day: str = "30/6/2022") -> Sheets:
    """Layout ``branches``. Each row: the cell's name, then official, probationary, admitted."""
    table = [[number, *row, "5,0 %"] for number, row in enumerate(branches, 1)]
    return sheets(
        "Chi bộ",
        [
            [None, f"Tổ chức đảng: {organization}"],
            [None, f"Tính đến ngày {day}"],
            [],
            ["STT", "Chi bộ", "Số đảng viên", None, "Kết nạp trong kỳ", "Tỷ lệ % kết nạp"],
            [None, None, "Chính thức", "Dự bị"],
            [1, 2, 3, 4, 5, 6],
            *table,
            ["Cộng", None, _sum(table, 2), _sum(table, 3), _sum(table, 4)],
            *_FOOT,
        ],
    )


def by_items(organizations: dict[str, list[Any]], day: str = "31 tháng 12 năm 2022") -> Sheets:
    """Layout ``items``: organization -> seven figures from the top line down."""
    labels = [
        ("1", "Tổng số đảng viên"), ("1.1", "Trong đó nữ"), ("1.2", "Dân tộc thiểu số"), ("2", "Kết nạp đảng viên"),
        ("2.1", "Trong đó nữ"), ("3", "Xin ra và xóa tên"), ("3.1", "Trong đó xin ra"),
    ]  # fmt: skip
    figures = list(organizations.values())
    return sheets(
        "Chỉ tiêu",
        [
            ["CHỈ TIÊU XÂY DỰNG ĐẢNG"],
            [f"Số liệu tính đến {day}; so với cùng kỳ 31/12/2021"],
            ["TT", "Chỉ tiêu", "Toàn đảng bộ", "Chia theo đơn vị"],
            [None, None, None, *organizations],
            *[
                [*label, sum(row[n] or 0 for row in figures), *[row[n] for row in figures]]
                for n, label in enumerate(labels)
            ],
            *_FOOT,
        ],
    )


def _sum(table: Rows, column: int) -> int:
    return sum(row[column] for row in table if isinstance(row[column], int))
