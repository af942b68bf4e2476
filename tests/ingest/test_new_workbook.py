"""Whatever is given as a text is a text in the workbook, under every option that writers ask for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ingest.new_workbook import new_workbook

TEXTS = ["=1+2", "=HYPERLINK(A1)", "{=SUM(A1)}", "https://example.org", "mailto:a@b", "internal:B!A1", "0123", "1e5"]


@pytest.mark.parametrize("options", [{}, {"in_memory": True}, {"in_memory": True, "constant_memory": True}])
def test_a_text_stays_the_text_it_is(options: dict[str, bool], tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    with path.open("wb") as file, new_workbook(file, **options) as book:
        book.add_worksheet("A").write_column(0, 0, TEXTS)
    sheet = openpyxl.load_workbook(path)["A"]
    kinds = {cell.data_type for cell in sheet["A"]}
    assert [cell.value for cell in sheet["A"]] == TEXTS
    assert kinds <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in sheet["A"])


def test_no_writer_can_ask_for_the_opposite(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    with new_workbook(str(path), strings_to_formulas=True) as book:
        book.add_worksheet("A").write(0, 0, "=1+2")
    assert openpyxl.load_workbook(path)["A"]["A1"].data_type == "s"
