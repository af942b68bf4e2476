"""The quality pages: every finding at its cell, counts that agree with the marts, nothing from the network."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from published_marts import published_marts
from shared_seeds import shared_reference

from ingest.catalogue import load_catalogue
from khoi.deployment.home import Home
from khoi.reports.dictionary import write_dictionary
from khoi.reports.quality import handbook_sections, workbooks_beside, write_quality_report
from khoi.reports.quality.contents import (
    completeness_matrix,
    findings_by_rule,
    organization_pages,
    overview,
    rule_groups,
)
from khoi.reports.quality.forms import form_matrices
from khoi.reports.quality.layout import as_read, page_name, word
from khoi.reports.quality.tables import QualityTables, read_quality_tables
from khoi.reports.quality.workbooks import Workbook
from quality.catalogue import load_rules


@pytest.fixture(scope="module")
def tables() -> QualityTables:
    connection = published_marts()
    return read_quality_tables(connection).with_forms(connection)


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
        "followup.html",
        "rules.html",
        "committees/VD.html",
        "committees/V2.html",
        "findings/VD.html",
        "findings/V2.html",
        "forms/VD-2022H1.html",
        "forms/VD-2022H2.html",
        "organizations/VD-001.html",
        "organizations/VD-002.html",
        "organizations/VD-003.html",
    }


def test_every_link_leads_to_a_file_beside_it(folder: Path) -> None:
    for name, page in pages(folder).items():
        assert page.links, name
        for link in page.links:
            assert not re.match(r"[a-z]+:|//", link), (name, link)
            target, _, anchor = link.partition("#")
            leads_to = ((folder / name).parent / target).resolve() if target else folder / name
            assert leads_to.is_file(), (name, link)
            assert not anchor or f'id="{anchor}"' in leads_to.read_text(encoding="utf-8"), (name, link)


def test_nothing_is_loaded_from_the_network_and_only_the_two_scripts_beside_run(folder: Path) -> None:
    for name, page in pages(folder).items():
        assert not page.tags & {"iframe", "img", "object"}, name
        raw = (folder / name).read_text(encoding="utf-8")
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", raw, re.DOTALL)
        assert [text for _, text in scripts] == ["", ""], name
        assert [Path(told.split('"')[1]).name for told, _ in scripts] == ["list.min.js", "site.js"], name
    script = (folder / "site.js").read_text(encoding="utf-8")
    assert not re.search(r"https?:|fetch|XMLHttpRequest|innerHTML|eval", script)
    assert "url(" not in (folder / "style.css").read_text(encoding="utf-8")


def test_a_file_name_from_outside_is_text_and_never_markup(folder: Path) -> None:
    raw = (folder / "organizations/VD-002.html").read_text(encoding="utf-8")
    assert "hai &lt;script&gt;alert(1)&lt;/script&gt;.xls" in raw


def test_a_proposal_is_shown_once_on_every_page(tables: QualityTables) -> None:
    suggested = "Biểu 1!C26: 58 → 57 (97 %) - số khác"
    off = tables.findings[tables.findings["finding_id"] == "f3"].assign(suggested=suggested)
    changed = replace(tables, findings=pd.concat([off, off.assign(finding_id="f3b", rule_id="R002", cell="C8")]))
    shown = {
        "by rule": [row["suggested"] for group in findings_by_rule(changed)["VD"] for row in group["list"]],
        "by organization": [
            row["suggested"]
            for page in organization_pages(changed)
            for block in page["periods"]
            for row in block["open"]
        ],
    }
    assert shown == {page: [suggested, "Xem đề nghị ở Biểu 1!C26"] for page in shown}


def test_a_finding_names_its_file_sheet_cell_and_both_values(folder: Path) -> None:
    text = Page(folder / "organizations/VD-002.html").text
    assert "Biểu 1 C26" in text
    assert "Đảng viên trong danh sách cuối kỳ Cuối kỳ ghi 58, phải là 57 Closing 58, must be 57 58 57 57" in text


def test_every_finding_stands_on_exactly_one_page_with_its_text(folder: Path) -> None:
    found = pages(folder).items()
    texts = [page.text for name, page in found if name.startswith("organizations/") or name == "index.html"]
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


def test_times_are_display_divisor_vietnamese_time(folder: Path) -> None:
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


def test_a_form_is_filled_nil_partly_filled_or_empty(tables: QualityTables) -> None:
    (group,) = form_matrices(tables)[("VD", "2022H1")]
    assert [form["form"] for form in group["forms"]] == ["change", "discipline", "rewards", "structure"]
    first, second = group["organizations"]
    assert {form: cell["state"] for form, cell in first["cells"].items()} == {
        "change": "filled",
        "discipline": "nil",
        "rewards": "empty",
        "structure": "partial",
    }
    assert (second["organization_code"], second["state"], second["cells"]) == ("VD-002", "returned", {})


def test_a_period_without_a_counted_workbook_has_a_matrix_all_the_same(tables: QualityTables, folder: Path) -> None:
    (group,) = form_matrices(tables)[("VD", "2022H2")]
    assert group["forms"] == []
    assert len(group["organizations"]) == 3
    assert "VD-003" in Page(folder / "forms/VD-2022H2.html").text


def test_findings_by_rule_name_the_organization_and_the_state(folder: Path) -> None:
    text = Page(folder / "findings/VD.html").text
    assert "VD-002 2022H1 Biểu 1 C26 Cuối kỳ ghi 58, phải là 57" in text
    assert "Chưa giải quyết" in text
    assert "bản cũ" not in text


def test_the_first_question_is_the_one_that_moves_the_headlines(folder: Path) -> None:
    text = Page(folder / "followup.html").text
    assert "Sau 1/2 câu hỏi đầu" in text
    assert "1 ↩ Trả lại VD-002 Tổng số đảng viên +57 … +59 Báo cáo của VD-002 bị trả lại" in text
    assert "2 ▲ Phát hiện VD-001 – moves no headline Dòng lạ" in text
    assert "Tỷ lệ xếp loại Share rated 90 % 88,50 90 1,50 điểm % 0,10 điểm % 1" in text
    assert "sau 1 câu đầu" in Page(folder / "index.html").text
    for page in ("index.html", "committees/VD.html"):
        text = Page(folder / page).text.casefold()
        assert "kỳ 6 tháng đầu năm 2022" in text, "a code stood there"
        assert "kỳ 2022h1 còn" not in text


def test_the_handbook_has_a_section_for_every_rule(tmp_path: Path) -> None:
    catalogue, reference = load_catalogue(), shared_reference()
    rules = load_rules(catalogue, reference)
    handbook = handbook_sections(rules, catalogue, reference)
    assert [section["id"] for section in handbook] == [rule.id for rule in rules.rules]
    write_quality_report(published_marts(), tmp_path, handbook)
    page = Page(tmp_path / "rules.html")
    raw = (tmp_path / "rules.html").read_text(encoding="utf-8")
    for rule in rules.rules:
        assert f'id="{rule.id}"' in raw
        assert rule.title.vi in page.text
        assert " ".join(rule.authority.split()) in page.text
        assert f"Vì sao {rule.reason.vi} {rule.reason.en}" in page.text
    for topic in set(rules.topics.values()):
        assert word("topic", topic)["vi"] != topic, f"words.yaml has no words for the topic {topic}"
    # A rule's own page is what a finding links to; what no rule declares has no link.
    assert 'rules.html#R034"' in (tmp_path / "organizations/VD-003.html").read_text(encoding="utf-8")
    assert "rules.html#R901" not in (tmp_path / "organizations/VD-001.html").read_text(encoding="utf-8")


def test_an_empty_cell_and_an_example_are_display_divisor_words() -> None:
    catalogue, reference = load_catalogue(), shared_reference()
    handbook = handbook_sections(load_rules(catalogue, reference), catalogue, reference)
    balance = next(section for section in handbook if section["id"] == "R001A")
    assert "membership_change" not in balance["in_words"]["vi"]
    passing = balance["examples"][0]
    assert passing["outcome"] == "pass"
    assert "52" in [value for _, value in passing["given"]["vi"]]
    assert "." not in passing["given"]["vi"][0][0]
    opening = next(section for section in handbook if section["id"] == "R002")
    assert "(kỳ trước)" in " ".join(label for label, _ in opening["examples"][0]["given"]["vi"])
    assert "(last period)" in " ".join(label for label, _ in opening["examples"][0]["given"]["en"])


def test_the_gate_is_linked_where_its_pages_stand(tmp_path: Path) -> None:
    write_quality_report(published_marts(), tmp_path, gate=True)
    assert 'href="data_docs/index.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    write_quality_report(published_marts(), tmp_path)
    assert "data_docs" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_workbook_leads_to_its_original_and_its_returned_copy(tmp_path: Path) -> None:
    site = tmp_path / "reports" / "quality"
    found = {"h1": Workbook("../../landed/aa/mot%20hai.xlsx", "../../returned/VD/2022H1/VD-001.xlsx")}
    for one in found.values():
        for address in (one.original, one.returned):
            path = site / unquote(str(address))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    write_quality_report(published_marts(), site, workbooks=found)
    page = Page(site / "organizations/VD-001.html")
    linked = [((site / "organizations") / unquote(link)).resolve() for link in page.links if ".xlsx" in link]
    assert linked
    assert set(linked) == {tmp_path / "landed/aa/mot hai.xlsx", tmp_path / "returned/VD/2022H1/VD-001.xlsx"}
    assert "tệp gốc · bản trả lại" in page.text
    assert ".xlsx" not in " ".join(Page(site / "organizations/VD-002.html").links)


def test_where_workbooks_lie_is_told_by_their_hash(tmp_path: Path) -> None:
    home = Home(tmp_path)
    landed, copy = home.landed / "ab" / f"{'ab' * 32}.xlsx", home.returned / "VD" / "trả lại.xlsx"
    for path in (landed, copy):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    manifest = {"VD/trả lại.xlsx": {"file_hash": "ab" * 32}, "VD/mất.xlsx": {"file_hash": "cd" * 32}}
    (home.returned / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    site = home.reports / "quality"
    found = workbooks_beside(home, site)
    assert set(found) == {"ab" * 32}, "what was removed has no link"
    (one,) = found.values()
    assert (site / unquote(str(one.original))).resolve() == landed
    assert (site / unquote(str(one.returned))).resolve() == copy


def test_days_are_written_in_one_form(tmp_path: Path) -> None:
    catalogue, reference = load_catalogue(), shared_reference()
    handbook = handbook_sections(load_rules(catalogue, reference), catalogue, reference)
    write_quality_report(published_marts(), tmp_path / "quality", handbook, dictionary=True)
    write_dictionary(catalogue, reference, tmp_path / "dictionary")
    assert "../dictionary/index.html" in Page(tmp_path / "quality/index.html").links
    assert "../quality/index.html" in Page(tmp_path / "dictionary/index.html").links
    for name, page in pages(tmp_path).items():
        assert not re.search(r"\b(19|20)\d\d-\d\d-\d\d\b", page.text), name
    assert re.search(r"\b\d\d/\d\d/20\d\d\b", Page(tmp_path / "quality/rules.html").text)


def test_an_empty_warehouse_gives_an_index(tmp_path: Path) -> None:
    connection = published_marts()
    for table in (
        "dim_committees",
        "dim_organizations",
        "fct_submissions",
        "fct_findings",
        "rpt_completeness",
        "rpt_headline_bounds",
    ):
        connection.execute(f"delete from marts.{table}")
    assert "Báo cáo chất lượng" in Page(write_quality_report(connection, tmp_path)).text


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, ""),
        ("6177", "6.177"),
        ("-9", "-9"),
        ("0", "0"),
        ("007", "007"),
        ("2024-01-20", "20/01/2024"),
        ("returned", "Trả lại để sửa"),
        ("none", "Chưa gửi"),
        ("KTR", "KTR"),
    ],
)
def test_values_are_written_as_their_reader_writes_them(value: str | None, read: str) -> None:
    assert as_read(value) == read
