"""A returned copy opens with its list, and with nothing else selected."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from ingest.lake import FINDINGS
from quality.returned import annotate
from quality.returned.words import answer_sheets

LIST = answer_sheets()[0]


def written(selected: tuple[str, ...], active: str) -> bytes:
    """A workbook of three sheets as its sender left it."""
    book = openpyxl.Workbook()
    for name in ("Bìa", "Biểu 1", "Cơ cấu"):
        sheet = book.active if name == "Bìa" else book.create_sheet(name)
        sheet.title = name
        sheet["A1"] = name
        sheet.sheet_view.tabSelected = name in selected
    book.active = book[active]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def one_finding() -> pd.DataFrame:
    told = {"finding_id": "a", "finding_key": "abcdefghijklmnop", "rule_id": "R001A", "severity": "hard"}
    told |= {"outcome": "fail", "sheet": "Biểu 1", "cell": "A1", "message_vi": "Cần sửa", "message_en": "Mend it"}
    return pd.DataFrame([told], columns=FINDINGS.names).astype(object)


@pytest.mark.parametrize(("selected", "active"), [(("Bìa",), "Bìa"), (("Biểu 1", "Cơ cấu"), "Cơ cấu"), ((), "Biểu 1")])
def test_the_list_stands_in_front_and_no_other_sheet_is_selected_with_it(
    selected: tuple[str, ...], active: str
) -> None:
    once = annotate(written(selected, active), "xlsx", one_finding(), {}, {}).content
    again = annotate(once, "xlsx", one_finding(), {}, {}).content
    for copy in (once, again):
        book = openpyxl.load_workbook(io.BytesIO(copy))
        assert book.sheetnames == ["Bìa", "Biểu 1", "Cơ cấu", LIST]
        assert book.active is not None
        assert book.active.title == LIST
        assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [LIST]


def test_the_list_alone_opens_as_well() -> None:
    book = openpyxl.load_workbook(io.BytesIO(annotate(b"", "xls", one_finding(), {}, {}).content))
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [LIST]
