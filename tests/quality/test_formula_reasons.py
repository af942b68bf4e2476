"""A formula that was not reckoned anew is told with one reason, that which reading has seen."""

from __future__ import annotations

import pandas as pd

from quality.formula_reasons import with_formula_reasons

SEEN = pd.DataFrame([{"rule_id": "total_reckoned_otherwise", "file_hash": "f", "sheet": "Biểu 1", "cell": "C10"}])
OTHER = "Biểu 1!C27: 5 → 6 (60 %) - số khác"


def located(suggested: str | None, because_vi: str, file_hash: str = "f") -> pd.DataFrame:
    row = {"file_hash": file_hash, "rule_id": "R001B", "suggested": suggested, "because_vi": because_vi}
    return pd.DataFrame([{**row, "because_en": because_vi}])


def test_the_reason_at_the_formulas_cell_is_that_of_reading() -> None:
    suggested = f"Biểu 1!C10: 2 → 6 (trên 99 %) - cộng thiếu hoặc cộng hai lần một phần; {OTHER}"
    because = "Có khả năng sai ở Biểu 1!C10: cộng thiếu hoặc cộng hai lần một phần; Biểu 1!C27: số khác."
    (told,) = with_formula_reasons(located(suggested, because), SEEN).to_dict("records")
    assert told["suggested"] == f"Biểu 1!C10: 2 → 6 (trên 99 %) - công thức chưa tính lại, hoặc trỏ sai ô; {OTHER}"
    assert told["because_vi"] == (
        "Có khả năng sai ở Biểu 1!C10: công thức chưa tính lại, hoặc trỏ sai ô; Biểu 1!C27: số khác."
    )
    assert "not reckoned anew" in told["because_en"]


def test_a_bare_cell_with_a_probability_keeps_it() -> None:
    (told,) = with_formula_reasons(located("Biểu 1!C10 (60 %) - số khác", ""), SEEN).to_dict("records")
    assert told["suggested"] == "Biểu 1!C10 (60 %) - công thức chưa tính lại, hoặc trỏ sai ô"


def test_other_cells_other_files_and_nothing_stay_as_they_are() -> None:
    longer = "Biểu 1!C101: 2 → 6 (70 %) - số khác"
    because = "Có khả năng sai ở Biểu 1!C101: số khác."
    for one in (located(longer, because), located(OTHER, because, "g"), located(None, because)):
        pd.testing.assert_frame_equal(with_formula_reasons(one, SEEN), one)
    assert with_formula_reasons(located(OTHER, because), SEEN.iloc[:0]) is not None
