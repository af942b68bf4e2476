"""The quality pages: every finding at its cell, counts that agree with the marts, nothing from the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from published_marts import published_marts

from khoi.reports.quality import write_quality_report
from khoi.reports.quality.contents import completeness_matrix, overview, rule_groups
from khoi.reports.quality.pages import page_name
from khoi.reports.quality.tables import QualityTables, read_quality_tables


@pytest.fixture(scope="module")
def tables() -> QualityTables:
    return read_quality_tables(published_marts())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_quality_report(published_marts(), tmp_path_factory.mktemp("quality")).parent


class Page(HTMLParser):
    """The addresses, tags and visible text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def pages(folder: Path) -> dict[str, Page]:
    return {path.relative_to(folder).as_posix(): Page(path) for path in sorted(folder.rglob("*.html"))}


def test_one_page_per_committee_and_organization(folder: Path) -> None:
    assert set(pages(folder)) == {
        "index.html",
        "committees/VD.html",
        "committees/V2.html",
        "organizations/VD-001.html",
        "organizations/VD-002.html",
        "organizations/VD-003.html",
    }


def test_every_link_leads_to_a_file_beside_it(folder: Path) -> None:
    for name, page in pages(folder).items():
        assert page.links, name
        for link in page.links:
            assert not re.match(r"[a-z]+:|//", link), (name, link)
            assert ((folder / name).parent / link).resolve().is_file(), (name, link)


def test_nothing_runs_and_nothing_is_loaded_from_the_network(folder: Path) -> None:
    for name, page in pages(folder).items():
        assert not page.tags & {"script", "iframe", "img", "object"}, name
    assert "url(" not in (folder / "style.css").read_text(encoding="utf-8")


def test_a_file_name_from_outside_is_text_and_never_markup(folder: Path) -> None:
    raw = (folder / "organizations/VD-002.html").read_text(encoding="utf-8")
    assert "hai &lt;script&gt;alert(1)&lt;/script&gt;.xls" in raw


def test_a_finding_names_its_file_sheet_cell_and_both_values(folder: Path) -> None:
    text = Page(folder / "organizations/VD-002.html").text
    assert "Biểu 1 C26" in text
    assert "Đảng viên trong danh sách cuối kỳ Cuối kỳ ghi 58, phải là 57 Closing 58, must be 57 58 57 57" in text


def test_every_finding_stands_on_exactly_one_page_with_its_text(folder: Path) -> None:
    texts = [page.text for name, page in pages(folder).items() if not name.startswith("committees/VD")]
    committee = Page(folder / "committees/VD.html").text
    connection = published_marts()
    for organization, message in connection.execute(
        "select organization_code, message_vi from marts.fct_findings"
    ).fetchall():
        if organization == "VD-999":
            assert message in committee
        else:
            assert sum(message in text for text in texts) == 1, message


def test_findings_of_a_replaced_version_are_told_apart(folder: Path) -> None:
    raw = (folder / "organizations/VD-001.html").read_text(encoding="utf-8")
    before, _, folded = raw.partition("<details>")
    assert "Cuối kỳ không khớp (bản cũ)" in folded
    assert "Cuối kỳ không khớp (bản cũ)" not in before
    assert "Dòng lạ" in before


def test_files_of_nobody_stand_on_the_index_and_strangers_on_the_committee_page(folder: Path) -> None:
    assert "anh chup.xlsx" in Page(folder / "index.html").text
    assert "la.xlsx" not in Page(folder / "index.html").text
    assert "mã ghi trên bìa: VD-999" in Page(folder / "committees/VD.html").text


def test_the_overview_counts_open_findings_only(tables: QualityTables) -> None:
    row = overview(tables)[("VD", "2022H1")]
    assert {key: row[key] for key in ("expected", "received", "missing", "late", "returned", "is_counted")} == {
        "expected": 2,
        "received": 2,
        "missing": 0,
        "late": 1,
        "returned": 1,
        "is_counted": 1,
    }
    # R001 of VD-002 and the stranger's file; the finding of the replaced version and the undecided one do not count.
    assert (row["hard"], row["soft"], row["info"]) == (2, 1, 0)
    assert overview(tables)[("VD", "2022H2")]["missing"] == 3


def test_rules_are_ordered_by_severity_and_number(tables: QualityTables) -> None:
    rules = rule_groups(tables)["VD"]
    assert [rule["severity"] for rule in rules] == ["hard", "hard", "hard", "soft"]
    assert {rule["rule_id"]: (rule["findings"], rule["organizations"]) for rule in rules}["R001"] == (1, 1)


def test_a_period_before_an_organization_existed_is_no_gap(tables: QualityTables, folder: Path) -> None:
    row = next(row for row in completeness_matrix(tables)["VD"] if row["organization_code"] == "VD-003")
    assert set(row["periods"]) == {"2022H2"}
    assert '<td class="outside">' in (folder / "committees/VD.html").read_text(encoding="utf-8")


def test_times_are_told_in_vietnamese_time(folder: Path) -> None:
    assert "02/07/2022 00:30" in Page(folder / "organizations/VD-001.html").text


def test_pages_of_former_organizations_are_removed(tmp_path: Path) -> None:
    connection = published_marts()
    write_quality_report(connection, tmp_path)
    connection.execute("delete from marts.dim_organizations where organization_code = 'VD-003'")
    write_quality_report(connection, tmp_path)
    assert not (tmp_path / "organizations/VD-003.html").exists()
    assert (tmp_path / "organizations/VD-002.html").exists()


def test_the_same_warehouse_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_quality_report(published_marts(), tmp_path)
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / path.relative_to(folder)).read_bytes(), path.name


def test_a_code_cannot_leave_the_folder() -> None:
    assert page_name("../../etc/x") == "_.._etc_x.html"
    assert "/" not in page_name("A/B")


def test_an_empty_warehouse_gives_an_index(tmp_path: Path) -> None:
    connection = published_marts()
    for table in ("dim_committees", "dim_organizations", "fct_submissions", "fct_findings", "rpt_completeness"):
        connection.execute(f"delete from marts.{table}")
    assert "Báo cáo chất lượng" in Page(write_quality_report(connection, tmp_path)).text
