"""Files named by a person are read without being landed: each call answers for its own, no text is kept unasked."""

from __future__ import annotations

from pathlib import Path

from workbook_rows import Sheets

from ingest.catalogue import Catalogue
from ingest.receive.files import file_reader, read_files
from ingest.reference import Reference

_TEXT = "Ngày hội văn hóa"


def _book(place: Path, value: int) -> Path:
    return Sheets({"Một bảng": {(1, 1): _TEXT, (2, 1): value}}).save(place / f"{value}.xlsx")


def test_a_reader_that_stays_hands_over_the_cells_of_each_call_alone(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    first, second = _book(tmp_path, 17), _book(tmp_path, 23)
    with file_reader(catalogue, reference, keeps_unknown=True) as read:
        once, again = read([first]), read([second])
    assert [text for text in once.cells["text"] if text != _TEXT] == ["17"]
    assert [text for text in again.cells["text"] if text != _TEXT] == ["23"]


def test_texts_that_nobody_knows_are_handed_over_only_where_they_are_asked_for(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    book = _book(tmp_path, 17)
    assert _TEXT not in set(read_files([book], catalogue, reference).cells["text"])
    assert _TEXT in set(read_files([book], catalogue, reference, keeps_unknown=True).cells["text"])
