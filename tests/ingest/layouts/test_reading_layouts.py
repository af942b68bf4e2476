"""Forms of a committee's own come in as submissions of each organization, with the same cells and the same findings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from invented_layouts import DECLARED, by_branches, by_items, by_rows, by_rows_changed
from workbook_rows import Sheets, small_reference

from ingest.catalogue import Catalogue, CatalogueError, load_catalogue
from ingest.lake import FINDINGS, OBSERVATIONS, SUBMISSIONS, read_tables
from ingest.normalise import normalise_cells, normalise_partitions, stale_partitions
from ingest.receive import read_files, receive_inbox
from ingest.reference import Reference


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The project's forms and the three invented layouts, one of them in two editions."""
    return load_catalogue(layouts=DECLARED)


def read(sheets: Sheets, folder: Path, catalogue: Catalogue, reference: Reference) -> tuple[pd.DataFrame, ...]:
    """Submissions, observations and findings of one file."""
    got = read_files([sheets.save(folder / "bieu.xlsx")], catalogue, reference)
    tables = normalise_cells(got.cells, got.submissions, catalogue, reference)
    return got.submissions, tables.observations, pd.concat([got.findings, tables.findings], ignore_index=True)


def values(observations: pd.DataFrame, organization: str) -> dict[str, object]:
    """Cell code -> value of the cells that an organization's figures fill."""
    mine = observations[(observations["organization_code"] == organization) & observations["value"].notna()]
    return dict(zip(mine["cell_code"], mine["value"], strict=True))


ROWS = [
    ["AA-1", 20, 3, 2, 1, 1, 1, 0, 12, 10, "có 1 đồng chí chuyển đến"],
    ["Tổ chức AA-2", 30, 0, 0, 0, 2, 0, 2, 20, 8, None],
    ["AA-3", 10, 1, 1, 0, 0, 0, 0, 11, 0, None],
]


def test_one_organization_a_row(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    submissions, observations, findings = read(by_rows(ROWS), tmp_path, own, reference)
    assert submissions["organization_code"].tolist() == ["AA-1", "AA-2", "AA-3"]
    assert set(submissions["read_state"]) == {"identified"}
    assert set(submissions["layout"]) == {"rows_2021"}
    assert submissions["part_of"].nunique() == 1
    assert values(observations, "AA-2") == {
        "membership_change.OPEN": 30, "membership_change.INC": 0, "membership_change.IN_ADMIT": 0,
        "membership_change.IN_TR": 0, "membership_change.IN_TR_EXT": 0, "membership_change.DEC": 2,
        "membership_change.OUT_DEATH": 0, "membership_change.OUT_TR": 2, "membership_change.OUT_TR_EXT": 2,
        "membership_change.CLOSE": 28, "membership_structure.FEMALE": 8,
    }  # fmt: skip
    assert findings.empty, findings[["rule_id", "cell", "observed"]]


def test_headings_again_after_a_page_and_totals_of_the_whole_are_no_organizations(
    tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    """A printed summary of 12 organizations told three unknown ones: the headings and numbers of its second page."""
    sheets = by_rows(ROWS)
    cells = sheets.cells["Tổng hợp"]
    top, first, last = (sheets.find("Tổng hợp", text)[0] for text in ("TT", "AA-1", "AA-3"))
    page = {(row - top + first + 1, column): one for (row, column), one in cells.items() if top <= row < top + 4}
    below = {(row + 4, column): one for (row, column), one in cells.items() if row > first}
    whole = {(last + 5, column): one for (row, column), one in cells.items() if row == last and column > 2}
    kept = {place: one for place, one in cells.items() if place[0] <= first}
    later = {(row + (row > last + 4), column): one for (row, column), one in below.items()}
    sheets.cells["Tổng hợp"] = kept | page | later | whole | {(last + 5, 2): "TOÀN ĐẢNG BỘ"}
    submissions, _, findings = read(sheets, tmp_path, own, reference)
    assert submissions["organization_code"].tolist() == ["AA-1", "AA-2", "AA-3"]
    assert findings.empty, findings[["rule_id", "cell", "observed"]]


def test_every_figure_keeps_its_cell(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    sheets = by_rows(ROWS)
    _, observations, _ = read(sheets, tmp_path, own, reference)
    row = sheets.find("Tổng hợp", "Tổ chức AA-2")[0]
    mine = observations[observations["organization_code"] == "AA-2"].set_index("cell_code")
    assert mine.loc["membership_change.OPEN", ["sheet", "cell", "raw_text"]].tolist() == ["Tổng hợp", f"C{row}", "30"]
    closing = mine.loc["membership_change.CLOSE", ["cell", "raw_text"]].tolist()
    assert closing == [f"J{row}+K{row}", "20 + 8"]
    # What the form does not ask for is neither missing nor zero.
    assert mine.loc["membership_change.OUT_EXPEL", "state"] == "not_applicable"
    assert set(mine["form"]) == {"membership_change", "membership_structure"}


def test_the_edition_follows_the_period(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    changed = [["AA-1", 20, 4, 2, 1, 1, 1, 1, 0, 10, 13]]
    submissions, observations, findings = read(by_rows_changed(changed), tmp_path, own, reference)
    assert submissions["layout"].tolist() == ["rows_2022"]
    found = values(observations, "AA-1")
    assert (found["membership_change.IN_TR"], found["membership_structure.FEMALE"]) == (2, 10)
    assert findings.empty
    old_in_new = by_rows(ROWS, period="6 tháng cuối năm 2022")
    submissions, _, findings = read(old_in_new, tmp_path, own, reference)
    assert submissions["read_state"].tolist() == ["unidentified"]
    assert findings["rule_id"].tolist() == ["layout_not_in_force"]


def test_one_branch_a_row(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    branches = [["Chi bộ 1", 12, 1, 1], ["Chi bộ 2", 8, None, None], ["Chi bộ 3", 5, 2, None]]
    submissions, observations, findings = read(by_branches("AA-3", branches), tmp_path, own, reference)
    assert submissions["organization_code"].tolist() == ["AA-3"]
    assert values(observations, "AA-3") == {
        "member_status.OFFICIAL": 25, "member_status.PROBATIONARY": 3,
        "membership_change.CLOSE": 28, "membership_change.IN_ADMIT": 1,
    }  # fmt: skip
    closing = observations.set_index("cell_code").loc["membership_change.CLOSE"]
    assert closing["cell"] == "C7:C9+D7:D9"
    assert findings.empty


def test_one_item_a_row(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    figures = {"Tổ chức AA-1": [50, 20, 5, 3, 1, 4, 1], "AA-2": [40, 10, 0, 2, 2, 2, 0]}
    submissions, observations, findings = read(by_items(figures), tmp_path, own, reference)
    assert set(submissions["period_code"]) == {"2022H2"}
    assert values(observations, "AA-1") == {
        "membership_structure.TOTAL": 50, "membership_structure.FEMALE": 20,
        "membership_structure.ETHNIC_MINORITY": 5, "membership_change.IN_ADMIT": 3,
        "membership_change.OUT_REMOVE": 3, "membership_change.OUT_RESIGN": 1,
    }  # fmt: skip
    assert findings.empty


def test_the_ordinals_of_a_declared_form_are_read_with_it(tmp_path: Path, reference: Reference) -> None:
    """IV was a text that nobody knew and was hidden; then the line that is told by it was missing."""
    text = (DECLARED / "items.yaml").read_text("utf-8").replace('ordinal: "3"', "ordinal: IV")
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "own.yaml").write_text(text, "utf-8")
    sheets = by_items({"AA-1": [50, 20, 5, 3, 1, 4, 1], "AA-2": [40, 10, 0, 2, 2, 2, 0]})
    row, column = sheets.find("Chỉ tiêu", "Xin ra và xóa tên")
    sheets.cells["Chỉ tiêu"][row, column - 1] = "IV"
    _, observations, findings = read(sheets, tmp_path, load_catalogue(layouts=folder), reference)
    assert values(observations, "AA-1")["membership_change.OUT_REMOVE"] == 3
    assert findings.empty, findings[["rule_id", "cell", "observed"]]


def test_a_column_may_answer_a_field_of_a_record_form(tmp_path: Path, reference: Reference) -> None:
    """A column of codes; what the form of others does not ask is missing, never counted."""
    text = (DECLARED / "rows_2021.yaml").read_text("utf-8")
    column = "{header: [Ghi chú], cells: {organization_profile.SECTOR: 1}}"
    lines = [f"      - {column}" if "Ghi chú" in line else line for line in text.splitlines()]
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "own.yaml").write_text("\n".join(lines), "utf-8")
    sector = reference["codes"].query("code_list == 'sector' and valid_to.isna()").iloc[0]
    rows = [[*ROWS[0][:-1], sector["label_vi"]], [*ROWS[1][:-1], "không rõ"]]
    _, observations, findings = read(by_rows(rows), tmp_path, load_catalogue(layouts=folder), reference)
    profile = observations[observations["form"] == "organization_profile"].set_index("cell_code")
    mine = profile[profile["organization_code"] == "AA-1"]
    assert mine.loc[f"organization_profile.SECTOR.{sector['code']}", ["value", "cell"]].tolist() == [1, "L12"]
    assert mine.loc["organization_profile.TYPE.DBCS", "state"] == "missing"
    assert findings[["rule_id", "cell", "observed"]].to_numpy().tolist() == [["unknown_code", "L13", "không rõ"]]


def test_what_is_unreadable_or_empty_is_never_a_smaller_sum(
    tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    rows = [["AA-1", 20, 3, 2, 1, 1, 1, 0, "mười hai", 10, None], ["AA-2", 30, 0, 0, 0, 2, 0, 2, None, 8, None]]
    _, observations, findings = read(by_rows(rows), tmp_path, own, reference)
    closing = observations[observations["cell_code"] == "membership_change.CLOSE"].set_index("organization_code")
    assert closing["state"].to_dict() == {"AA-1": "unreadable", "AA-2": "missing"}
    assert closing["value"].isna().all()
    told = findings.loc[findings["rule_id"] == "not_a_count", ["organization_code", "cell", "observed"]]
    assert told.to_numpy().tolist() == [["AA-1", "J12", "mười hai"]]


def test_a_day_in_a_heading_is_no_second_period(tmp_path: Path, reference: Reference) -> None:
    """The opening is of the day before the period, and the title says which it is."""
    text = (
        (DECLARED / "rows_2021.yaml").read_text("utf-8").replace("[Đảng viên đầu kỳ]", "[Đảng viên có đến 31/12/2021]")
    )
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "own.yaml").write_text(text, "utf-8")
    sheets = by_rows(ROWS)
    sheets.cells["Tổng hợp"][sheets.find("Tổng hợp", "Đảng viên đầu kỳ")] = "Đảng viên có đến 31/12/2021"
    submissions, _, findings = read(sheets, tmp_path, load_catalogue(layouts=folder), reference)
    assert set(submissions["period_code"]) == {"2022H1"}
    assert findings.empty, findings[["rule_id", "cell", "observed"]]
    # Two periods beside the table are still two.
    sheets.cells["Tổng hợp"][1, 1] = "Năm 2021: 6 tháng cuối năm 2021"
    submissions, _, findings = read(sheets, tmp_path, load_catalogue(layouts=folder), reference)
    assert findings["rule_id"].tolist() == ["layout_period"]


@pytest.mark.parametrize(
    ("change", "finding", "observed"),
    [
        ({"Kết nạp": "Kết nạp và phục hồi"}, "layout_differs", ""),
        ({"Ghi chú": "Ghi chú", "new": "Chuyển đến cơ quan"}, "layout_strange", "Chuyển đến cơ quan"),
        ({"Kỳ báo cáo: 6 tháng đầu năm 2022": "Kỳ báo cáo:"}, "layout_period", ""),
    ],
)
def test_a_changed_form_is_refused_never_taken_for_the_nearest(
    change: dict[str, str], finding: str, observed: str, tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    sheets = by_rows(ROWS)
    cells = sheets.cells["Tổng hợp"]
    for old, new in change.items():
        place = (7, 13) if old == "new" else sheets.find("Tổng hợp", old)
        cells[place] = new
    submissions, observations, findings = read(sheets, tmp_path, own, reference)
    assert submissions["read_state"].tolist() == ["unidentified"]
    assert observations.empty
    assert findings["rule_id"].tolist() == [finding]
    assert (findings["observed"].iloc[0] or "") == observed


def test_a_name_of_no_register_and_a_second_row_are_told_at_their_cells(
    tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    rows = [ROWS[0], ["Tổ chức lạ", *ROWS[1][1:]], ["AA-1", *ROWS[2][1:]]]
    submissions, observations, findings = read(by_rows(rows), tmp_path, own, reference)
    assert submissions["read_state"].tolist() == ["identified", "unidentified", "unidentified"]
    assert submissions["file_hash"].is_unique
    told = findings[["rule_id", "cell", "observed"]].to_numpy().tolist()
    assert told == [["unknown_organization", "B13", "Tổ chức lạ"], ["organization_twice", "B15", "AA-1"]]
    assert set(observations["organization_code"]) == {"AA-1"}


def test_through_the_inbox_and_again_when_the_layout_is_declared_later(tmp_path: Path, reference: Reference) -> None:
    inbox, lake, folder = tmp_path / "inbox", tmp_path / "lake", tmp_path / "layouts"
    inbox.mkdir(), folder.mkdir()
    by_rows(ROWS).save(inbox / "bieu.xlsx")

    def receive() -> pd.DataFrame:
        receive_inbox(inbox, tmp_path / "landed", lake, load_catalogue(layouts=folder), reference, workers=1)
        return read_tables(lake / "submissions", SUBMISSIONS)

    before = receive()
    assert before["read_state"].tolist() == ["unidentified"]
    assert before["layout"].isna().all()
    shutil.copy(DECLARED / "rows_2021.yaml", folder)
    after = receive()
    assert after["organization_code"].tolist() == ["AA-1", "AA-2", "AA-3"]
    assert set(after["part_of"]) == set(before["file_hash"])
    assert read_tables(lake / "received_findings", FINDINGS).empty
    catalogue = load_catalogue(layouts=folder)
    normalise_partitions(lake, stale_partitions(lake, catalogue, reference), catalogue, reference)
    observations = read_tables(lake / "normalised", OBSERVATIONS, "*/*/observations.parquet")
    assert values(observations, "AA-3")["membership_change.CLOSE"] == 11
    assert receive().equals(after), "a third run changes nothing"


def test_what_reading_found_is_said_to_every_organization_of_the_file(tmp_path: Path, reference: Reference) -> None:
    """A column of names in a form of others: refused, whichever came first, the file or the layout."""
    sheets = by_rows(ROWS)
    sheets.cells["Tổng hợp"][sheets.find("Tổng hợp", "Ghi chú")] = "Họ và tên"
    folder, inbox, lake = tmp_path / "layouts", tmp_path / "inbox", tmp_path / "lake"
    folder.mkdir(), inbox.mkdir()
    sheets.save(inbox / "bieu.xlsx")
    receive_inbox(inbox, tmp_path / "landed", lake, load_catalogue(), reference, workers=1)
    text = (DECLARED / "rows_2021.yaml").read_text("utf-8").replace("[Ghi chú]", "[Họ và tên]")
    (folder / "rows_2021.yaml").write_text(text, "utf-8")
    own = load_catalogue(layouts=folder)
    receive_inbox(inbox, tmp_path / "landed", lake, own, reference, workers=1)
    later = read_tables(lake / "received_findings", FINDINGS)
    at_once = read_files([inbox / "bieu.xlsx"], own, reference).findings
    assert later["organization_code"].tolist() == ["AA-1", "AA-2", "AA-3"]
    assert set(later["rule_id"]) == {"identity_column"}
    assert set(later["finding_id"]) == set(at_once["finding_id"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("membership_change.OPEN: 1", "membership_change.OPNE: 1", "membership_change.OPNE"),
        ("role: organization", "role: label", "organization"),
        ("reason: số thứ tự", "member: X", "reason"),
        ("membership_change.OPEN: 1", "membership_change.OPEN: 2", "OPEN"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_refused_by_name(old: str, new: str, told: str, tmp_path: Path) -> None:
    text = (DECLARED / "rows_2021.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "sai.yaml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CatalogueError, match=rf"sai\.yaml[\s\S]*{told}"):
        load_catalogue(layouts=tmp_path)


def test_an_organization_of_another_committee_is_refused(tmp_path: Path, own: Catalogue) -> None:
    reference = small_reference()
    organizations = reference["organizations"].assign(committee_code="BB")
    reporting = reference["reporting_periods"].assign(committee_code="BB")
    other = small_reference(organizations=organizations, reporting_periods=reporting)
    submissions, _, findings = read(by_rows([ROWS[0]]), tmp_path, own, other)
    assert submissions["read_state"].tolist() == ["unidentified"]
    assert findings["rule_id"].tolist() == ["layout_committee"]
