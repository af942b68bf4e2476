"""Reports as files: every container gives the sentences a person reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import DocumentError, mended, read_document


def texts(*pages: str) -> list[str]:
    """The mended paragraphs of raw pages."""
    return [paragraph.text for paragraph in mended(pages)]


def test_a_number_cut_by_the_line_end_is_whole_again() -> None:
    assert texts("Toàn đảng bộ có 6.\n177 đảng viên, đạt 98,\n82% kế hoạch") == [
        "Toàn đảng bộ có 6.177 đảng viên, đạt 98,82% kế hoạch"
    ]
    assert texts("nâng tổng số lên 6.1\n77 đồng chí") == ["nâng tổng số lên 6.177 đồng chí"]


def test_a_footnote_is_read_where_its_mark_stands() -> None:
    assert texts("Ban hành 45 văn bản⁽¹⁾ trong kỳ.\n\n⁽¹⁾ Gồm: 30 công văn; 15 kế hoạch.") == [
        "Ban hành 45 văn bản (Gồm: 30 công văn; 15 kế hoạch) trong kỳ."
    ]


def test_a_mark_without_its_footnote_leaves_no_digit() -> None:
    assert texts("Có 6.1775 đảng viên dự, 12 chi bộ³ vắng.") == ["Có 6.177 đảng viên dự, 12 chi bộ vắng."]


def test_letters_of_old_fonts_are_read_right() -> None:
    assert texts("Công tác tƣ tƣởng, Ƣu điểm") == ["Công tác tư tưởng, Ưu điểm"]


def test_double_spaced_lines_are_one_paragraph() -> None:
    page = "\n\n".join(["Trong kỳ, đảng bộ đã", "lãnh đạo các tổ chức", "thực hiện nhiệm vụ", "được giao và"] * 3)
    assert len(texts(page)) == 1


def test_page_numbers_are_no_figures() -> None:
    assert texts("Trong kỳ đã kết nạp.", "2", "Có 12 chi bộ mới.") == ["Trong kỳ đã kết nạp.", "Có 12 chi bộ mới."]


def test_every_paragraph_knows_its_page() -> None:
    assert [paragraph.page for paragraph in mended(["Một.\n\n- Hai.", "- Ba."])] == [1, 1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_plain_text_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "báo cáo.txt"
    file.write_text("Có 41/52 chi bộ.", encoding=encoding)
    assert [paragraph.text for paragraph in read_document(file)] == ["Có 41/52 chi bộ."]


def test_word_files_with_their_tables(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("Có 41/52 chi bộ nộp đúng hạn, đạt 87,85%.")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "Tổng số 12"
    document.save(str(tmp_path / "a.docx"))
    assert [paragraph.text for paragraph in read_document(tmp_path / "a.docx")] == [
        "Có 41/52 chi bộ nộp đúng hạn, đạt 87,85%.",
        "Tổng số 12",
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"%PDF-1.4 broken", b"\xd0\xcf\x11\xe0old", b"\0\0\0\0"])
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.docx"
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=r"x\.docx"):
        read_document(file)
