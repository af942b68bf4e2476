"""The invented sheets of the official forms: every line once, told from every other, its truth at its address."""

from __future__ import annotations

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from bench.printed.sheet import Sheet
from bench.printed.wordings import line_of, list_form, wordings
from bench.printed.year import YEAR_FORMS, year_sheets
from ingest.catalogue import load_catalogue
from ingest.labels import label_key

REGISTER = [(f"LD-{at:03}", f"Đảng bộ cơ sở số {at:03} (giả định)") for at in range(1, 9)]


@pytest.fixture(scope="module")
def made() -> list[Sheet]:
    return list(year_sheets(YEAR_FORMS, 30, 5, REGISTER))


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


def test_every_line_of_a_form_has_words_once() -> None:
    catalogue = load_catalogue()
    for number in YEAR_FORMS:
        if number == 5:
            form, said = wordings()["bases"]["form"], list(wordings()["bases"]["lines"])
        else:
            form = list_form(number).form
            said = [line.item for block in list_form(number).blocks for line in block.lines]
        assert said == [row.item for row in catalogue.by_name[form].versions[0].rows]


def test_no_words_say_two_lines_of_a_form() -> None:
    for number in (2, 3, 7):
        form = list_form(number)
        full: dict[str, str] = {}
        for block in form.blocks:
            short: dict[str, str] = {}
            for line in block.lines:
                for text in line.full:
                    assert full.setdefault(label_key(text), line.item) == line.item, text
                for text in line.short:
                    assert short.setdefault(label_key(text), line.item) == line.item, text
    kinds = [line_of(item, said) for item, said in wordings()["bases"]["lines"].items()]
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
