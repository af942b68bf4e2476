"""The bench's habits of layout carry the truth along: every figure stands where the retyped sheet says it does."""

from __future__ import annotations

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from bench.list_forms import Listed, retyped_list
from bench.printed.ratings import rated_sheets
from bench.printed.retyped_sheets import typed_again

REGISTER = [("AA-1", "Chi bộ Một"), ("AA-2", "Đảng bộ Hai")]
CODES = [("DT01", "Dân tộc Kinh"), ("DT02", "Dân tộc Tày"), ("DT03", "Dân tộc Thái"), ("TG1", "Thiên Chúa giáo")]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_of_a_retyped_sheet_stands_where_it_is_said_to(seed: int) -> None:
    changed = 0
    for sheet in rated_sheets(("4", "6", "6F"), 15, seed, REGISTER, "tried", CODES):
        again = typed_again(sheet, seed)
        changed += again.rows != sheet.rows
        assert again.truth.keys() == sheet.truth.keys()
        for item, (figure, cell) in again.truth.items():
            assert figure == sheet.truth[item][0]
            row, column = coordinate_to_tuple(cell)
            text = again.rows[row - 1][column - 1] if column <= len(again.rows[row - 1]) else None
            assert figure is None or int(str(text)) == figure
    assert changed > 15


@pytest.mark.parametrize("seed", range(12))
def test_every_value_of_a_retyped_list_and_every_heading_keeps_its_place(seed: int) -> None:
    rows = [["TIÊU ĐỀ"], [], ["STT", "Đơn vị", "Loại huy hiệu Đảng", "Số đề nghị"], [1, 2, 3, 4]]
    records = [[number, "AA-1", f"loại {number}", number + 3] for number in range(1, 7)]
    values = {("DS", at, 4): ("AA-1", "PROPOSED", str(record[3])) for at, record in enumerate(records, 5)}
    values |= {("DS", at, 3): ("AA-1", "BADGE_YEARS", record[2]) for at, record in enumerate(records, 5)}
    truth = {("Đơn vị",): "ORG", ("Loại huy hiệu Đảng",): "BADGE_YEARS", ("Số đề nghị",): "PROPOSED"}
    again = retyped_list(Listed("ds", "party_badges", {"DS": [*rows, *records, [], ["BÍ THƯ"]]}, truth, values), seed)
    assert sorted(again.values.values()) == sorted(values.values())
    for (sheet, row, column), (_, name, meant) in again.values.items():
        text = str(again.sheets[sheet][row - 1][column - 1])
        assert (int(text.split()[0]) if name == "PROPOSED" else text) == (int(meant) if name == "PROPOSED" else meant)
    assert {" ".join(path): name for path, name in again.truth.items() if name} == {
        " ".join(path): name for path, name in truth.items()
    }
