"""The official Biểu 2, 3, 5 and 7 of a year as they are printed, alone or with Biểu 1 in one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from workbook_rows import small_reference

from ingest.catalogue import Catalogue, load_catalogue
from ingest.catalogue.model import VALUE_COLUMN, FormVersion, cell_code
from ingest.normalise import normalise_cells
from ingest.printed_words import concepts_of
from ingest.receive import read_files
from ingest.reference import Reference

Rows = list[list[Any]]
YEAR = "2024"
HEADS = ("TT", "Nội dung", "Kỳ này", "Cùng kỳ năm trước", "Tỷ lệ %")
# What stands over some of the lines on paper, before the first of them; the lines below say only their own part.
OVER = {
    "OCC_STATE": "Nghề nghiệp",
    "OCC_ENT_LEADER": "Doanh nghiệp",
    "AGE_18": "Tuổi đời",
    "JOINED_1945": "Thời gian vào Đảng",
    "EDU_LITERATE": "Trình độ giáo dục phổ thông",
    "PRO_ELEMENTARY": "Trình độ chuyên môn, nghiệp vụ",
    "PRO_PROFESSOR": "Chức danh khoa học",
    "THEORY_ELEMENTARY": "Trình độ lý luận chính trị",
    "OFFICIAL_OUT": "Chuyển sinh hoạt đảng chính thức",
    "TEMPORARY_OUT": "Chuyển sinh hoạt đảng tạm thời",
}
SHORT = {
    "OCC_ENT_LEADER": "- Lãnh đạo, quản lý",
    "OCC_ENT_OFFICE": "- Lao động gián tiếp",
    "OCC_ENT_WORKER": "- Lao động trực tiếp",
    "OCC_OTHER": "Khác",
    "AGE_18": "18 - 30 tuổi",
    "EDU_PRIMARY": "Tiểu học",
    "EDU_UPPER": "THPT",
    "PRO_ELEMENTARY": "Công nhân kỹ thuật, sơ cấp",
    "PRO_INTERMEDIATE": "Trung cấp",
    "PRO_BACHELOR": "Đại học",
    "THEORY_ELEMENTARY": "Sơ cấp",
    "THEORY_INTERMEDIATE": "Trung cấp",
    "THEORY_ADVANCED": "Cao cấp, cử nhân",
    "JOINED_1945": "Trước 19/8/1945",
    "JOINED_SINCE": "Từ 01/5/1975 đến nay",
    "BADGE_30": "30 năm",
    "BADGE_90": "90 năm",
    "CARD_NEW": "Phát mới",
    "CARD_REPLACED": "Cấp lại",
    "CARD_CHANGED": "Đổi thẻ",
    "OFFICIAL_OUT": "Chuyển đi",
    "OFFICIAL_IN": "Chuyển đến",
    "TEMPORARY_OUT": "Đi",
    "TEMPORARY_IN": "Đến",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def reference() -> Reference:
    periods = [["AA", code, "2030-01-20", None] for code in (YEAR, "2025")]
    frame = pd.DataFrame(periods, columns=small_reference()["reporting_periods"].columns, dtype=object)
    return small_reference(reporting_periods=frame)


def version_of(catalogue: Catalogue, form: str) -> FormVersion:
    return next(one for one in catalogue.by_name[form].versions if one.version == "2021")


def sheet_of(
    catalogue: Catalogue,
    form: str,
    title: str,
    *,
    as_paper: bool = True,
    year: str = YEAR,
    extra: dict[str, Sequence[Sequence[Any]]] | None = None,
) -> tuple[Rows, dict[str, tuple[int, str]]]:
    """A sheet of a form, and cell code -> figure and address. ``extra``: rows before a line."""
    rows: Rows = [["ĐẢNG BỘ KHỐI THỬ NGHIỆM"], ["Đơn vị: AA-1"], [title], [f"Năm {year}"], [], list(HEADS)]
    truth: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(version_of(catalogue, form).rows, start=1):
        if as_paper and line.item in OVER:
            rows.append([None, OVER[line.item]])
        rows += [list(row) for row in (extra or {}).get(line.item, ())]
        label = line.label or catalogue.by_name[form].items[line.item].label.vi
        text = SHORT.get(line.item, label) if as_paper else label
        rows.append([line.ordinal, text, number, number + 1, None])
        truth[cell_code(form, line.item, VALUE_COLUMN)] = (number, f"C{len(rows)}")
    return [*rows, [], [None, "NGƯỜI LẬP BIỂU"]], truth


def bases(catalogue: Catalogue) -> tuple[Rows, dict[str, tuple[int, str]]]:
    """A sheet of Biểu 5 with headings in two rows."""
    rows: Rows = [["Tổ chức đảng: AA-1"], ["Biểu số 5-BTCTW"], [f"Có đến 31/12/{YEAR}"], []]
    over = ["Tổ chức cơ sở đảng", None, None, "Đảng bộ bộ phận", "Chi bộ trực thuộc", "Tổng số đảng viên"]
    rows.append(["TT", "Loại hình cơ sở", *over])
    rows.append([None, None, "Tổng số", "Đảng bộ cơ sở", "Chi bộ cơ sở"])
    rows.append(["A", "B", 1, 2, 3, 4, 5, 6])
    truth: dict[str, tuple[int, str]] = {}
    names = ["ORGS", "COMMITTEES", "CELLS", "SECTIONS", "SUBORDINATE", "MEMBERS"]
    for number, line in enumerate(version_of(catalogue, "year_bases").rows, start=1):
        figures = [number + at for at in range(len(names))]
        rows.append([line.ordinal or None, catalogue.by_name["year_bases"].items[line.item].label.vi, *figures])
        for at, name in enumerate(names):
            truth[f"year_bases.{line.item}.{name}"] = (figures[at], f"{'CDEFGH'[at]}{len(rows)}")
    return rows, truth


def read(
    folder: Path, catalogue: Catalogue, reference: Reference, *sheets: Rows
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Submissions, observations and findings of one workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Trang {number}")
        for row in rows:
            sheet.append(row)
    path = folder / "bieu.xlsx"
    book.save(path)
    got = read_files([path], catalogue, reference)
    tables = normalise_cells(got.cells, got.submissions, catalogue, reference)
    return got.submissions, tables.observations, pd.concat([got.findings, tables.findings], ignore_index=True)


def held(observations: pd.DataFrame) -> dict[str, tuple[int, str]]:
    filled = observations[observations["value"].notna()]
    return {row.cell_code: (row.value, row.cell) for row in filled.itertuples()}


FORMS = [
    ("year_admissions", "Biểu số 2-BTCTW"),
    ("year_members", "Biểu số 3-BTCTW"),
    ("year_member_services", "Biểu số 7-BTCTW"),
    # Without a number: by its lines, of which two forms share more than half.
    ("year_admissions", "ĐẢNG VIÊN MỚI KẾT NẠP TRONG NĂM"),
    ("year_members", "ĐỘI NGŨ ĐẢNG VIÊN"),
]


@pytest.mark.parametrize("as_paper", [True, False])
@pytest.mark.parametrize(("form", "title"), FORMS)
def test_every_line_reaches_its_own_cell(
    form: str, title: str, as_paper: bool, tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = sheet_of(catalogue, form, title, as_paper=as_paper)
    submissions, observations, findings = read(tmp_path, catalogue, reference, rows)
    told = submissions[["organization_code", "period_code", "layout", "read_state"]].to_numpy().tolist()
    assert told == [["AA-1", YEAR, "bieu_2021", "identified"]], findings["message_vi"].tolist()
    assert held(observations) == truth
    assert findings.empty, findings[["cell", "message_vi"]].to_numpy().tolist()


def test_a_form_with_several_columns_is_read_by_what_stands_over_them(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = bases(catalogue)
    _, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert held(observations) == truth
    assert findings.empty, findings[["cell", "message_vi"]].to_numpy().tolist()


def test_a_column_and_a_line_that_their_place_told_are_listed_for_a_look(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = bases(catalogue)
    rows[4][6] = "Chi bộ trực thuộc, kể cả ghép"
    at = next(at for at, row in enumerate(rows) if row[:1] == ["7"])
    rows[at][1] = "Lực lượng bảo vệ biên cương"
    _, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert held(observations) == truth
    told = findings[["rule_id", "cell", "observed", "severity"]].to_numpy().tolist()
    assert told == [["lines_by_place", "G5", "2", "info"]]
    assert f"G5 = “Chi bộ trực thuộc”; B{at + 1} = “Quân đội”" in findings["message_vi"].item()


def test_the_forms_of_a_year_are_one_report_where_they_are_sheets_of_one_workbook(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    forms = ["membership_change", "year_admissions", "year_members", "year_member_services"]
    made = [sheet_of(catalogue, form, f"Biểu số {at}-BTCTW") for form, at in zip(forms, (1, 2, 3, 7), strict=True)]
    with_bases = [*made, bases(catalogue)]
    submissions, observations, findings = read(tmp_path, catalogue, reference, *(rows for rows, _ in with_bases))
    assert submissions[["organization_code", "period_code"]].to_numpy().tolist() == [["AA-1", YEAR]]
    wanted = {code: one for _, truth in with_bases for code, one in truth.items()}
    assert held(observations) == wanted
    assert findings.empty, findings[["sheet", "cell", "message_vi"]].to_numpy().tolist()


def test_a_form_that_was_not_sent_is_not_asked_for_by_the_ones_that_were(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, _ = sheet_of(catalogue, "year_members", "Biểu số 3-BTCTW")
    _, observations, _ = read(tmp_path, catalogue, reference, rows)
    of_others = observations[~observations["cell_code"].str.startswith("year_members.")]
    assert set(of_others["state"]) <= {"not_applicable"}


def test_lines_below_a_heading_that_nobody_knows_land_nowhere(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    trap = [[None, "Trình độ ngoại ngữ"], [None, "Đại học", 71, 70, None], [None, "Trung cấp", 72, 70, None]]
    extra = {"JOINED_1945": trap}
    rows, truth = sheet_of(catalogue, "year_members", "Biểu số 3-BTCTW", extra=extra)
    _, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert 71 not in {value for value, _ in held(observations).values()}
    assert 72 not in {value for value, _ in held(observations).values()}
    told = findings[findings["rule_id"] == "beside_table"]
    assert set(told["observed"]) >= {"71", "72"}, told.to_dict("records")
    missing = truth.keys() - held(observations).keys()
    # The heading stands above "Thời gian vào Đảng" here, so of what follows it some may be open, none wrong.
    assert all(held(observations)[code] == truth[code] for code in truth.keys() - missing)
    assert len(missing) <= 4, missing


def test_a_mean_age_is_left_aside_with_its_reason(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> None:
    extra = {"EDU_LITERATE": [[None, "Tuổi bình quân", 41.3, 40.9, None]]}
    # The heading over the lines of schooling comes first, so the mean stands below it as on no paper: still known.
    rows, truth = sheet_of(catalogue, "year_members", "Biểu số 3-BTCTW", extra=extra)
    _, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert held(observations) == truth
    assert findings.empty, findings[["cell", "message_vi"]].to_numpy().tolist()


def test_a_form_of_days_on_which_it_was_not_in_force_is_not_read(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    first, truth = sheet_of(catalogue, "membership_change", "Biểu số 1-BTCTW", year="2025")
    third, _ = sheet_of(catalogue, "year_members", "Biểu số 3-BTCTW", year="2025")
    _, observations, findings = read(tmp_path, catalogue, reference, first, third)
    assert held(observations) == truth
    assert "Trang 2" in set(findings["sheet"])
    submissions, observations, findings = read(tmp_path, catalogue, reference, third)
    assert (submissions["read_state"].tolist(), len(observations)) == (["unidentified"], 0)
    assert findings["rule_id"].tolist() == ["layout_not_in_force"]


def test_two_sheets_of_one_form_and_organization_are_never_added_up(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = sheet_of(catalogue, "year_members", "Biểu số 3-BTCTW")
    submissions, observations, findings = read(tmp_path, catalogue, reference, rows, rows)
    doubled = {code for code, (value, _) in held(observations).items() if value != truth[code][0]}
    assert not doubled
    assert len(submissions) == 2 or not findings.empty


def relabelled(rows: Rows, changed: dict[str, list[Any]]) -> Rows:
    """``rows`` with other cells from the label on, by the label."""
    return [[row[0], *changed[row[1]], *row[1 + len(changed[row[1]]) :]] if len(row) > 1 and row[1] in changed else row
            for row in rows]  # fmt: skip


def test_a_row_of_figures_heads_no_column(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> None:
    rows, truth = sheet_of(catalogue, "year_member_services", "Biểu số 7-BTCTW")
    # Nobody knows the first line, and of the period nothing stands in it: it looked like "… | blank | 21".
    rows = relabelled(rows, {"Đảng viên được khen thưởng": ["Một dòng không ai biết", None]})
    _, observations, _ = read(tmp_path, catalogue, reference, rows)
    assert held(observations) == {code: one for code, one in truth.items() if not code.endswith(".REWARDED")}


def test_ordinals_that_begin_anew_below_each_whole_say_nothing(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = bases(catalogue)
    anew = {"9a1": "1)", "9a2": "2)", "9a3": "3)", "9b1": "1)", "9b2": "2)", "9b3": "3)"}
    rows = [[anew.get(str(row[0]), row[0]), *row[1:]] if row else row for row in rows]
    _, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert held(observations) == truth
    assert findings.empty, findings[["cell", "message_vi"]].to_numpy().tolist()


def test_a_line_that_says_its_own_part_alone_follows_the_one_before_it(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = sheet_of(catalogue, "year_members", "Biểu số 3-BTCTW")
    at = next(number for number, row in enumerate(rows) if row[1:] == [OVER["PRO_ELEMENTARY"]])
    _, observations, _ = read(tmp_path, catalogue, reference, [*rows[:at], *rows[at + 1 :]])
    for item in ("PRO_INTERMEDIATE", "THEORY_INTERMEDIATE"):
        value, cell = truth[f"year_members.{item}"]
        assert held(observations)[f"year_members.{item}"] == (value, f"C{int(cell[1:]) - 1}")


def test_a_heading_that_speaks_of_a_line_is_not_the_line(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    extra = {"OCC_STATE": [["II", "Phân tích đảng viên mới kết nạp"]]}
    rows, truth = sheet_of(catalogue, "year_admissions", "Biểu số 2-BTCTW", extra=extra)
    _, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert held(observations) == truth
    assert findings.empty, findings[["cell", "message_vi"]].to_numpy().tolist()


def test_the_last_day_of_a_year_is_the_year_where_nothing_else_is_due(tmp_path: Path, catalogue: Catalogue) -> None:
    columns = small_reference()["reporting_periods"].columns
    both = [["AA", code, "2030-01-20", None] for code in (YEAR, f"{YEAR}H2")]
    reference = small_reference(reporting_periods=pd.DataFrame(both, columns=columns, dtype=object))
    rows, _ = bases(catalogue)
    submissions, _, _ = read(tmp_path, catalogue, reference, rows)
    assert submissions["period_code"].tolist() == [YEAR]
    first, _ = sheet_of(catalogue, "membership_change", "Biểu số 1-BTCTW")
    first[3] = [f"Có đến 31/12/{YEAR}"]
    submissions, _, findings = read(tmp_path, catalogue, reference, first)
    assert findings["rule_id"].tolist() == ["layout_period"]


@pytest.mark.parametrize("place", ["above", "below"])
@pytest.mark.parametrize("title", ["BIỂU THỐNG KÊ", "Biểu mẫu số 02"])
def test_a_form_without_its_one_total_is_refused_and_never_read_as_another(
    title: str, place: str, tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, _ = sheet_of(catalogue, "year_admissions", title)
    # Biểu 3 could take it for its own total; here it is a second one above the first, or one below its parts.
    total = [None, "Tổng số", 7, 7, None]
    if place == "above":
        rows.insert(6, total)
    else:
        rows = [*relabelled(rows, {"Đảng viên mới kết nạp": ["Một dòng không ai biết"]})[:-2], total]
    submissions, observations, findings = read(tmp_path, catalogue, reference, rows)
    assert (submissions["read_state"].tolist(), len(observations)) == (["unidentified"], 0)
    assert "Đảng viên mới kết nạp" in findings["message_vi"][0]


def test_cards_issued_and_exchanged_together_are_not_those_exchanged(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows, truth = sheet_of(catalogue, "year_member_services", "Biểu số 7-BTCTW")
    together = {"Thẻ đảng viên được phát": ["Cấp, đổi thẻ đảng viên (tổng số)"], "Đổi thẻ": ["Một dòng không ai biết"]}
    # Without its ordinal nothing but its place would say what the unknown line is.
    rows = [[None, *row[1:]] if "Đổi thẻ" in row else row for row in rows]
    _, observations, _ = read(tmp_path, catalogue, reference, relabelled(rows, together))
    assert held(observations) == {code: one for code, one in truth.items() if not code.endswith("CARD_CHANGED")}


def test_words_that_deny_or_narrow_are_no_words_beside() -> None:
    for text in ("Chưa biết chữ", "Đang học đại học", "Công chức nhà nước cấp tỉnh", "Không còn là đoàn viên"):
        assert concepts_of(text, "people") is None, text
    for text in ("Thẻ chưa phát", "Thẻ bị thu hồi", "Khen thưởng tập thể", "Huy hiệu truy tặng"):
        assert concepts_of(text, "services") is None, text
