"""One printed label for several lines or columns: told apart by the group above or the ordinal beside, or not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbook_rows import PERIOD, Sheets, submissions_of

from ingest.catalogue import load_catalogue
from ingest.normalise import normalise_cells

FORM = """
form: admissions
kind: matrix
domain: membership
due: [H1]
label: {vi: Kết nạp, en: Admissions}
items:
  YOUTH: {label: {vi: Đoàn viên, en: Youth}}
  YOUTH_FEMALE: {label: {vi: Trong đó nữ, en: Of which female}, role: of_which}
  STAFF: {label: {vi: Cán bộ, en: Staff}}
  STAFF_FEMALE: {label: {vi: Trong đó nữ, en: Of which female}, role: of_which}
columns:
  IN_ALL: {label: {vi: Tổng số, en: All}}
  IN_RURAL: {label: {vi: Nông thôn, en: Rural}}
  OUT_ALL: {label: {vi: Tổng số, en: All}}
versions:
  - version: "1"
    valid_from: 2012-05-17
    authority: thử
    sheet: Kết nạp
    title: KẾT NẠP
    rows:
      - {item: YOUTH, ordinal: "1"}
      - {item: YOUTH_FEMALE, ordinal: "1.1"}
      - {item: STAFF, ordinal: "2"}
      - {item: STAFF_FEMALE, ordinal: "2.1"}
    columns:
      - {column: IN_ALL, group: Trong tỉnh}
      - {column: IN_RURAL, group: Trong tỉnh}
      - {column: OUT_ALL, group: Ngoài tỉnh}
"""
ROWS = [
    ["", "BIỂU KẾT NẠP"],
    ["TT", "Nội dung", "Trong tỉnh", "", "Ngoài tỉnh"],
    ["", "", "Tổng số", "Nông thôn", "Tổng số"],
    ["A", "B", 1, 2, 3],
    ["1", "Đoàn viên", 10, 4, 5],
    ["1.1", "Trong đó nữ", 6, 2, 3],
    ["2", "Cán bộ", 7, 1, 2],
    [2.1, "Trong đó nữ", 4, 0, 1],
]


@pytest.fixture
def forms(tmp_path: Path):
    (tmp_path / "99_admissions.yaml").write_text(FORM, encoding="utf-8")
    return load_catalogue(tmp_path)


def values(rows, forms, reference):
    cells = {(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value != ""}
    sheets = Sheets({"Kết nạp": cells})
    result = normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), forms, reference)
    mine = result.observations[result.observations["form"] == "admissions"]
    told = result.findings[result.findings["sheet"] == "Kết nạp"]
    return dict(zip(mine["cell_code"].str.removeprefix("admissions."), mine["value"], strict=True)), list(
        zip(told["rule_id"], told["cell"].fillna(""), strict=True)
    )


def test_group_headings_and_ordinals_tell_the_same_label_apart(forms, reference) -> None:
    read, told = values(ROWS, forms, reference)
    assert read["YOUTH_FEMALE.IN_ALL"] == 6
    assert read["STAFF_FEMALE.OUT_ALL"] == 1
    assert read["STAFF.IN_RURAL"] == 1
    assert len(read) == 12
    assert told in ([], [("moved", "")])


def test_without_ordinal_or_group_the_label_is_not_read(forms, reference) -> None:
    rows = [list(row) for row in ROWS]
    rows[7][0] = ""
    rows[1][4] = ""
    read, told = values(rows, forms, reference)
    assert read["STAFF_FEMALE.IN_ALL"] != read["STAFF_FEMALE.IN_ALL"], "a value that cannot be placed is not read"
    assert read["YOUTH_FEMALE.IN_RURAL"] == 2
    assert {rule for rule, _ in told} >= {"item_missing"}
