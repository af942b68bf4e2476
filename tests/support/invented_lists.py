"""A list of discipline cases of a committee's own, written from rows; `list_layouts/ds_ky_luat.yaml` declares it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from invented_layouts import sheets
from workbook_rows import Sheets

LISTS = Path(__file__).with_name("list_layouts")
Rows = list[list[Any]]
TITLE = "DANH SÁCH ĐẢNG VIÊN CHÍNH THỨC BỊ THI HÀNH KỶ LUẬT"
HEAD: Rows = [
    ["STT", "Đơn vị", "Quyết định", None, None, "Hình thức xử lý", "Lỗi vi phạm", "Trạng thái", "Diễn biến"],
    [None, None, "Số", "Ngày ban hành", "Cấp ra quyết định"],
]
FOOT: Rows = [[], ["Nơi nhận:", None, None, None, "T/M BAN THƯỜNG VỤ"], ["- Lưu"]]


def list_of_cases(
    records: Rows, head: Rows = HEAD, foot: Rows = FOOT, title: str = TITLE, period: str = "6 tháng đầu năm 2022"
) -> Sheets:
    """Each record: organization, number, day, level, form of discipline, violation, status, and what happened.

    A row that is given with its ordinal (nine texts) stands as it is.
    """
    table = [row if len(row) != 8 else [number, *row] for number, row in enumerate(records, 1)]
    above: Rows = [["ĐẢNG BỘ KHỐI THỬ NGHIỆM"], [], [None, title], [None, period], []]
    return sheets("Danh sách", [*above, *head, *table, *foot])
