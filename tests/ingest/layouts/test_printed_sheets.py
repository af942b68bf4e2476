"""The invented sheets of the official forms: every line once, told from every other, its truth at its address."""

from __future__ import annotations

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from bench.printed.sheet import Sheet
from bench.printed.wordings import SETS, Line, line_of, list_form, wordings
from bench.printed.year import YEAR_FORMS, year_sheets
from ingest.catalogue import load_catalogue
from ingest.labels import label_key

REGISTER = [(f"LD-{at:03}", f"Đảng bộ cơ sở số {at:03} (giả định)") for at in range(1, 9)]


EACH_SET = pytest.mark.parametrize("chosen", SETS)


@pytest.fixture(scope="module", params=SETS)
def made(request: pytest.FixtureRequest) -> list[Sheet]:
    return list(year_sheets(YEAR_FORMS, 30, 5, REGISTER, request.param))


def test_the_truth_of_a_sheet_stands_at_its_address(made: list[Sheet]) -> None:
    for sheet in made:
        for item, (figure, cell) in sheet.truth.items():
            row, column = coordinate_to_tuple(cell)
            written = sheet.rows[row - 1][column - 1]
            assert written == figure or (figure is None and written in (None, "-")), (sheet.name, item)


def test_the_totals_of_the_forms_hold_on_every_sheet(made: list[Sheet]) -> None:
    catalogue = load_catalogue()
    for sheet in made:
        form = catalogue.by_name[sheet.form]
        figures = {item: figure or 0 for item, (figure, _) in sheet.truth.items()}
        for whole, item in form.items.items():
            parts = [part for part in item.total_of if part in form.items]
            for column in form.columns if sheet.form == "year_bases" else ("",):
                names = [f"{one}.{column}".rstrip(".") for one in (whole, *parts)]
                if parts and all(name in figures for name in names):
                    assert figures[names[0]] == sum(figures[name] for name in names[1:]), (sheet.name, names[0])


@EACH_SET
def test_every_line_of_a_form_has_words_once(chosen: str) -> None:
    catalogue = load_catalogue()
    for number in YEAR_FORMS:
        if number == 5:
            form, said = wordings(chosen)["bases"]["form"], list(wordings(chosen)["bases"]["lines"])
        else:
            form = list_form(number, chosen).form
            said = [line.item for block in list_form(number, chosen).blocks for line in block.lines]
        assert said == [row.item for row in catalogue.by_name[form].versions[0].rows]


@EACH_SET
def test_no_words_say_two_lines_of_a_form(chosen: str) -> None:
    for number in (2, 3, 7):
        form = list_form(number, chosen)
        full: dict[str, str] = {}
        for block in form.blocks:
            short: dict[str, str] = {}
            for line in block.lines:
                for text in line.full:
                    assert full.setdefault(label_key(text), line.item) == line.item, text
                for text in line.short:
                    assert short.setdefault(label_key(text), line.item) == line.item, text
    kinds = _kinds(chosen)
    told = [(label_key(text), kind.item) for kind in kinds for text in {*kind.full, *kind.short}]
    assert len({text for text, _ in told}) == len(set(told))


def test_sheets_of_one_workbook_are_of_one_organization_and_agree(made: list[Sheet]) -> None:
    files: dict[str, list[Sheet]] = {}
    for sheet in made:
        files.setdefault(sheet.file, []).append(sheet)
    books = [sheets for sheets in files.values() if len(sheets) > 1]
    assert books
    for sheets in books:
        by_label = {sheet.label: sheet.truth for sheet in sheets}
        assert len({sheet.organization for sheet in sheets}) == 1
        assert len({sheet.tab for sheet in sheets}) == len(sheets)
        assert (by_label["2"]["TOTAL"][0] or 0) == (by_label["1 (year)"]["IN_ADMIT"][0] or 0)
        assert by_label["3"]["TOTAL"][0] == by_label["1 (year)"]["CLOSE"][0]


@EACH_SET
def test_no_row_of_no_line_says_what_a_line_says(chosen: str) -> None:
    for number in (2, 3, 7):
        form = list_form(number, chosen)
        said = {label_key(text) for block in form.blocks for line in block.lines for text in line.full}
        assert not said & {label_key(text) for extra in form.extras for text in extra.full}
        places = {block.name for block in form.blocks} | {line.item for block in form.blocks for line in block.lines}
        assert {extra.after for extra in form.extras} <= places


@EACH_SET
def test_lines_worded_alike_have_as_many_wordings(chosen: str) -> None:
    for number in (2, 3, 7):
        for block in list_form(number, chosen).blocks:
            if block.alike:
                assert len({(len(line.full), len(line.short)) for line in block.lines}) == 1, block.name


def test_the_second_set_shares_at_most_one_wording_of_a_line_with_the_first() -> None:
    first, second = _said("first"), _said("second")
    assert first.keys() == second.keys()
    for name, words in second.items():
        assert len(first[name] & words) <= 1, (name, first[name] & words)


def _kinds(chosen: str) -> list[Line]:
    return [line_of(item, said) for item, said in wordings(chosen)["bases"]["lines"].items()]


def _said(chosen: str) -> dict[tuple[str | int, ...], set[str]]:
    """Whose words they are -> the words: lines, headings, titles and columns."""
    said: dict[tuple[str | int, ...], set[str]] = {}
    bases = wordings(chosen)["bases"]
    lines: list[tuple[int, Line]] = [(5, line) for line in _kinds(chosen)]
    for number in (2, 3, 7):
        form = list_form(number, chosen)
        lines += [(number, line) for block in form.blocks for line in block.lines]
        said |= {(number, "over", block.name): {*block.group, *block.heading} for block in form.blocks}
        said |= {(number, "names"): set(form.names), (number, "numbered"): set(form.numbered)}
    said |= {
        (number, line.item, kind): set(getattr(line, kind)) for number, line in lines for kind in ("full", "short")
    }
    said |= {(5, kind, name): set(words) for kind in ("columns", "below_over") for name, words in bases[kind].items()}
    said |= {(5, one["before"], "over"): set(one["words"]) for one in bases["groups"]}
    said |= {(5, kind): set(bases[kind]) for kind in ("names", "numbered", "label_heads", "over", "women")}
    return {whose: {label_key(text) for text in words} for whose, words in said.items()}
