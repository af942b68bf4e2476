"""What wordings of lines say: other ways to write one thing are one, and none of them is another line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.printed.wordings import SETS, Block, line_of, list_form, wordings
from ingest.catalogue import Catalogue
from ingest.catalogue.printed import PrintedTable, said_sets
from ingest.layouts.headings_over import HeadingsOver
from ingest.printed_words import concepts_of, says_nothing
from ingest.privacy import UNQUOTED

AMBIGUOUS = {"TS"}
"""Total or doctor: read as the total, which is left out where it stands below its parts."""


@pytest.fixture
def tables(catalogue: Catalogue) -> dict[str, PrintedTable]:
    every = [table for one in catalogue.layouts for table in one.tables if isinstance(table, PrintedTable)]
    return {table.number: table for table in every if table.edition == "2021"}


@pytest.mark.parametrize(
    ("texts", "vocabulary", "said"),
    [
        (["31 ÷ 35", "Trên 30 đến 35", "Từ 31 tuổi tới dưới 36", "31 đến hết 35"], "people", {"age_31"}),
        (["31t - 35t", "31 ÷ 35 tuổi", "Tuổi từ 31t đến dưới 36t"], "people", {"age", "age_31"}),
        (["≥ 61", ">= 61", "Quá 60", "> 60", "61t trở lên", "Từ đủ 61 tuổi trở lên"], "people", {"age_61"}),
        (["≤ 30", "Đến 30", "Dưới 31", "18 tuổi ÷ 30"], "people", {"age_18"}),
        (["Từ 19/8/45 đến 20/7/54", "Từ ngày 19-8-1945 đến hết ngày 20-7-1954"], "people", {"to_1954"}),
        (["Trước Tổng khởi nghĩa tháng Tám (trước 19/8/45)", "Đến hết ngày 18/8/1945"], "people", {"before_1945"}),
        (["Trình độ phổ thông - THCS"], "people", {"school", "lower"}),
        (["Đổi thẻ (thẻ hỏng)"], "services", {"card", "changed", "damaged"}),
        (
            ["Chính trị: cử nhân, cao cấp", "Cao cấp LLCT, cử nhân chính trị"],
            "people",
            {"theory", "advanced", "graduate"},
        ),
        (["≥ 50% vốn nhà nước", "Vốn góp của NN từ 50% trở lên"], "bases", {"half", "upward", "state_capital"}),
        (["Đ.bộ bộ phận", "ĐBBP (nếu có)"], "bases", {"sections"}),
    ],
)
def test_other_ways_to_write_one_thing_are_one(texts: list[str], vocabulary: str, said: set[str]) -> None:
    assert {text: concepts_of(text, vocabulary) for text in texts} == dict.fromkeys(texts, said)


@pytest.mark.parametrize(
    ("text", "vocabulary"),
    [
        ("≥ 60", "people"),
        ("< 30", "people"),
        ("31 đến 40", "people"),
        ("Từ 26 đến 30", "people"),
        ("Kết nạp trước 30/4/75", "people"),
        ("Đang xét kết nạp", "people"),
        ("Quá hạn dự bị chưa chuyển chính thức", "people"),
        ("Ngư dân", "people"),
        ("Trên 50% vốn nhà nước", "bases"),
        ("≤ 50% vốn nhà nước", "bases"),
        ("Riêng nữ", "bases"),
        ("Đảng viên chưa có thẻ", "services"),
        ("Đề nghị xét tặng Huy hiệu Đảng", "services"),
        (f"Kết nạp {UNQUOTED}", "people"),
    ],
)
def test_what_is_near_and_not_the_same_is_unknown(text: str, vocabulary: str) -> None:
    assert concepts_of(text, vocabulary) is None


def test_those_exchanged_because_they_were_torn_are_not_all_cards(tables: dict[str, PrintedTable]) -> None:
    assert _lines(tables["7"], "Thẻ đảng cấp đổi do rách") == {"CARD_CHANGED"}
    assert _lines(tables["7"], "Cấp, đổi thẻ đảng viên") == set()
    assert _lines(tables["7"], "Cấp, đổi thẻ đảng viên (tổng số)") == {"CARDS"}


def test_staff_of_a_hamlet_are_not_those_who_live_there(tables: dict[str, PrintedTable]) -> None:
    assert _lines(tables["3"], "Người HĐKCT ở ấp, khóm") == {"OCC_HAMLET"}
    assert _lines(tables["3"], "Ở thôn, xóm") == set()


def test_cells_that_admitted_somebody_are_not_the_organizations_that_did(tables: dict[str, PrintedTable]) -> None:
    assert _lines(tables["2"], "Số TCCSĐ có đảng viên mới") == {"ORGS_ADMITTING"}
    assert _lines(tables["2"], "Số chi bộ có đảng viên mới") == set()


def test_a_heading_that_says_nothing_in_the_ways_of_a_vocabulary_hides_no_line() -> None:
    assert says_nothing("Đặc điểm của đội ngũ", "people")
    assert says_nothing("Chia ra trong số đó", "people")
    assert not says_nothing("Kiến thức quản lý kinh tế", "people")


def test_a_concept_with_a_question_mark_may_be_left_out() -> None:
    assert set(said_sets([["one", "two?", "three?"], ["four"]])) == {
        frozenset({"one"}),
        frozenset({"one", "two"}),
        frozenset({"one", "three"}),
        frozenset({"one", "two", "three"}),
        frozenset({"four"}),
    }


@pytest.mark.parametrize("chosen", SETS)
def test_no_wording_of_a_line_says_another_line(chosen: str, tables: dict[str, PrintedTable]) -> None:
    wrong = [
        (number, text, over, told)
        for number, item, text, over in (*_of_lists(chosen), *_of_bases(chosen))
        if text not in AMBIGUOUS and (told := _lines(tables[number], text, over) - {item})
    ]
    assert not wrong


def _lines(table: PrintedTable, text: str, over: tuple[str, ...] = ()) -> set[str]:
    """The lines that a text can be below headings."""
    headings = HeadingsOver(table)
    for heading in over:
        headings.pass_by(heading, None, is_heading=True)
    return {line.item for line in headings.fitting(text)}


def _of_lists(chosen: str) -> Iterator[tuple[str, str | None, str, tuple[str, ...]]]:
    """Form, line (None: of no line), text and the headings over it, of Biểu 2, 3 and 7."""
    for number in (2, 3, 7):
        form = list_form(number, chosen)
        blocks = {block.name: block for block in form.blocks}
        for block in form.blocks:
            for line in block.lines:
                yield from ((str(number), line.item, text, ()) for text in line.full)
                over = list(_headings(blocks, block))
                yield from ((str(number), line.item, text, one) for text in line.short for one in over)
        every = [text for block in form.blocks for text in block.group]
        for extra in form.extras:
            yield from ((str(number), None, text, ()) for text in extra.full)
            over = [(before, heading) for heading in extra.group for before in every]
            yield from ((str(number), None, text, one) for text in extra.short for one in over)


def _headings(blocks: dict[str, Block], block: Block) -> Iterator[tuple[str, ...]]:
    outer = blocks[block.inner].group if block.inner else ()
    for heading in blocks[block.continues].group if block.continues else block.group:
        yield from ((one, heading) for one in outer) if outer else ((heading,),)


def _of_bases(chosen: str) -> Iterator[tuple[str, str | None, str, tuple[str, ...]]]:
    said = wordings(chosen)["bases"]
    over = {item: one["words"] for one in said["groups"] for item in one["lines"]}
    for item, texts in said["lines"].items():
        line = line_of(item, texts)
        yield from (("5", item, text, ()) for text in line.full)
        yield from (("5", item, text, (heading,)) for text in line.short for heading in over.get(item, ()))
    yield from (("5", None, text, ()) for text in said["wholly_foreign"])
