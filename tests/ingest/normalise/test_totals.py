"""Totals that are formulas: added up by the blank workbook, reckoned again by the reader, never trusted blindly."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_rows import COMMITTEE, Sheets, form_set_of, random_content, submissions_of

from ingest.addresses import a1_address
from ingest.catalogue.model import cell_code
from ingest.catalogue.tables import declared_totals
from ingest.lake import CELLS
from ingest.normalise import Normalised, normalise_cells
from ingest.reading.limits import Limits
from ingest.reading.preflight import preflight, read_cells
from ingest.reading.sums_of_cells import SUMMED
from ingest.template import WorkbookContent, write_workbook
from ingest.template.layout import layouts
from ingest.template.totals import parts_printed, total_formulas

PERIOD = "2025H2"
CHANGE = "membership_change"
INC, IN_ADMIT, IN_TR, IN_TR_EXT = (f"{CHANGE}.{name}" for name in ("INC", "IN_ADMIT", "IN_TR", "IN_TR_EXT"))
TOLD = "total_reckoned_otherwise"


@pytest.fixture(scope="module")
def sheets_of_period(catalogue, reference):
    return layouts(form_set_of(catalogue, reference, PERIOD), "DBCS")


@pytest.fixture(scope="module")
def totals(sheets_of_period) -> dict[str, dict[tuple[str, str], str]]:
    return total_formulas(sheets_of_period)


@pytest.fixture
def read(catalogue, reference) -> Callable[[pd.DataFrame], Normalised]:
    return lambda cells: normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference)


@pytest.fixture(scope="module")
def content(catalogue, reference) -> WorkbookContent:
    """A filled workbook in which every total is what its parts say."""
    return consistent(random_content(5, catalogue, reference, period=PERIOD), catalogue)


def consistent(content: WorkbookContent, catalogue) -> WorkbookContent:
    declared = declared_totals(catalogue)
    matrix = {form: dict(cells) for form, cells in content.matrix.items()}
    values = {cell_code(form, *place): (form, place) for form, cells in matrix.items() for place in cells}

    def value(code: str) -> int:
        form, place = values[code]
        parts = {part: sign for part, sign in declared.get(code, {}).items() if part in values}
        if parts:
            matrix[form][place] = sum(sign * value(part) for part, sign in parts.items())
        return int(matrix[form][place])

    for code in values:
        value(code)
    return replace(content, matrix=matrix)


def as_formulas(content: WorkbookContent, catalogue, reference, folder: Path, totals) -> pd.DataFrame:
    """The cells of ``content`` with its totals marked as the formulas that they are in a blank workbook."""
    cells = Sheets.of(content, catalogue, reference, folder).frame()
    addresses = [
        one for sheet in layouts(form_set_of(catalogue, reference, PERIOD), "DBCS") for one in at(sheet, totals)
    ]
    keys = list(zip(cells["sheet"], cells["cell"], strict=True))
    return cells.assign(marks=[SUMMED if key in addresses else None for key in keys])


def at(layout, totals) -> list[tuple[str, str]]:
    places = totals.get(layout.form.form, {})
    return [(layout.sheet, a1_address(layout.lines[item], layout.heads[column])) for item, column in places]


def spot(catalogue, reference, code: str) -> tuple[str, str]:
    form, item, column = (*code.split("."), "value")[:3]
    layout = next(one for one in layouts(form_set_of(catalogue, reference, PERIOD)) if one.form.form == form)
    return layout.sheet, a1_address(layout.lines[item], layout.heads[column])


def changed(cells: pd.DataFrame, place: tuple[str, str], kind: str | None, text: str = "") -> pd.DataFrame:
    """``cells`` with another content at one place; ``kind`` None: emptied."""
    here = (cells["sheet"] == place[0]) & (cells["cell"] == place[1])
    assert here.sum() == 1
    if kind is None:
        return cells[~here]
    return cells.assign(kind=cells["kind"].mask(here, kind), text=cells["text"].mask(here, text))


def of(result: Normalised, code: str) -> tuple[float | None, str]:
    row = result.observations.set_index("cell_code").loc[code]
    return (None if pd.isna(row["value"]) else row["value"]), row["state"]


def told(result: Normalised) -> list[str]:
    return list(result.findings["rule_id"])


def test_a_formula_that_agrees_with_its_parts_reads_as_the_same_number_typed(
    content, read, catalogue, reference, tmp_path: Path, totals
) -> None:
    formulas = as_formulas(content, catalogue, reference, tmp_path, totals)
    typed = formulas.assign(marks=None)
    columns = ["cell_code", "value", "state"]
    results = [read(cells) for cells in (typed, formulas)]
    pd.testing.assert_frame_equal(*(result.observations[columns] for result in results))
    assert [told(result) for result in results] == [[], []]
    raw = results[1].observations.set_index("cell_code")["raw_text"]
    assert raw[INC] == "=" + totals[CHANGE]["INC", "value"]
    assert raw["membership_structure.TOTAL"].startswith("='Biểu 1'!C")


@settings(max_examples=examples(5), deadline=None)
@given(data=st.data())
def test_whatever_is_stored_a_total_is_what_its_parts_say_or_the_cell_is_told(
    data, content, catalogue, reference, tmp_path_factory, totals
) -> None:
    cells = as_formulas(content, catalogue, reference, tmp_path_factory.mktemp("t"), totals)
    codes = sorted(cell_code(form, *place) for form, places in totals.items() for place in places)
    lost = data.draw(st.sets(st.sampled_from(codes)))
    wrong = data.draw(st.sets(st.sampled_from(sorted(set(codes) - lost)), max_size=2)) if set(codes) - lost else set()
    for code in lost:
        cells = changed(
            cells, spot(catalogue, reference, code), *data.draw(st.sampled_from([("no_cache",), ("error", "#VALUE!")]))
        )
    for code in wrong:
        form, item, column = (*code.split("."), "value")[:3]
        stored = content.matrix[form][item, column] + data.draw(st.integers(1, 9))
        cells = changed(cells, spot(catalogue, reference, code), "number", str(stored))
    result = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference)
    expected = {
        cell_code(form, *place): value for form, places in content.matrix.items() for place, value in places.items()
    }
    for code in codes:
        if code not in wrong:
            touched = wrong & _below(code, catalogue)
            assert touched or of(result, code)[0] == expected[code], code
    assert set(told(result)) <= {TOLD}
    found = set(result.findings["cell_code"])
    assert wrong - {code for code in wrong if wrong & _below(code, catalogue)} <= found


def _below(code: str, catalogue) -> set[str]:
    declared = declared_totals(catalogue)
    parts = set(declared.get(code, {}))
    return parts.union(*(_below(part, catalogue) for part in parts)) if parts else set()


def test_a_stored_value_that_the_parts_do_not_say_stays_as_typed_and_both_are_told(
    content, read, catalogue, reference, tmp_path: Path, totals
) -> None:
    cells = as_formulas(content, catalogue, reference, tmp_path, totals)
    right = content.matrix[CHANGE]["INC", "value"]
    result = read(changed(cells, spot(catalogue, reference, INC), "number", str(right + 3)))
    assert of(result, INC) == (right + 3, "value")
    assert result.observations.set_index("cell_code").loc[INC, "raw_text"] == str(right + 3)
    (finding,) = result.findings.itertuples()
    assert (finding.rule_id, finding.severity, finding.observed) == (TOLD, "soft", str(right + 3))
    assert str(right) in finding.message_vi
    assert totals[CHANGE]["INC", "value"] in finding.message_vi


def test_a_total_of_which_a_part_is_missing_is_missing_and_not_smaller(
    content, read, catalogue, reference, tmp_path: Path, totals
) -> None:
    cells = as_formulas(content, catalogue, reference, tmp_path, totals)
    for part in (IN_ADMIT, IN_TR_EXT):
        cells = changed(cells, spot(catalogue, reference, part), None)
    rest = {name: content.matrix[CHANGE][name, "value"] for name in ("IN_TR_INT", "IN_TR_OWN", "IN_RESTORE")}
    transfers = rest["IN_TR_INT"] + rest["IN_TR_OWN"]
    cells = changed(cells, spot(catalogue, reference, IN_TR), "number", str(transfers))
    cells = changed(cells, spot(catalogue, reference, INC), "number", str(transfers + rest["IN_RESTORE"]))
    result = read(cells)
    assert of(result, INC) == of(result, IN_TR) == (None, "missing")
    assert told(result) == []


def test_a_part_that_cannot_be_read_is_told_once_and_not_again_at_its_totals(
    content, read, catalogue, reference, tmp_path: Path, totals
) -> None:
    cells = as_formulas(content, catalogue, reference, tmp_path, totals)
    cells = changed(cells, spot(catalogue, reference, IN_TR_EXT), "text", "ba bốn")
    for code in (IN_TR, INC):
        cells = changed(cells, spot(catalogue, reference, code), "error", "#VALUE!")
    result = read(cells)
    assert of(result, INC) == of(result, IN_TR) == (None, "unreadable")
    assert list(result.findings["cell_code"]) == [IN_TR_EXT]


def test_a_number_typed_over_the_formula_is_a_number_typed(
    content, read, catalogue, reference, tmp_path: Path, totals
) -> None:
    cells = as_formulas(content, catalogue, reference, tmp_path, totals)
    cells = changed(cells, spot(catalogue, reference, INC), "number", "77").assign(
        marks=lambda f: f["marks"].mask(f["cell"] == spot(catalogue, reference, INC)[1])
    )
    result = read(cells)
    assert of(result, INC) == (77, "value")
    assert TOLD not in told(result)


@pytest.fixture(scope="module")
def blank(catalogue, reference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    empty = WorkbookContent(COMMITTEE, "AA-1", "Tổ chức AA-1", PERIOD, is_prefilled=True)
    write_workbook(path, empty, catalogue, reference)
    return path


def cells_of(path: Path) -> pd.DataFrame:
    """The cells of a workbook as the lake holds them."""
    rows = read_cells(preflight(path.read_bytes(), Limits()))
    named = [("f", sheet, row, column, a1_address(row, column), *rest) for sheet, row, column, *rest in rows]
    return pd.DataFrame(named, columns=CELLS.names)


def test_a_blank_workbook_filled_in_by_a_program_that_does_not_calculate_reads_right(
    blank: Path, content, read, catalogue, reference, sheets_of_period, totals, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(blank)
    for layout in sheets_of_period:
        for (item, column), value in content.matrix.get(layout.form.form, {}).items():
            if (item, column) not in totals.get(layout.form.form, {}):
                book[layout.sheet].cell(layout.lines[item], layout.heads[column], value)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    result = read(cells_of(path))
    for form, places in totals.items():
        for place in places:
            assert of(result, cell_code(form, *place))[0] == content.matrix[form][place], (form, place)
    assert not {"formula_without_value", TOLD} & set(told(result))


def test_an_untouched_blank_workbook_has_missing_totals(blank: Path, read, totals) -> None:
    result = read(cells_of(blank))
    states = {of(result, cell_code(form, *place))[1] for form, places in totals.items() for place in places}
    assert states == {"missing"}
    assert "formula_without_value" not in told(result)


def test_every_declared_total_of_the_period_is_a_formula_open_to_correction(blank: Path, sheets_of_period) -> None:
    book = openpyxl.load_workbook(blank)
    formulas = total_formulas(sheets_of_period)
    assert {CHANGE, "membership_structure", "ratings", "discipline_summary"} <= set(formulas)
    for layout in sheets_of_period:
        for (item, column), text in formulas.get(layout.form.form, {}).items():
            cell = book[layout.sheet].cell(layout.lines[item], layout.heads[column])
            assert cell.value == f"={text}"
            assert not cell.protection.locked
    assert "CLOSE" not in {item for item, _ in formulas[CHANGE]}  # counted on its own: the control total


def test_a_formula_that_points_into_another_file_is_no_sum_of_cells(
    blank: Path, read, catalogue, reference, tmp_path: Path, totals
) -> None:
    path = tmp_path / "copied.xlsx"
    own = totals[CHANGE]["IN_TR", "value"]
    with zipfile.ZipFile(blank) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if re.search(rb"worksheets/sheet\d+\.xml$", name.encode()):
                part = part.replace(f"<f>{own}</f>".encode(), b"<f>'[1]Bi&#7875;u 1'!C9</f>")
            target.writestr(name, part)
    result = read(cells_of(path))
    assert [(row.rule_id, row.cell_code) for row in result.findings.itertuples() if row.cell_code == IN_TR] == [
        ("formula_without_value", IN_TR)
    ]


def test_what_an_edition_does_not_print_is_added_up_by_nobody(catalogue, reference) -> None:
    printed = parts_printed(layouts(form_set_of(catalogue, reference, "2021H2"), "DBCS"))
    assert "membership_change.TR_NET" not in printed
    older = dict(parts_printed(layouts(form_set_of(catalogue, reference, "2021H1"), "DBCS")))
    assert older["membership_change.TR_NET"] == ("membership_change.OUT_TR", "membership_change.IN_TR")
    own = printed["membership_structure.TOTAL"]
    assert own == ("membership_change.CLOSE",)
