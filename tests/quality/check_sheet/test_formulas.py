"""Rules as formulas, and the check sheet: it says what the rules say and nothing of it is read back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest
from checked_workbooks import Workbook, normalised_files, scattered_content
from workbook_rows import small_reference

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import aggregate_conditions
from ingest.check_sheets import CHECK_SHEET, FIGURES_SHEET, sheets_to_read
from ingest.reading.limits import Limits
from ingest.reading.preflight import preflight, read_cells
from ingest.reference import Reference
from ingest.register_cells import MEMBERS_IN, MEMBERS_OUT, MEMBERS_PASSED_ON
from ingest.template import PrintedFigures, WorkbookChecks, write_workbook
from ingest.template.checks import FAILED, PASSED, UNDECIDED
from ingest.template.layout import layouts
from quality.catalogue import RuleCatalogue
from quality.catalogue.model import Missing
from quality.catalogue.words import CellLabels
from quality.check_sheet.formulas import HoldingRule, workbook_checks

PLAIN_FUNCTIONS = {
    *("ABS", "AND", "COUNT", "COUNTA", "COUNTIF", "IF", "INDEX", "INT", "ISERROR", "ISNA", "ISNUMBER"),
    *("MATCH", "OR", "SUMPRODUCT", "TRIM"),
}
"""What Excel 97 and every later program knows."""


@pytest.fixture(scope="module")
def register() -> Reference:
    return small_reference()


def printed_on(day: dt.date, kind: str, catalogue: Catalogue, reference: Reference) -> PrintedFigures:
    form_set = catalogue.form_set(day, kind, "organization")
    return PrintedFigures(layouts(form_set), aggregate_conditions(catalogue, reference["codes"]))


def compiled(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference, *ids: str, tolerance: float = 0
) -> WorkbookChecks:
    printed = printed_on(dt.date(2022, 12, 31), "H2", catalogue, reference)
    holding = [HoldingRule(rule, rules.by_id[rule].severity, tolerance) for rule in ids]
    return workbook_checks(holding, rules, printed, CellLabels.of(catalogue, reference), {})


def test_an_equation_becomes_sums_a_difference_and_three_states(
    rules: RuleCatalogue, catalogue: Catalogue, register: Reference
) -> None:
    checks = compiled(rules, catalogue, register, "R001A")
    (check,) = checks.checks
    assert checks.keys == tuple(f"membership_change.{item}" for item in ("CLOSE", "OPEN", "INC", "DEC"))
    assert check.observed == "_kiem_tra!$B$2"
    assert check.expected == "_kiem_tra!$B$3+_kiem_tra!$B$4-_kiem_tra!$B$5"
    assert check.place.link == "'Biểu 1'!C27"
    assert [state in check.state for state in (PASSED, FAILED, UNDECIDED)] == [True] * 3


@pytest.mark.parametrize(("mode", "decides"), [("skip", "left"), ("zero", None), ("fail", "gap")])
def test_a_missing_cell_does_what_its_side_says(
    rules: RuleCatalogue, catalogue: Catalogue, register: Reference, mode: str, decides: str | None
) -> None:
    rule = rules.by_id["R004A"].model_copy(update={"missing": Missing(left=mode, right="zero")})  # type: ignore[arg-type]
    changed = RuleCatalogue((rule,), rules.expressions, rules.topics, "x")
    (check,) = compiled(changed, catalogue, register, "R004A").checks
    undecided, decided = check.state.split(f'"{UNDECIDED}"')
    assert ("$C$2>0" in undecided) == (decides == "left")
    assert ("$C$2>0" in decided) == (decides == "gap")
    assert "$C$3" not in check.state  # the right side counts a missing cell as zero


def test_what_the_forms_do_not_print_is_left_out(
    rules: RuleCatalogue, catalogue: Catalogue, register: Reference
) -> None:
    # R001F asks for a row of the edition of 2012, R013A for a form that is due at the end of the year.
    assert compiled(rules, catalogue, register, "R001F").checks == ()
    printed = printed_on(dt.date(2022, 6, 30), "H1", catalogue, register)
    holding = [HoldingRule("R013A_DV", "hard", 0)]
    assert workbook_checks(holding, rules, printed, CellLabels.of(catalogue, register), {}).checks == ()


def test_the_register_is_complete_by_itself_and_the_last_period_is_not(
    rules: RuleCatalogue, catalogue: Catalogue, register: Reference
) -> None:
    checks = compiled(rules, catalogue, register, "R002")
    assert checks.known == dict.fromkeys((MEMBERS_IN, MEMBERS_OUT, MEMBERS_PASSED_ON), 0)


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, rules: RuleCatalogue, catalogue: Catalogue, register: Reference
) -> tuple[Workbook, Path, Path]:
    """A filled workbook, without checks and with them."""
    folder = tmp_path_factory.mktemp("written")
    one = Workbook("same", scattered_content(1, catalogue, register, "AA-1", "2022H2"))
    ids = [rule.id for rule in rules.linear]
    plain, checked = folder / "plain.xlsx", folder / "checked.xlsx"
    write_workbook(plain, one.content, catalogue, register)
    write_workbook(checked, one.content, catalogue, register, compiled(rules, catalogue, register, *ids))
    return one, plain, checked


def test_a_checked_workbook_reads_like_one_without_checks(
    written: tuple[Workbook, Path, Path], catalogue: Catalogue, register: Reference
) -> None:
    one, plain, checked = written
    _, first = normalised_files({"same": plain}, [one], catalogue, register)
    _, second = normalised_files({"same": checked}, [one], catalogue, register)
    assert first.observations.equals(second.observations)
    assert first.entries.equals(second.entries)
    assert first.findings.equals(second.findings)
    content = checked.read_bytes()
    area = openpyxl.load_workbook(checked)[CHECK_SHEET].print_area
    assert area.endswith("!$A$1:$J$4"), "ten sheets of paper that nobody signs"
    assert {CHECK_SHEET, FIGURES_SHEET}.isdisjoint(cell[0] for cell in read_cells(preflight(content, Limits())))


def test_a_form_of_others_may_have_a_sheet_of_that_name() -> None:
    assert sheets_to_read(["Biểu 1", CHECK_SHEET]) == ["Biểu 1", CHECK_SHEET]
    assert sheets_to_read(["Biểu 1", CHECK_SHEET, FIGURES_SHEET]) == ["Biểu 1"]


def test_only_plain_functions_no_macros_and_a_result_for_every_program_to_compute(
    written: tuple[Workbook, Path, Path],
) -> None:
    book = openpyxl.load_workbook(written[2])
    assert book.vba_archive is None
    used: set[str] = set()
    for name in (CHECK_SHEET, FIGURES_SHEET):
        for row in book[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    used |= set(re.findall(r"([A-Z][A-Z.]+)\(", cell.value))
                    assert len(cell.value) < 8_192
    assert used == PLAIN_FUNCTIONS
    stored = openpyxl.load_workbook(written[2], data_only=True)
    assert {row[9].value for row in stored[CHECK_SHEET].iter_rows(min_row=7)} == {None}


def test_every_target_is_marked_through_a_name(written: tuple[Workbook, Path, Path], rules: RuleCatalogue) -> None:
    book = openpyxl.load_workbook(written[2])
    marked = {
        formula
        for sheet in book.worksheets
        if sheet.title != CHECK_SHEET
        for formats in sheet.conditional_formatting
        for rule in formats.rules
        for formula in rule.formula
    }
    listed = [row[1].value for row in book[CHECK_SHEET].iter_rows(min_row=7)]
    assert len(listed) > 90
    assert max(map(len, listed)) < book[CHECK_SHEET].column_dimensions["B"].width, "an id is not broken in two"
    for rule_id in listed:
        assert f"kt_{rule_id}" in book.defined_names
        assert any(f'kt_{rule_id}="{FAILED}"' in formula for formula in marked), rule_id


def test_the_figures_are_hidden_and_the_check_sheet_is_not(written: tuple[Workbook, Path, Path]) -> None:
    book = openpyxl.load_workbook(written[2])
    assert book[CHECK_SHEET].sheet_state == "visible"
    assert book[FIGURES_SHEET].sheet_state == "hidden"
    assert book[CHECK_SHEET].protection.sheet
