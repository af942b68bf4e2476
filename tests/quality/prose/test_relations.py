"""Sentences as offices write them: what contradicts is told with what follows from it, what is fine is left alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Paragraph
from quality.prose import KnownFigure, ReportPeriod, audit_report, told_relations
from quality.prose.quantities import parsed, quantities, written

KINDS = ("báo cáo", "công văn", "kế hoạch", "tờ trình", "quyết định", "thông báo")
PERIOD = ReportPeriod(dt.date(2023, 1, 1), dt.date(2023, 6, 30), dt.date(2023, 7, 12))


def audited(*sentences: str) -> list[tuple[str, str, str]]:
    """What an audit of these paragraphs tells: kind, printed, computed."""
    found = audit_report([Paragraph(1, sentence) for sentence in sentences], period=PERIOD)
    return [(one.kind, one.printed, one.computed) for one in found]


CONTRADICTIONS = [
    ("Có 41/52 chi bộ nộp báo cáo đúng hạn, đạt 87,85%.", ("share", "87,85%", "78,85%")),
    ("Đã kiểm tra 30 chi bộ trên tổng số 48 chi bộ, chiếm 65,2%.", ("share", "65,2%", "62,5%")),
    ("Trong tổng số 240 đảng viên được mời, có 198 đảng viên dự, đạt 85%.", ("share", "85%", "83%")),
    ("Tỷ lệ dự họp đạt 91,3% (189/210 đảng viên).", ("share", "91,3%", "90,0%")),
    (
        "Toàn đảng bộ có 800 đảng viên, trong đó nữ 320 đồng chí (40%), dự bị 24 đồng chí (3%), "
        "dân tộc thiểu số 60 đồng chí (9,5%).",
        ("share", "9,5%", "7,5%"),
    ),
    ("Đã thi hành kỷ luật 11 đảng viên, gồm: khiển trách 06, cảnh cáo 03, khai trừ 01.", ("parts", "11", "10")),
    ("Ban hành 45 văn bản (20 công văn, 15 kế hoạch, 12 báo cáo).", ("parts", "45", "47")),
    ("Tiếp nhận 14 đơn: 05 đơn tố cáo; 04 đơn khiếu nại; 04 đơn phản ánh.", ("parts", "14", "13")),
    ("Có 12/20 nhiệm vụ đã hoàn thành, còn lại 09 nhiệm vụ.", ("parts", "12/20, 09", "8")),
    ("Kết nạp 40 đảng viên, trong đó có 46 đảng viên là đoàn viên.", ("of_which", "46", "≤ 40")),
    ("Có 120 chi bộ; trong đó 96 chi bộ sinh hoạt chuyên đề đúng quy định, đạt tỷ lệ 85%.", ("share", "85%", "80%")),
    ("Tỷ lệ dự học đạt 85%, tương ứng 96 trên 120 đồng chí.", ("share", "85%", "80%")),
    ("Đã có 96 chi bộ, bằng 85% tổng số 120 chi bộ, bình xét xong.", ("share", "85%", "80%")),
    ("Có đến 85% đảng viên (96 đồng chí/120 đồng chí) tham gia.", ("share", "85%", "80%")),
    ("Chỉ tiêu giao 50 đảng viên, đã kết nạp 56 đảng viên, đạt 108% chỉ tiêu.", ("share", "108%", "112%")),
    ("Kết nạp 56 đảng viên, đạt 108% so với chỉ tiêu 50 đảng viên.", ("share", "108%", "112%")),
    ("Mở 20 lớp ban ngày, 15 lớp buổi tối, tổng số 36 lớp.", ("parts", "36", "35")),
    ("Cơ sở có 20 đảng bộ, 25 chi bộ (tổng 44 tổ chức).", ("parts", "44", "45")),
    ("Đầu năm có 40 chi bộ, đến nay có 52 chi bộ, tăng 25%.", ("growth", "25%", "30%")),
    ("Kết nạp 52 đảng viên (cùng kỳ năm trước: 40), tăng 25%.", ("growth", "25%", "30%")),
    ("Số đảng viên tăng từ 1.200 lên 1.260 đồng chí, tăng 50 đồng chí.", ("growth", "50", "60")),
    ("Đến nay có 660 đảng viên, tăng 60 đảng viên (9,1%) so với 600 đảng viên đầu kỳ.", ("growth", "9,1%", "10,0%")),
    ("Hội nghị được tổ chức ngày 31/4/2023 tại hội trường.", ("date", "31/4/2023", "")),
    ("Ngày 05/9/2023 đã khai giảng lớp bồi dưỡng cho cấp ủy viên.", ("date", "05/9/2023", "≤ 12/07/2023")),
    ("Tổ chức kỷ niệm 75 năm ngày truyền thống (11/6/1948 - 11/6/2022).", ("anniversary", "75", "74")),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "told"), CONTRADICTIONS, ids=[str(told) for _, told in CONTRADICTIONS])
def test_a_contradiction_is_told_with_what_follows(sentence: str, told: tuple[str, str, str]) -> None:
    assert audited(sentence) == [told]


FINE = [
    "Có 41/52 chi bộ nộp báo cáo đúng hạn, đạt 78,85%.",
    "Có 41/52 chi bộ nộp báo cáo đúng hạn, đạt 78,84%.",
    "Có 41/52 chi bộ nộp báo cáo đúng hạn, tăng 12% so với cùng kỳ.",
    "Kết nạp 56 đảng viên, đạt 112% so với chỉ tiêu 50 đảng viên.",
    "Kết nạp 20 đảng viên, khai trừ 02 đảng viên, tổng số đảng viên hiện có là 1.418 đồng chí.",
    "Tổ chức 12 hội nghị, có 960 đại biểu dự, đạt 80% kế hoạch.",
    "Đầu năm có 40 chi bộ, đến nay có 52 chi bộ, tăng 30%.",
    "Kết nạp 56/50 đảng viên, đạt 112% kế hoạch.",
    "Đã thi hành kỷ luật 11 đảng viên, gồm: khiển trách 06, cảnh cáo 03, khai trừ 02.",
    "Ban hành trên 45 văn bản (20 công văn, 15 kế hoạch, 12 báo cáo).",
    "Giám sát 08 chi bộ trực thuộc (05 chi bộ cơ quan, 03 chi bộ thuộc 02 đảng bộ doanh nghiệp).",
    "Tổ chức 04 lớp cho 320 học viên và 02 hội nghị với 150 đại biểu.",
    "Kiểm tra 20 đảng viên (có 12 cấp ủy viên); giám sát 15 đảng viên (có 04 cấp ủy viên).",
    "Có 01 chỉ tiêu đạt trên 98%, 02 chỉ tiêu đạt từ 30 - 35%.",
    "Thực hiện Chỉ thị số 05-CT/TW, ngày 15/5/2016; Nghị định số 145/2020/NĐ-CP; Điều 30 Điều lệ.",
    "Chào mừng ngày 08/3, 30/4 và 01/5; quý II/2023; nhiệm kỳ 2020 - 2025.",
    "Khen 08 đảng viên hoàn thành xuất sắc 5 năm liền (2018 - 2022).",
    "Huy động được 3.480 tỷ đồng (tăng 4,2% so đầu năm 2023), giải ngân 2.915 tỷ đồng (tăng 8% so đầu năm 2023).",
    "Có thêm 04 chi bộ kiểu mẫu, nâng số đó lên 61/70 chi bộ theo 12 tiêu chí (kể cả 15 chi bộ tiêu biểu).",
    "Phấn đấu đến ngày 31/12/2025 có 90% tổ chức hoàn thành tốt nhiệm vụ.",
    "Số đảng viên tăng từ 1.200 lên 1.260 đồng chí, tăng 60 đồng chí (5%).",
]  # fmt: skip


@pytest.mark.parametrize("sentence", FINE)
def test_what_is_fine_is_left_alone(sentence: str) -> None:
    assert audited(sentence) == []


def test_an_anniversary_may_fall_on_a_day_ahead_and_must_fit_its_years() -> None:
    assert audited("Tuyên truyền 79 năm Ngày thành lập Quân đội (22/12/1944 - 22/12/2023).") == []
    assert [kind for kind, *_ in audited("Tuyên truyền 70 năm Ngày thành lập Quân đội (22/12/1944 - 22/12/2023).")] == [
        "anniversary"
    ]
    assert [kind for kind, *_ in audited("Lễ kỷ niệm 79 năm (22/12/1944 - 22/12/2023) mở ngày 22/12/2023.")] == ["date"]


def test_one_total_is_divided_by_one_aspect_after_the_other() -> None:
    paragraph = (
        "Thi hành kỷ luật 12 đảng viên bằng các hình thức: khiển trách 08, cảnh cáo 04. "
        "Cấp thi hành kỷ luật: chi bộ 09, đảng ủy cơ sở 02. Nội dung vi phạm: thiếu trách nhiệm 05, khác 07."
    )
    assert audited(paragraph) == [("parts", "12", "11")]


def test_a_quantity_stated_twice_has_one_value() -> None:
    first = "Nâng tổng số đảng viên của toàn Đảng bộ lên 1.418 đồng chí."
    assert audited(first, "Tóm lại, tổng số đảng viên hiện có là 1.481 đồng chí.") == [("repeated", "1.481", "1.418")]
    assert audited(first, "Tóm lại, tổng số đảng viên hiện có là 1.418 đồng chí.") == []


TOLD_AGAIN = [
    ("Các cấp ủy đã tổ chức {} hội nghị học tập nghị quyết.", "Nhìn chung, {} hội nghị học tập nghị quyết đều đạt."),
    ("Đã trao tặng Huy hiệu Đảng cho {} đảng viên.", "Như đã nêu, {} đảng viên được trao Huy hiệu Đảng trong kỳ."),
    ("Trong kỳ có {} lượt cán bộ dự tập huấn nghiệp vụ đảng.", "Số cán bộ dự tập huấn nghiệp vụ đảng là {} lượt."),
    ("Sáu tháng qua, toàn Đảng bộ kết nạp {} đảng viên mới.", "Tóm lại, đã kết nạp được {} đảng viên."),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), TOLD_AGAIN)
def test_what_is_told_again_in_other_words_has_one_value(first: str, second: str) -> None:
    assert audited(first.format("1.418"), second.format("1.418")) == []
    assert audited(first.format("1.418"), second.format("1.481")) == [("repeated", "1.481", "1.418")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Another time, another group, something else that is counted, and a movement of it.
        ("Đầu kỳ Đảng bộ có 1.418 đảng viên chính thức.", "Cuối kỳ Đảng bộ có 1.421 đảng viên chính thức."),
        ("Tập huấn nghiệp vụ đảng cho 418 cán bộ nữ.", "Nhìn chung, tập huấn nghiệp vụ đảng cho 481 cán bộ."),
        ("Phát 418 tài liệu học tập nghị quyết.", "Nhìn chung, 481 hội nghị học tập nghị quyết đạt yêu cầu."),
        ("Kết nạp 418 đảng viên trong các trường học.", "Kết nạp đảng viên trong các trường học tăng 408 đảng viên."),
        ("Kết nạp 52 đảng viên trong các doanh nghiệp.", "Đã kết nạp 12 đảng viên ở các trường."),
        # Two lists of the same kinds, each of its own total.
        ("Ban hành 30 văn bản: kế hoạch 20, công văn 10.", "Sao gửi 70 văn bản: kế hoạch 40, công văn 30."),
    ],
)
def test_what_differs_in_time_group_or_thing_is_not_told_twice(first: str, second: str) -> None:
    assert audited(first, second) == []


def test_two_bodies_do_the_same_each_for_themselves() -> None:
    first = "Cấp ủy cơ sở giám sát chuyên đề 19 tổ chức đảng."
    assert audited(first, "Ủy ban Kiểm tra giám sát chuyên đề 47 tổ chức đảng.") == []


def test_a_sentence_in_a_measure_s_words_must_print_its_value() -> None:
    known = [KnownFigure("members_admitted", "Đảng viên kết nạp mới", "đảng viên", Decimal(52))]
    page = [Paragraph(3, "Đã kết nạp mới 54 đảng viên.")]
    (finding,) = audit_report(page, known)
    assert (finding.kind, finding.page, finding.printed, finding.computed) == ("warehouse", 3, "54", "52")
    assert audit_report([Paragraph(3, "Đã kết nạp mới 52 đảng viên.")], known) == []
    assert audit_report([Paragraph(3, "Phấn đấu kết nạp mới 60 đảng viên.")], known) == []


@given(whole=st.integers(1, 20_000), data=st.data(), digits=st.integers(0, 2))
def test_a_right_share_is_never_accused_and_a_wrong_one_always(whole: int, data: st.DataObject, digits: int) -> None:
    part = data.draw(st.integers(0, whole))
    right = round(Decimal(part * 100) / whole, digits)
    for printed, fine in ((right, True), (right + 3, False)):
        sentence = f"Có {written(Decimal(part))}/{written(Decimal(whole))} chi bộ hoàn thành, đạt {written(printed)}%."
        assert (audited(sentence) == []) is fine, sentence


@given(parts=st.lists(st.integers(1, 400), min_size=2, max_size=6), off=st.integers(-3, 3))
def test_parts_that_all_stand_there_add_up(parts: list[int], off: int) -> None:
    listed = ", ".join(f"{part:02d} {kind}" for part, kind in zip(parts, KINDS, strict=False))
    total = sum(parts) + off
    told = audited(f"Ban hành {written(Decimal(max(total, 1)))} văn bản, gồm: {listed}.")
    assert (told == []) is (max(total, 1) == sum(parts))


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_numbers_are_read_as_they_are_written(units: int, digits: int) -> None:
    value = Decimal(units).scaleb(-digits)
    assert parsed(written(value))[0] == value


def test_what_holds_is_recognised_too() -> None:
    told = told_relations([Paragraph(1, "Có 41/52 chi bộ nộp đúng hạn, đạt 78,84%.")])
    assert [(one.kind, one.verdict) for one in told] == [("share", "cut")]


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("Nghị quyết số 17-NQ/ĐU ban hành ngày 09/3/2023", ["name", "date"]),
        ("nhiệm kỳ 2020 - 2025, khóa XIII", ["year"]),
        ("2712 đồng chí", ["count"]),
        ("năm 2021", ["year"]),
        ("dịch Covid-19", ["name"]),
        ("đạt 99.7%", ["percent"]),
        ("lần thứ 12", ["name"]),
    ],
)
def test_a_number_is_what_it_counts(text: str, sorts: list[str]) -> None:
    assert [one.sort for one in quantities(text)] == sorts
