"""Whose a workbook says it is: answers beside their labels wherever the cover was moved, and the hidden identity."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbook_rows import Sheets, random_content

from ingest.catalogue import Catalogue
from ingest.labels import label_key
from ingest.reading.cover import Cover, read_cover
from ingest.receive.identify import cover_labels
from ingest.reference import Reference


@pytest.fixture
def sheets(catalogue: Catalogue, reference: Reference, tmp_path: Path) -> Sheets:
    """A workbook as the template writes it."""
    return Sheets.of(random_content(3, catalogue, reference), catalogue, reference, tmp_path)


def cover_of(sheets: Sheets, catalogue: Catalogue, reference: Reference) -> Cover:
    """The cover as the reading process finds it."""
    frame = sheets.frame()[["sheet", "row_no", "column_no", "kind", "text", "number_format", "shown", "marks"]]
    return read_cover(frame.itertuples(index=False, name=None), cover_labels(catalogue, reference))


def test_the_template_says_whose_it_is_twice(sheets, catalogue, reference) -> None:
    cover = cover_of(sheets, catalogue, reference)
    assert cover.sheet == "Bìa"
    assert cover.values["ORGANIZATION_CODE"] == cover.hidden["organization_code"] == "AA-1"
    assert cover.values["PERIOD_CODE"] == cover.hidden["period_code"] == "2022H1"
    assert cover.places["ORGANIZATION_CODE"] == "C8"
    assert cover.kinds["SUBMISSION_NO"] == "number"


def test_covers_are_the_cover_its_copies_and_the_hidden_identity_and_their_labels_are_printed(
    catalogue: Catalogue, reference: Reference
) -> None:
    labels = cover_labels(catalogue, reference)
    names = ["Bìa", "Bìa (2)", "BÌA - Table 1", "_khoi", "Bìasau", "Biểu 1"]
    assert labels.plain_sheets(names[:2]) == set(names[:2])
    assert labels.plain_sheets(names[2:]) == {"BÌA - Table 1", "_khoi"}
    printed = [label_key(text) for text in ("Mã tổ chức đảng", "Trả lời", "LDC-024")]
    assert [labels.is_printed(key) for key in printed] == [True, True, False]


def test_moved_rows_and_columns_are_followed(sheets, catalogue, reference) -> None:
    sheets.insert_rows("Bìa", 1, 3)
    sheets.insert_columns("Bìa", 1, 2)
    cover = cover_of(sheets, catalogue, reference)
    assert (cover.values["ORGANIZATION_CODE"], cover.places["ORGANIZATION_CODE"]) == ("AA-1", "E11")


def test_answers_without_their_heading_stand_right_of_the_label(sheets, catalogue, reference) -> None:
    del sheets.cells["Bìa"][sheets.find("Bìa", "Trả lời")]
    assert cover_of(sheets, catalogue, reference).values["PERIOD_CODE"] == "2022H1"


def test_a_note_is_no_answer(sheets, catalogue, reference) -> None:
    row, _ = sheets.find("Bìa", "Lần gửi")
    del sheets.cells["Bìa"][row, 3]
    assert "SUBMISSION_NO" not in cover_of(sheets, catalogue, reference).values


def test_without_a_cover_sheet_only_the_hidden_identity_speaks(sheets, catalogue, reference) -> None:
    del sheets.cells["Bìa"]
    cover = cover_of(sheets, catalogue, reference)
    assert (cover.sheet, cover.values, cover.hidden["organization_code"]) == (None, {}, "AA-1")
    del sheets.cells["_khoi"]
    assert cover_of(sheets, catalogue, reference) == Cover()


def test_the_first_answer_to_a_question_counts_and_what_is_no_question_is_no_answer(
    sheets, catalogue, reference
) -> None:
    row, column = sheets.find("Bìa", "Mã tổ chức đảng")
    sheets.cells["Bìa"][row + 30, column] = "Mã tổ chức đảng"
    sheets.cells["Bìa"][row + 30, column + 1] = "AA-2"
    cover = cover_of(sheets, catalogue, reference)
    assert cover.values["ORGANIZATION_CODE"] == "AA-1"
    assert None not in cover.values
