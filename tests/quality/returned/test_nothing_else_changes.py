"""Marking adds and never changes: proved part by part, and by what the reader reads before and after."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from khoi_deployment import Deployment
from lxml import etree
from openpyxl.comments import Comment

from ingest.lake import FINDINGS
from ingest.reading.cells import Cell
from ingest.reading.limits import Limits
from ingest.reading.preflight import preflight, read_cells
from quality.returned import annotate as annotated
from quality.returned.contents import list_lines, marks, to_be_answered
from quality.returned.package import main_tag
from quality.returned.words import answer_sheets, returned_words

LIST = answer_sheets()[0]
TOUCHED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def finding(sheet: str | None, cell: str | None, **known: str) -> dict[str, str | None]:
    """A hard finding at a cell; ``known`` overrides."""
    return {
        "finding_id": f"{sheet}{cell}",
        "finding_key": "abcdefghijklmnop",
        "rule_id": "R001A",
        "severity": "hard",
        "outcome": "fail",
        "sheet": sheet,
        "cell": cell,
        "observed": "52",
        "expected": "43",
        "message_vi": "Cuối kỳ ghi 52, cần 43",
        "message_en": "The closing says 52, must be 43",
        **known,
    }


def findings(*rows: dict[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=FINDINGS.names).astype(object)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"engine": "rule"}, "không xác định được"),
        ({"engine": "rule", "suggested": "Cơ cấu!C9: 50 → 43 (97 %) - số khác"}, "không xác định được"),
        ({"engine": "rule", "suggested": "Biểu 1!C27 (80 %) - số khác"}, "không xác định được"),
        ({"engine": "rule", "suggested": "Biểu 1!C27: 52 → 43 (trên 99 %) - thiếu một chữ số"}, "43"),
        ({"engine": "rule", "suggested": "Cơ cấu!C9 (60 %) - số khác; Biểu 1!C27: 52 → 41 (70 %) - số khác"}, "41"),
        ({"engine": "schema", "expected": "Có, Không"}, "Có, Không"),
    ],
)
def test_what_is_to_be_written_is_told_only_where_it_was_located(known: dict[str, str], told: str) -> None:
    (line,) = list_lines(to_be_answered(findings(finding("Biểu 1", "C27", **known))), {})
    assert line["expected"] == told


def test_the_comment_of_a_suspect_gives_the_reason_and_the_probability() -> None:
    suggested = "Cơ cấu!C9: trống → 43 (trên 99 %) - bỏ trống hoặc ghi 0 trong khi có số"
    marked = marks(to_be_answered(findings(finding("Biểu 1", "C27", engine="rule", suggested=suggested))), {}, {})
    (comment,) = [mark.comment for mark in marked if mark.cell == "C9"]
    assert "bỏ trống hoặc ghi 0 trong khi có số" in comment
    assert "đề nghị 43" in comment
    assert "trên 99 %" in comment


def located(*cells: str) -> pd.DataFrame:
    """Findings at ``cells`` that one proposal mends, to be answered."""
    reasons = {"message_vi": "Không bằng. Có khả năng sai ở Cơ cấu!C9: số khác.", "message_en": "Not equal."}
    told = {"engine": "rule", "suggested": "Cơ cấu!C9: 50 → 43 (97 %) - số khác", **reasons}
    return to_be_answered(
        findings(*(finding("Biểu 1", cell, finding_id=f"{at}", **told) for at, cell in enumerate(cells)))
    )


def test_a_proposal_stands_in_one_line_of_the_list_and_the_others_name_it() -> None:
    lines = list_lines(located("C7", "C8", "C9"), {})
    assert [line["suggested"] for line in lines] == [
        "Cơ cấu!C9: 50 → 43 (97 %) - số khác",
        *["Xem đề nghị ở dòng 1 / see line 1"] * 2,
    ]
    assert [line["message"] for line in lines[1:]] == ["Không bằng.\nNot equal."] * 2
    assert "số khác" in lines[0]["message"]


def test_what_is_to_be_written_does_not_depend_on_the_line_that_shows_the_proposal() -> None:
    told = {"engine": "rule", "suggested": "Biểu 1!C27: 52 → 43 (97 %) - số khác"}
    rows = findings(finding("Biểu 1", "C10", **told), finding("Biểu 1", "C27", **told))
    assert [line["expected"] for line in list_lines(to_be_answered(rows), {})] == ["không xác định được", "43"]


def test_the_comment_of_every_cell_has_the_proposal_once() -> None:
    comments = {mark.cell: mark.comment for mark in marks(located("C7", "C7", "C8"), {}, {})}
    assert [comments[cell].count("50 → 43") for cell in ("C7", "C8")] == [1, 1]


def parts(content: bytes) -> dict[str, bytes]:
    package = zipfile.ZipFile(io.BytesIO(content))
    return {name: package.read(name) for name in package.namelist()}


def cells(content: bytes) -> list[Cell]:
    return [cell for cell in read_cells(preflight(content, Limits())) if cell[0] != LIST]


def annotate(*given: Any) -> bytes:
    """The bytes of the copy."""
    return annotated(*given).content


def sheet_part(content: bytes, sheet: str) -> str:
    """The part of a sheet in a package whose sheets are numbered in order."""
    return f"xl/worksheets/sheet{1 + openpyxl.load_workbook(io.BytesIO(content)).sheetnames.index(sheet)}.xml"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook as the template writes it."""
    deployment = Deployment(tmp_path_factory.mktemp("original") / "khoi")
    return deployment.write("ZZ-001", "2021H2", 44, 2).read_bytes()


BOTH = findings(
    finding("Biểu 1", "C27", suggested="Biểu 1!C27: 52 → 43 (99%); Cơ cấu!C9 (60%)"),
    finding("Biểu 1", "C9", severity="soft"),
    finding(None, None),
    finding("Trang khác", "C9"),
)


def test_every_other_part_is_the_same_to_the_byte(original: bytes) -> None:
    before, after = parts(original), parts(annotate(original, "xlsx", BOTH, {}, {}))
    marked = {sheet_part(original, "Biểu 1"), sheet_part(original, "Cơ cấu")}
    opened = {name for name in before if b"tabSelected" in before[name]}
    assert {name for name in before if before[name] != after[name]} == TOUCHED | marked | opened
    assert all(name in after for name in before)
    added = set(after) - set(before)
    assert sum(name.startswith("xl/comments") for name in added) == 2
    assert sum(name.startswith("xl/drawings/") for name in added) == 2
    assert len(added) == 2 + 2 + 2 + 1  # comments, drawings, relations of the two sheets, the list


def test_a_marked_sheet_keeps_every_element_it_had(original: bytes) -> None:
    """Cells, columns, merges, validations, protection: only a colour and a pointer to the comments are new."""
    part = sheet_part(original, "Biểu 1")
    before, after = (etree.fromstring(parts(one)[part]) for one in (original, annotate(original, "xlsx", BOTH, {}, {})))
    ours = [
        element
        for element in after
        if element.tag in (main_tag("conditionalFormatting"), main_tag("legacyDrawing"))
        and etree.tostring(element) not in [etree.tostring(one) for one in before]
    ]
    for element in ours:
        after.remove(element)
    assert etree.tostring(after, method="c14n") == etree.tostring(before, method="c14n")
    assert [etree.QName(element).localname for element in ours] == ["conditionalFormatting"] * 2 + ["legacyDrawing"]


def test_the_senders_formats_are_a_prefix_of_those_after(original: bytes) -> None:
    before, after = (
        etree.fromstring(parts(one)["xl/styles.xml"]) for one in (original, annotate(original, "xlsx", BOTH, {}, {}))
    )
    for collection in ("fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "numFmts", "dxfs"):
        was, now = before.find(main_tag(collection)), after.find(main_tag(collection))
        kept = list(now)[: len(was)]
        assert [etree.tostring(one, method="c14n") for one in kept] == [
            etree.tostring(one, method="c14n") for one in was
        ]


def test_the_same_input_gives_the_same_bytes(original: bytes) -> None:
    shuffled = BOTH.sample(frac=1, random_state=7)
    assert annotate(original, "xlsx", BOTH, {}, {}) == annotate(original, "xlsx", shuffled, {}, {})


def test_the_grave_cell_is_coloured_and_says_what_why_and_what_instead(original: bytes) -> None:
    titles = {"R001A": "Cuối kỳ bằng đầu kỳ cộng tăng trừ giảm"}
    told = annotate(original, "xlsx", BOTH, {("Biểu 1", "C27"): 6177.0}, titles)
    sheet = openpyxl.load_workbook(io.BytesIO(told))["Biểu 1"]
    colors = {
        str(area.sqref): rules[0].dxf.fill.bgColor.rgb for area, rules in sheet.conditional_formatting._cf_rules.items()
    }
    words = returned_words()
    assert colors["C27"] == words.likely.color
    assert colors["C9"] == words.severities["soft"].color
    comment = sheet["C27"].comment.text
    for text in ("Cuối kỳ ghi 52, cần 43", titles["R001A"], "đề nghị 43", "Kỳ trước ghi: 6.177", "99%"):
        assert text in comment


def test_a_second_round_takes_the_marks_of_the_first_away(original: bytes) -> None:
    """A clerk fixes one cell and sends the marked copy: only what is still wrong is marked in the next one."""
    first = annotate(original, "xlsx", BOTH, {}, {})
    second = annotate(first, "xlsx", findings(finding("Biểu 1", "C9", severity="soft")), {}, {})
    book = openpyxl.load_workbook(io.BytesIO(second))
    assert [name for name in book.sheetnames if name.startswith(LIST)] == [LIST]
    assert book["Biểu 1"]["C27"].comment is None
    assert book["Biểu 1"]["C9"].comment is not None
    assert book["Cơ cấu"]["C9"].comment is None
    assert not book["Cơ cấu"].conditional_formatting
    assert cells(second) == cells(original)


def test_a_comment_of_the_senders_own_stays(original: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(original))
    book["Biểu 1"]["C27"].comment = Comment("Đã hỏi lại chi bộ", "người lập")
    book["Biểu 1"]["C10"].comment = Comment("Theo sổ", "người lập")
    saved = io.BytesIO()
    book.save(saved)
    marked = annotate(saved.getvalue(), "xlsx", BOTH, {}, {})
    sheet = openpyxl.load_workbook(io.BytesIO(marked))["Biểu 1"]
    assert sheet["C27"].comment.text.startswith("Đã hỏi lại chi bộ")
    assert "đề nghị 43" in sheet["C27"].comment.text
    assert sheet["C10"].comment.text == "Theo sổ"
    healed = openpyxl.load_workbook(io.BytesIO(annotate(marked, "xlsx", findings(), {}, {})))["Biểu 1"]
    assert healed["C27"].comment.text.strip() == "Đã hỏi lại chi bộ"


def test_a_sheet_that_is_only_called_like_ours_is_left_alone(original: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(original))
    book.create_sheet(LIST)["A1"] = "của người gửi"
    saved = io.BytesIO()
    book.save(saved)
    after = openpyxl.load_workbook(io.BytesIO(annotate(saved.getvalue(), "xlsx", BOTH, {}, {})))
    assert after[LIST]["A1"].value == "của người gửi"
    assert answer_sheets()[1] in after.sheetnames


@pytest.mark.parametrize("container", ["xls", "ods"])
def test_what_cannot_be_marked_gets_a_list_that_says_so(container: str) -> None:
    told = annotate(b"anything", container, BOTH, {}, {})
    book = openpyxl.load_workbook(io.BytesIO(told))
    texts = [str(cell.value) for row in book[LIST].iter_rows() for cell in row if cell.value is not None]
    assert book.sheetnames == [LIST]
    assert any(f".{container}" in text for text in texts)
    assert {"C27", "Biểu 1"} <= set(texts)


ADDRESSES = st.builds(
    lambda column, row: f"{column}{row}", st.sampled_from(["A", "B", "C", "AA", "XFD"]), st.integers(1, 60)
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
VALUES = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6), st.booleans(), st.text("ăđưBx 1=+<&>\"'", min_size=1)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.builds(lambda c, r: f"{c}{r}", st.sampled_from("ABCDE"), st.integers(1, 30)), VALUES, min_size=1
    ),
    st.lists(st.tuples(ADDRESSES, st.sampled_from(["hard", "soft"]), TEXTS), max_size=6),
)
def test_what_the_reader_reads_is_never_changed(filled: dict[str, object], flagged: list[tuple[str, str, str]]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Biểu 1"
    for address, value in filled.items():
        book.active[address].value = value
        if isinstance(value, str):
            book.active[address].data_type = "s"
    saved = io.BytesIO()
    book.save(saved)
    rows = [
        finding(
            "Biểu 1", cell, severity=severity, message_vi=text, observed=text, suggested=f"Biểu 1!{cell}: 1 → 2 (80%)"
        )
        for cell, severity, text in flagged
    ]
    marked = annotate(saved.getvalue(), "xlsx", findings(*rows), {}, {})
    assert cells(marked) == cells(saved.getvalue())
