"""What may land of a workbook's cells: numbers and known texts; what names a person leaves dots and a mark."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity_headers import asks_for_person, personal_words
from ingest.labels import label_key
from ingest.privacy import UNQUOTED, names_person
from ingest.reading.cells import Cell
from ingest.reading.cover import CoverLabels
from ingest.reading.known import KnownTexts
from ingest.reading.personal import without_personal_data
from ingest.receive.identify import cover_labels

FORM = "Biểu 1"
KNOWN = KnownTexts(
    keys=frozenset(
        label_key(text)
        for text in (
            "Nội dung",
            "Tổng số",
            "Số vụ",
            "Số tiền (đồng)",
            "Kết nạp",
            "Chuyển đến",
            "Khiển trách",
            "Số lượng",
        )
    ),
    codes=frozenset({label_key("Khiển trách")}),
    sheets=frozenset({label_key(FORM), label_key("Bìa")}),
    headings=frozenset(label_key(text) for text in ("Nội dung", "Số vụ", "Số tiền (đồng)", "Số lượng")),
    money=frozenset({label_key("Số tiền (đồng)")}),
    organizations=frozenset({"123456789"}),
)
LABELS = CoverLabels(frozenset({label_key("Bìa")}), {label_key("Mã tổ chức"): "ORGANIZATION_CODE"}, frozenset(), KNOWN)


def cells(sheet: str = FORM, **texts: str | int) -> list[Cell]:
    """Cells of a sheet by address (one-letter columns)."""
    return [
        (
            sheet,
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


def landed(given: list[Cell]) -> dict[str, tuple[str, str | None]]:
    """Text and marks by address of what differs from what was given."""
    left, _ = without_personal_data(given, LABELS)
    assert [cell[1:3] for cell in left] == [cell[1:3] for cell in given]
    changed = [new for new, old in zip(left, given, strict=True) if new != old]
    return {f"{chr(64 + cell[2])}{cell[1]}": (cell[4], cell[7]) for cell in changed}


HIDDEN, PERSONAL = (UNQUOTED, None), (UNQUOTED, "personal")


def test_known_texts_numbers_and_what_resembles_them_land() -> None:
    texts = (
        "Nội dung",
        "kết  nạp",
        "ket nap",
        "Kết nạp và chuyển đến",
        "Khiễn trách",
        "12 đ/c",
        "1.234.567",
        "05/03/2022",
        "x",
    )
    texts += ("LD-001", "12-QĐ/ĐU", "2022H1", "KhiÓn tr¸ch", "Trường THPT Nguyễn Trãi", "khoảng 5", "", "…")
    known = {label_key("và")} | KNOWN.keys
    labels = CoverLabels(LABELS.sheets, LABELS.lines, LABELS.answers, KnownTexts(known, *_rest()))
    given = cells(**{f"A{row}": text for row, text in enumerate(texts, start=1)})
    assert without_personal_data(given, labels)[0] == given


def _rest() -> tuple:
    return (KNOWN.codes, KNOWN.patterns, KNOWN.sheets, KNOWN.headings, KNOWN.money, KNOWN.organizations)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An, CT HĐQT, SN 1975",
        "NGUYỄN VĂN AN",
        "Điện thoại: 0912345678",
        "0912 345 678",
        "0263.3822.123",
        "a.b@c.vn",
        "sinh năm 1975",
        "đồng chí Trần Thị Bình",
    ],
)
def test_what_names_a_person_leaves_dots_and_a_mark(text: str) -> None:
    found = landed(cells(A1=text))["A1"]
    assert found[1] == "personal"
    assert not any(letter.isalpha() and letter != "Đ" for letter in found[0] if letter not in "iệnthoạĐ: ")
    assert not any(digit in found[0] for digit in "0123456789")


def test_other_words_leave_dots_without_a_mark() -> None:
    assert landed(cells(A1="báo cáo này chỉ để thử nghiệm")) == {"A1": HIDDEN}


@pytest.mark.parametrize(
    ("text", "left", "mark"),
    [
        ("II.6. báo cáo chỉ để thử nghiệm", f"II.6. {UNQUOTED}", None),
        ("10) báo cáo chỉ để thử nghiệm", f"10. {UNQUOTED}", None),
        ("B1a) báo cáo chỉ để thử nghiệm", f"B1a. {UNQUOTED}", None),
        ("3. Nguyễn Văn An", f"3. {UNQUOTED}", "personal"),
        ("Đ. báo cáo chỉ để thử nghiệm", UNQUOTED, None),
        ("V. báo cáo chỉ để thử nghiệm", UNQUOTED, None),
    ],
)
def test_of_a_line_that_does_not_land_its_number_stays_and_never_a_letter(
    text: str, left: str, mark: str | None
) -> None:
    assert landed(cells(A1=text)) == {"A1": (left, mark)}


@pytest.mark.parametrize(
    "piece",
    ["A", "1", "§", "a.", "a@", "0 ", "+84 ", "Nguyễn Văn An ", "nguyen thi lan ", "sinh ", "Kết nạp "],
)
def test_the_longest_text_that_a_cell_can_hold_is_judged_in_a_moment(piece: str) -> None:
    """Twelve such cells once cost a workbook its reading: 'không đọc được tệp trong thời gian cho phép'."""
    before = time.process_time()
    landed(cells(A1=piece * (32_767 // len(piece))))
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("text", "lands"),
    [
        ("Kỳ: 6 tháng đầu năm 2022", True),
        ("Số liệu tính đến ngày 30/6/2022", True),
        ("Số liệu tính đến ngày 29/6/2022", False),
        ("Biểu mẫu tự lập của huyện", True),
        ("Số liệu của năm ngoái", False),
    ],
)
def test_a_title_lands_where_it_names_a_period_its_last_day_or_what_a_layout_looks_for(text: str, lands: bool) -> None:
    known = KnownTexts(
        periods=(label_key("6 tháng đầu năm 2022"),), days=frozenset({"2022-06-30"}), searched=("tự lập",)
    )
    assert known.landed(text) == (text if lands else None)


@pytest.mark.parametrize(
    ("text", "is_somebody"),
    [
        ("KẾT QUẢ XẾP LOẠI TẬP THỂ LÃNH ĐẠO, QUẢN LÝ NĂM 2022", False),
        ("XỬ LÝ NĂM 2022", False),
        ("LÝ NĂM 1975", True),
        ("QUẢN LÝ NĂM HÙNG", True),
        ("QUẢN LÝ NĂM 2022: LÝ NĂM", True),
        ("CÁN BỘ LÝ NĂM", True),
    ],
)
def test_a_year_behind_words_of_titles_is_no_given_name(text: str, is_somebody: bool) -> None:
    """Such a title hid its year, and the whole workbook was "no period"."""
    assert names_person(text) is is_somebody
    assert KnownTexts(periods=("năm 2022",)).landed(text) == (None if is_somebody else text)


@pytest.mark.parametrize(
    ("text", "is_somebody"),
    [
        ("DANH SÁCH HUY HIỆU ĐẢNG", False),
        ("Danh Sách Tặng Huy Hiệu Đảng", False),
        ("DANH SÁCH NGUYỄN VĂN AN", True),
        ("DANH SÁCH: DANH SÁCH LÊ HÙNG", True),
        ("DANH SÁCHH VĂN AN", True),
        ("DANH VĂN SÁCH", True),
    ],
)
def test_the_title_of_a_list_in_capitals_is_nobody(text: str, is_somebody: bool) -> None:
    """Danh is a family name too: whatever followed “DANH SÁCH” was hidden, and what the list is of with it."""
    assert names_person(text) is is_somebody


@pytest.mark.parametrize(
    ("text", "lands"),
    [
        ("Kết nạp chuyển sinh hoạt", True),
        ("Nạp chuyển", False),  # known words, of which no two stand together anywhere
        ("Kết nạp người quen", False),  # two that stand together, beside words that are not known
    ],
)
def test_words_of_known_texts_land_where_two_of_them_stand_together_there(text: str, lands: bool) -> None:
    known = KnownTexts(keys=frozenset(label_key(one) for one in ("Kết nạp đảng viên", "Chuyển sinh hoạt")))
    assert known.landed(text) == (text if lands else None)


@pytest.mark.parametrize(
    ("heading", "asks"),
    [("Phục hồi ĐT", False), ("Được khôi phục ĐT", False), ("ĐT", True), ("Số ĐT", True), ("Phục hồi, ĐT", True)],
)
def test_membership_that_is_restored_is_no_telephone(heading: str, asks: bool) -> None:
    assert asks_for_person(label_key(heading)) is asks


def test_a_column_that_asks_for_names_goes_and_its_heading_is_told() -> None:
    given = cells(A1="Số vụ", B1="Họ và tên người vi phạm", A2="01", B2="Một người", A3="02", B3=1975)
    left, told = without_personal_data(list(given), LABELS)
    assert told == [(FORM, "B1", "Họ và tên người vi phạm")]
    assert landed(given) == {"B2": PERSONAL, "B3": PERSONAL}
    assert left[2] == given[2]


def test_above_a_table_only_the_cell_at_the_right_goes() -> None:
    given = cells(B3="Điện thoại", C3=2633822, B7="Nội dung", C7="Số lượng", B8="Kết nạp", C8=5)
    assert landed(given) == {"C3": PERSONAL}
    assert without_personal_data(given, LABELS)[1] == []


def test_texts_under_a_signature_are_a_persons_in_its_column_only() -> None:
    rows = personal_words().rows_below
    given = cells(**{"A1": "Người lập biểu", "A3": "K'Brớ", "B3": "Kết nạp", "B4": 57, f"A{rows + 2}": "hết báo cáo"})
    assert landed(given) == {"A1": ("Người lập •••", None), "A3": PERSONAL, f"A{rows + 2}": HIDDEN}


def test_long_numbers_are_amounts_under_a_heading_over_money_only() -> None:
    given = cells(A1="Số tiền (đồng)", B1="Số vụ", A2="150000000", B2="150000000", A3=79123456789, B3=79123456789)
    assert landed(given) == {"B2": ("•" * 9, "personal"), "B3": PERSONAL}
    assert landed(cells(A1="Số tiền (đồng)", A2="0912345678")) == {"A2": ("•" * 10, "personal")}


def test_codes_that_look_like_personal_numbers_land() -> None:
    assert landed(cells(A1="123456789", A2="123456780")) == {"A2": ("•" * 9, "personal")}


def test_a_sheet_that_no_form_owns_keeps_no_content() -> None:
    cover = cells("Bìa", B1="Mã tổ chức")
    left, _ = without_personal_data([*cover, *cells("Nháp", A1="thử", A2=57, A3="Kết nạp")], LABELS)
    assert [cell[4] for cell in left[1:]] == [UNQUOTED, UNQUOTED, "Kết nạp"]


def test_a_sheet_that_resembles_a_form_keeps_its_figures() -> None:
    given = cells("Biểu 1 (tiếp)", A1="Nội dung", B1="Số vụ", A2="Kết nạp", A3="Chuyển đến", A4="Tổng số", B4=57)
    assert landed(given) == {}


def test_a_sheet_named_after_a_person_is_renamed() -> None:
    left, _ = without_personal_data(cells("Nguyễn Văn An", A1=5), LABELS)
    assert left[0][0] == f"{UNQUOTED} (1)"


def test_on_the_cover_only_the_answers_of_code_lines_are_exempt() -> None:
    given = cells(
        "Bìa", B1="Mã tổ chức", C1="mã gõ nhầm", B2="Chức danh", C2="Trần Thị Bình", B3="Điện thoại: 0912345678"
    )
    assert landed(given) == {"B1": HIDDEN, "B2": HIDDEN, "C2": PERSONAL, "B3": (UNQUOTED, "personal")}


def test_answers_are_scanned_and_their_keys_stay() -> None:
    given = cells("Phản hồi", A1="do đồng chí Trần Văn Bình chuyển đi, đt 0912 345 678", B1="a123456789012bcd")
    assert landed(given) == {"A1": (f"do đồng chí {UNQUOTED} chuyển đi, đt •••• ••• •••", "personal")}


def test_what_is_shown_is_a_text_like_any_other() -> None:
    given = [
        (FORM, 1, 1, "number", "5", '0" đ/c A"', "5 Nguyễn Văn An", None),
        (FORM, 1, 2, "number", "1", "0%", "100%", None),
    ]
    left, _ = without_personal_data(given, LABELS)
    assert [cell[6] for cell in left] == [UNQUOTED, "100%"]


def test_what_the_template_prints_is_known(catalogue, reference, tmp_path) -> None:
    from workbook_rows import random_content

    from ingest.reading.limits import Limits
    from ingest.reading.preflight import preflight, read_cells
    from ingest.template import write_workbook

    write_workbook(tmp_path / "w.xlsx", random_content(5, catalogue, reference), catalogue, reference)
    given = read_cells(preflight((tmp_path / "w.xlsx").read_bytes(), Limits()))
    left, told = without_personal_data(list(given), cover_labels(catalogue, reference))
    assert told == []
    assert [cell for cell, landed in zip(given, left, strict=True) if cell != landed] == []


@given(st.lists(st.sets(st.sampled_from(["Kết nạp", "Nguyễn Văn An", "x", "5", "Lê Thị Bình", "Nữ"])), max_size=6))
def test_texts_land_whole_where_each_does_whatever_was_asked_before(asked: list[set[str]]) -> None:
    known = KnownTexts(keys=KNOWN.keys)
    for texts in asked:
        assert known.land_whole(texts) is all(known.landed(text) == text for text in texts)
