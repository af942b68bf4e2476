"""The report in Word: what it prints is the warehouse's, its parts add up, and our own audit finds nothing in it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from khoi_deployment import Deployment
from shared_seeds import shared_reference
from typer.testing import CliRunner

from ingest.documents import read_document
from khoi.cli import app
from khoi.reports.word.figures import Figure
from khoi.reports.word.prose import declared_sections, measures_of, written_sections
from khoi.reports.word.rounding import printed, rounded, share
from khoi.reports.word.spans import Span, Subject
from khoi.reports.word.write import TEMPLATE, rendered
from khoi.warehouse.query import Bounds, open_bounded
from khoi.warehouse.read import open_published
from quality.prose import KnownFigure, audit_report

DECLARED = declared_sections()
SENTENCES = [sentence for section in DECLARED["sections"] for sentence in section["sentences"]]
MEASURES = sorted({code for sentence in SENTENCES for code in measures_of(sentence["text"])})
MOVES = [*DECLARED["membership"]["came"], *DECLARED["membership"]["went"]]
SUBJECT = Subject("ZZ", "2022H1", "Đảng bộ thử", "Trà Vinh", "6 tháng đầu năm 2022", 2022, 3)
SPAN = Span("2022H1", SUBJECT.period_label, ("2022H1",), ("2021H2",), "6 tháng đầu năm 2022", "6 tháng cuối năm 2021")


HALVES = """
    select measure_code, period_code, value, organizations_counted from rpt_committee_measures
    where committee_code = 'ZZ' and period_code in ('2021H1', '2021H2')
"""


def labels() -> dict[str, str]:
    """The Vietnamese labels of the measures, as the warehouse has them."""
    frame = shared_reference()["measures"]
    return dict(zip(frame["measure_code"], frame["label_vi"], strict=True))


LABELS = labels()


def figure(code: str, value: float, counted: int = 5) -> Figure:
    return Figure(code, LABELS[code], "", rounded(value), rounded(value + 1), counted, 5, ("2022H1",))


@st.composite
def warehouses(draw: st.DrawFn) -> dict[str, Figure]:
    """The figures of a committee: parts of totals that add up or do not, figures that are missing, shares above all."""
    amounts = st.integers(0, 20_000)
    values = {code: draw(amounts) for code in {*MEASURES, *MOVES, "members_opening"}}
    for sentence in SENTENCES:
        if "sum" in sentence and draw(st.booleans()):
            total, *parts = sentence["sum"]
            values[total] = sum(values[part] for part in parts)
    missing = draw(st.sets(st.sampled_from(sorted(values)), max_size=5))
    return {
        code: figure(code, value, draw(st.sampled_from([4, 5])))
        for code, value in values.items()
        if code not in missing
    }


def document_of(figures: dict[str, Figure]) -> bytes:
    return rendered(TEMPLATE, "half-year", SUBJECT, SPAN, written_sections(DECLARED, figures), figures, DECLARED)


def footnotes(content: bytes) -> list[str]:
    """The texts of Word's footnotes, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        notes = package.read("word/footnotes.xml").decode()
    return [re.sub(r"<[^>]*>", "", one).strip() for one in re.findall(r"<w:footnote w:id=.*?</w:footnote>", notes)]


def test_coverage_open_queries_and_rounding_stand_in_footnotes_of_word() -> None:
    figures = {code: figure(code, 4) for code in MEASURES}
    content = rendered(TEMPLATE, "half-year", SUBJECT, SPAN, written_sections(DECLARED, figures), figures, DECLARED)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
    told = footnotes(content)
    assert told[0].startswith("Số liệu lấy từ báo cáo được chấp nhận của 5 trong số 5 tổ chức")
    assert told[1:] == [
        "Số câu hỏi còn mở với các tổ chức: 3.",
        "Tỷ lệ được tính từ các số đã in, làm tròn đến hai chữ số thập phân.",
    ]
    assert re.findall(r'<w:footnoteReference w:id="(\d)"', body) == ["1", "2", "3"]
    assert "tổ chức phải gửi" not in body


@settings(deadline=None, max_examples=15)
@given(warehouses())
def test_our_own_audit_finds_nothing_in_any_report(tmp_path_factory: pytest.TempPathFactory, figures) -> None:
    path = tmp_path_factory.mktemp("report") / "a.docx"
    path.write_bytes(document_of(figures))
    known = [KnownFigure(one.measure, one.label, one.unit, one.value, is_share=False) for one in figures.values()]
    assert audit_report(read_document(path), known) == []


@settings(deadline=None)
@given(warehouses())
def test_every_figure_is_the_warehouses_and_parts_add_up_as_printed(figures) -> None:
    said = [text for section in written_sections(DECLARED, figures) for text in section.sentences]
    told = 0
    for sentence in SENTENCES:
        codes = measures_of(sentence["text"])
        if any(code not in figures for code in codes) or len({figures[code].counted for code in codes}) > 1:
            continue
        shape = re.sub(r"\\{[^}]+\\}", r"[\\d.,]+", re.escape(sentence["text"]))
        mine = [text for text in said if re.fullmatch(shape, text)]
        if "sum" in sentence:
            total, *parts = sentence["sum"]
            assert bool(mine) == (figures[total].value == sum(figures[part].value for part in parts))
        for text in mine:
            told += 1
            assert all(printed(figures[code].value) in text for code in codes)
    assert told == len(said)


def test_a_share_is_what_the_printed_figures_give() -> None:
    assert share(Decimal(1), Decimal(3)) == Decimal("33.33")
    assert share(Decimal(2), Decimal(3)) == Decimal("66.67")
    assert share(Decimal(1), Decimal(800)) == Decimal("0.13")  # half up
    assert share(Decimal(3), Decimal(2)) is None
    assert share(Decimal(0), Decimal(0)) is None
    assert rounded(2.675) == Decimal("2.68")
    assert printed(Decimal("6177")) == "6.177"


def test_the_chart_is_drawn_where_what_came_and_went_leads_to_the_closing() -> None:
    membership = DECLARED["membership"]
    figures = {code: figure(code, 2) for code in {*MEASURES, *MOVES}}
    figures["members_opening"] = figure("members_opening", 100)
    closing = 100 + 2 * len(membership["came"]) - 2 * len(membership["went"])
    for value, pictures in ((closing, 1), (closing + 1, 0)):
        figures["members_total"] = figure("members_total", value)
        names = zipfile.ZipFile(io.BytesIO(document_of(figures))).namelist()
        assert sum(name.startswith("word/media/") for name in names) == pictures


def test_the_note_on_coverage_counts_the_organizations_of_the_last_period() -> None:
    figures = {code: figure(code, 2) for code in MEASURES}
    opening = figure("members_opening", 2)
    figures["members_opening"] = replace(opening, counted=9, expected=9, periods=("2021H2",))
    span = replace(SPAN, periods=("2021H2", "2022H1"))
    page = rendered(TEMPLATE, "mid-term", SUBJECT, span, written_sections(DECLARED, figures), figures, DECLARED)
    coverage, _, rounding = footnotes(page)
    assert "5 trong số 5 tổ chức phải gửi ở kỳ cuối" in coverage
    assert "Số phát sinh là tổng của các kỳ báo cáo" in rounding


def test_the_page_has_the_official_parts_and_no_name_of_a_person() -> None:
    document = Document(io.BytesIO(document_of({code: figure(code, 2) for code in MEASURES})))
    head = [paragraph.text for cell in document.tables[0].rows[0].cells for paragraph in cell.paragraphs]
    assert "TỈNH ỦY TRÀ VINH" in head
    assert "ĐẢNG BỘ THỬ" in head
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in head
    assert any(text.startswith("Trà Vinh, ngày") for text in head)
    assert any(text.startswith("Số:") for text in head)
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "BÁO CÁO" in texts
    assert document.tables[-1].rows[0].cells[0].text == "Chỉ tiêu"
    assert len(document.tables[-1].rows) == 1 + len(MEASURES)


@pytest.mark.slow
class TestPublished:
    """On the published deployment of two organizations."""

    def ask(self, published: Deployment, *arguments: str):
        return CliRunner().invoke(app, list(arguments), env={"KHOI_HOME": str(published.home.root)})

    def test_the_command_writes_report_and_companion_and_the_audit_agrees(
        self, published: Deployment, tmp_path: Path
    ) -> None:
        path = tmp_path / "báo cáo.docx"
        told = self.ask(
            published, "report", "half-year", "--committee", "zz", "--period", "2021h1", "-o", str(path), "--json"
        )
        assert told.exit_code == 0, told.output
        assert json.loads(told.stdout)["sentences"] > 3
        text = "\n".join(paragraph.text for paragraph in read_document(path))
        assert "Tổng số đảng viên trong danh sách cuối kỳ là 52 đồng chí" in text
        audited = self.ask(published, "audit", str(path), "--committee", "ZZ", "--period", "2021H1")
        assert audited.exit_code == 0, audited.output
        book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
        figures = {row[0]: row for row in book["Số liệu"].iter_rows(min_row=2, values_only=True)}
        total = figures["members_total@ZZ@2021H1"]
        assert total[3] == 52
        queried = self.ask(published, "query", total[6], "--csv")
        assert queried.stdout.split() == ["value", "52"]
        cells = list(book["Ô nguồn"].iter_rows(min_row=2, values_only=True))
        assert sum(row[-1] for row in cells if row[0] == "members_total@ZZ@2021H1") == 52
        assert {row[6] for row in cells if row[0] == "members_total@ZZ@2021H1"} == {"Biểu 1"}

    def test_an_annual_report_adds_the_halves_and_takes_levels_at_their_ends(
        self, published: Deployment, tmp_path: Path
    ) -> None:
        for number, arguments in enumerate(
            (("annual", "--period", "2021"), ("mid-term", "--from", "2021H1", "--period", "2021h2"))
        ):
            path = tmp_path / f"{number}.docx"
            told = self.ask(published, "report", *arguments, "--committee", "zz", "-o", str(path))
            assert told.exit_code == 0, told.output
            assert re.search(r"\(\d+ câu\)", told.output), told.output
            audited = self.ask(published, "audit", str(path))
            assert audited.exit_code == 0, audited.output
            book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
            cells = list(book["Ô nguồn"].iter_rows(min_row=2, values_only=True))
            with open_published(published.home) as connection:
                values = connection.execute(HALVES).fetchall()
            rows = list(book["Số liệu"].iter_rows(min_row=2, values_only=True))
            figures = {row[0].split("@")[0]: row for row in rows}
            assert figures["members_admitted"][3] == sum(row[2] for row in values if row[0] == "members_admitted") > 0
            (closing,) = (row[2] for row in values if row[:2] == ("members_total", "2021H2"))
            assert figures["members_total"][3] == closing
            with open_bounded(published.home, Bounds()) as connection:  # as `khoi query` opens it
                for row in figures.values():
                    assert connection.execute(row[6]).fetchall()[0][0] == row[3], row
                    assert sum(cell[-1] for cell in cells if cell[0] == row[0]) == row[3]
            appendix = {row.cells[0].text: [cell.text for cell in row.cells] for row in Document(path).tables[-1].rows}
            coverage = appendix[LABELS["members_admitted"]][4]
            assert coverage == f"{sum(row[3] for row in values if row[0] == 'members_admitted')}/4"

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("annual", "--committee", "ZZ", "--period", "2021H1", "-o", "a.docx"), "no period of a report"),
            (("annual", "--committee", "ZZ", "--period", "2020", "-o", "a.docx"), "holds nothing"),
            (("mid-term", "--committee", "ZZ", "--period", "2021H2", "-o", "a.docx"), "--from"),
            (("annual", "--committee", "ZZ", "--period", "2021", "--from", "2021H1", "-o", "a.docx"), "--from"),
            (
                ("mid-term", "--committee", "ZZ", "--from", "2020H2", "--period", "2021H2", "-o", "a.docx"),
                "nothing for 2020H2",
            ),
            (
                ("mid-term", "--committee", "ZZ", "--from", "2021H2", "--period", "2021H1", "-o", "a.docx"),
                "2021H2 > 2021H1",
            ),
            (("half-year", "--committee", "QQ", "--period", "2021H1", "-o", "a.docx"), "no such committee"),
            (("half-year", "--committee", "ZZ", "--period", "2021", "-o", "a.docx"), "no period of a report"),
            (("half-year", "--committee", "ZZ", "--period", "2019H1", "-o", "a.docx"), "holds nothing"),
            (("half-year", "--committee", "ZZ", "--period", "2021H1", "-o", "a.doc"), ".docx"),
        ],
    )
    def test_what_cannot_be_written_is_told(
        self, published: Deployment, arguments, says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        told = self.ask(published, "report", *arguments)
        assert told.exit_code == 2
        assert says in told.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_deployments_own_template_takes_its_place(self, published: Deployment, tmp_path: Path) -> None:
        own = published.home.config / "reports" / TEMPLATE.name
        own.parent.mkdir()
        template = Document()
        template.add_paragraph("MẪU RIÊNG {{ committee }}")
        template.save(own)
        try:
            path = tmp_path / "a.docx"
            arguments = ("report", "half-year", "--committee", "ZZ", "--period", "2021H1", "-o", str(path))
            assert self.ask(published, *arguments).exit_code == 0
            assert [paragraph.text for paragraph in Document(path).paragraphs] == ["MẪU RIÊNG ĐẢNG BỘ THỬ"]
        finally:
            own.unlink()
            own.parent.rmdir()
