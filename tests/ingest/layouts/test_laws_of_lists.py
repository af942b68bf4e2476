"""Whatever stands between the records of a list, and in whatever order its columns stand, the records are the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_seeds import shared_reference

from ingest.catalogue.layout import LayoutColumn, ListTable
from ingest.layouts.fit import best_fit
from ingest.layouts.grid import Grid
from ingest.layouts.records import BELOW_FOOT, EMPTY, FOOT, ORGANIZATION, TOTAL, ListRows, record_blocks
from ingest.layouts.records import RECORD as RECORD_ROW
from ingest.layouts.spelling import code_spellings, spellings
from ingest.normalise.layout_lists import spoken_code

COLUMNS = [
    LayoutColumn(header=["STT"], role="ordinal"),
    LayoutColumn(header=["Đơn vị"], role="organization"),
    LayoutColumn(header=["Số"], field="CASE_NO"),
    LayoutColumn(header=["Hình thức"], field="DISCIPLINE_FORM"),
    LayoutColumn(header=["Diễn biến"], role="ignored", reason="lời kể"),
    LayoutColumn(header=["Chức danh"], field="POSITION", words={"Bí thư": "CB_BI_THU"}),
]
CODED = {"DISCIPLINE_FORM": "discipline_form", "POSITION": "committee_position"}
NAMES = ("AA-1", "AA-2")
FORMS = ("Khiển trách", "canh cao", "KTR", None)
POSITIONS = ("Bí thư", "Ủy viên", None)
NOISE: dict[str, dict[str, Any]] = {
    "empty": {},
    "total": {"Số": "Cộng", "Hình thức": 3},
    "all": {"Đơn vị": "Tổng cộng: 4 vụ"},
    "heading": {"Đơn vị": "Đơn vị", "Số": "Số", "Hình thức": "Hình thức", "Chức danh": "Chức danh"},
    "numbered": {"STT": 7},
}
CODES = code_spellings(shared_reference())


def grid(rows: list[dict[str, Any]], order: list[str]) -> Grid:
    """The heading in row 3 and ``rows`` below it, by heading."""
    cells = {(3, at): ("text", head) for at, head in enumerate(order, 1)}
    for row_no, row in enumerate(rows, 4):
        for head, value in row.items():
            if value is not None:
                kind = "text" if isinstance(value, str) else "number"
                cells[row_no, order.index(head) + 1] = (kind, str(value))
    return Grid("DS", cells)


def listed(rows: list[dict[str, Any]], order: list[str]) -> ListRows:
    table = ListTable(rows="record", form="f", columns=COLUMNS, coded=CODED)
    fit = best_fit(table, grid(rows, order))
    assert fit is not None
    assert fit.is_whole
    return ListRows(fit, lambda text: text if text in NAMES else None, CODES)


RECORD = st.fixed_dictionaries(
    {
        "STT": st.integers(1, 99),
        "Đơn vị": st.sampled_from(NAMES),
        "Số": st.sampled_from(["12-QĐ/UBKT", "7-QĐ/ĐU"]),
        "Hình thức": st.sampled_from(FORMS),
        "Chức danh": st.sampled_from(POSITIONS),
        "Diễn biến": st.sampled_from([None, "sinh con thứ ba"]),
    }
)


@given(
    records=st.lists(st.tuples(RECORD, st.lists(st.sampled_from(sorted(NOISE)), max_size=2)), max_size=8),
    order=st.permutations([column.header[0] for column in COLUMNS]),
)
def test_noise_and_order_change_no_record(records: list[tuple[dict[str, Any], list[str]]], order: list[str]) -> None:
    rows = [row for record, noise in records for row in [record, *(NOISE[name] for name in noise)]]
    blocks = record_blocks(listed(rows, order), None)
    told = [
        (block.organization, {term.cell_code.removeprefix("f."): term.text for term in block.terms}) for block in blocks
    ]
    fields = {"CASE_NO": "Số", "DISCIPLINE_FORM": "Hình thức", "POSITION": "Chức danh"}
    assert told == [(one["Đơn vị"], {field: one[head] for field, head in fields.items()}) for one, _ in records]
    assert len({term.record for block in blocks for term in block.terms}) == len(records)


@pytest.mark.parametrize(
    ("row", "is_foot"),
    [
        ({"Chức danh": "Bí thư"}, False),
        ({"Diễn biến": "Ngày 5 nộp bản kiểm điểm", "Số": "3"}, False),
        ({"Đơn vị": "Bí thư"}, True),
        ({"Số": "T/M BAN THƯỜNG VỤ"}, True),
        ({"Hình thức": "Nơi nhận:"}, True),
    ],
)
def test_a_code_is_no_signature(row: dict[str, Any], is_foot: bool) -> None:
    kinds = listed([row], [column.header[0] for column in COLUMNS]).kinds
    assert (list(kinds.values()) == [FOOT]) == is_foot


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"Số": "7-QĐ", "Hình thức": "KT", "Diễn biến": "Cộng tác viên dân số"}, RECORD_ROW),
        ({"Số": "7-QĐ", "Hình thức": "lạ", "Chức danh": "lạ", "Diễn biến": "Cộng tác viên dân số"}, RECORD_ROW),
        ({"Diễn biến": "Tổng cộng", "Số": 3}, TOTAL),
        ({"Đơn vị": "Cộng", "Số": 3, "Hình thức": 1, "Chức danh": 2}, TOTAL),
        ({"Đơn vị": "AA-2"}, ORGANIZATION),
        ({"Diễn biến": "Đơn vị: AA-2"}, EMPTY),
    ],
)
def test_what_a_row_is(row: dict[str, Any], kind: str) -> None:
    assert list(listed([row], [column.header[0] for column in COLUMNS]).kinds.values()) == [kind]


@pytest.mark.parametrize("late", ["15/03/2022", "3"])
def test_digits_below_the_foot_are_no_note(late: str) -> None:
    order = [column.header[0] for column in COLUMNS]
    kinds = listed([{"Đơn vị": "Ghi chú: một"}, {"Số": late, "Hình thức": "lạ"}], order).kinds
    assert list(kinds.values()) == [FOOT, BELOW_FOOT]


KEYS = {"kt": "KT", "khiển trách": "KT", "cảnh cáo": "CC", "ds-khhgđ": "DS", "mạ": "A", "mã": "B"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("khien trach", "KT"),
        ("KHIẾN TRÁCH", "KT"),
        ("ds khhgd", "DS"),
        ("DS kế hoạch hóa gia đình", "DS"),
        ("khiển trách", None),  # the list's own words need no spelling
        ("kiểm tra", None),  # KT written out, which a code never is
        ("ma", None),  # two codes without accents
        ("khiển", None),
        ("", None),
    ],
)
def test_one_code_alone_may_be_spelled_otherwise(text: str, code: str | None) -> None:
    assert spoken_code(text, KEYS) == code


def test_a_code_has_one_spelling() -> None:
    assert spellings("KT", "KT") == {"kt"}
    assert spellings("QĐ", "KT") == {"qd", "quyet dinh"}
