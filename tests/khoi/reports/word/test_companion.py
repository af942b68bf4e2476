"""The workbook beside a report: what a sender wrote is a text there, never a formula or a link."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from khoi.figures.trace import CELL_COLUMNS, Trace
from khoi.reports.word import companion
from khoi.reports.word.figures import Figure
from khoi.reports.word.spans import Subject

SUBJECT = Subject("ZZ", "2021H2", "Đảng bộ", "Thử", "6 tháng cuối năm 2021", 2021, 0)
FIGURE = Figure("members_total", "Tổng số đảng viên", "đảng viên", Decimal(7), None, 1, 1, ("2021H2",))


@pytest.mark.parametrize("written", ["=1+2", "=HYPERLINK(A1)", "https://example.org", "mailto:a@b"])
def test_what_a_sender_wrote_stays_a_text(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = pd.DataFrame([{**dict.fromkeys(CELL_COLUMNS, written), "contribution": 7.0}])
    numbers = (7.0, None, None, None)
    opened = Trace("members_total@ZZ@2021H2", "Tổng số", "Members", "last", *numbers, lines)
    monkeypatch.setattr(companion, "traces", lambda _, names: dict.fromkeys(names, opened))
    path = tmp_path / "beside.xlsx"
    with duckdb.connect() as nothing:
        companion.write_companion(nothing, path, SUBJECT, [FIGURE])
    sheet = openpyxl.load_workbook(path)[companion.CELLS]
    cells = [sheet.cell(2, column) for column in range(2, len(CELL_COLUMNS) + 2)]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(written, "s", None)] * len(cells)
    assert sheet.cell(2, len(CELL_COLUMNS) + 2).value == 7
