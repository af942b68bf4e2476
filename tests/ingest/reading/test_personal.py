"""What names a person is taken out before anything is landed as cells, and is told."""

from __future__ import annotations

from ingest.labels import label_key
from ingest.reading.cells import Cell
from ingest.reading.personal import personal_words, without_personal_data

PRINTED = {label_key("Nội dung"), label_key("Tổng số")}


def cells(**texts: str | int) -> list[Cell]:
    """Cells of a sheet ``S`` by address (one-letter columns)."""
    return [
        (
            "S",
            int(place[1:]),
            ord(place[0]) - 64,
            "text" if isinstance(text, str) else "number",
            str(text),
            None,
            None,
            None,
        )
        for place, text in texts.items()
    ]


def kept(given: list[Cell], *, plain: tuple[str, ...] = (), organizations: tuple[str, ...] = ()) -> dict[str, str]:
    """The texts that stay, by address."""
    left, _ = without_personal_data(given, PRINTED, plain, organizations)
    return {f"{chr(64 + cell[2])}{cell[1]}": cell[4] for cell in left}


def test_a_column_of_names_goes_and_its_header_is_told() -> None:
    given = cells(A1="Số vụ", B1="Họ và tên", A2="01", B2="Đảng viên thứ nhất", A3="02", B3="Đảng viên thứ hai")
    left, told = without_personal_data(list(given), PRINTED, (), ())
    assert told == [("S", "B1", "Họ và tên")]
    assert {cell[4] for cell in left} == {"Số vụ", "01", "02", "Họ và tên"}


def test_what_stands_right_of_such_a_line_goes_too_unless_it_is_printed() -> None:
    given = cells(A1="Ngày sinh", B1="1/1/1980", C1="Nội dung", D1=1980)
    assert kept(given) == {"A1": "Ngày sinh", "C1": "Nội dung"}


def test_names_under_a_signature_go_and_numbers_stay() -> None:
    rows = personal_words().rows_below
    given = cells(**{"A1": "Người lập biểu", "A3": "Một người", "B4": 57, f"A{rows + 2}": "Ghi chú"})
    assert kept(given) == {"A1": "Người lập biểu", "B4": "57", f"A{rows + 2}": "Ghi chú"}


def test_personal_numbers_are_masked_but_codes_are_not() -> None:
    given = cells(A1="CCCD 001080012345", A2="123456789", A3=123456789, A4="6.177", A5="0123456789")
    found = kept(given, organizations=("123456789",))
    assert found == {"A1": "CCCD ••••••••••••", "A2": "123456789", "A3": "123456789", "A4": "6.177", "A5": "••••••••••"}
    assert kept(cells(A1="001080012345"), plain=("S",)) == {"A1": "001080012345"}


def test_a_sheet_without_such_words_is_left_as_it_is() -> None:
    given = cells(A1="Nội dung", B1="Số lượng", A2="Tổng số", B2=57)
    left, told = without_personal_data(given, PRINTED, (), ())
    assert left is given
    assert told == []
