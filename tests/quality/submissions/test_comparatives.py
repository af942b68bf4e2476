"""Last year's figures on a printed form are held against what was accepted of that organization then."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
from workbook_rows import small_reference

from bench.printed_forms import LINES
from ingest.catalogue import load_catalogue
from ingest.normalise import normalise_cells
from ingest.normalise.comparatives import comparatives_in_lake
from ingest.receive import read_files
from ingest.reference import Reference
from quality.catalogue import load_rules
from quality.check import check_tables

FIGURES = dict(zip(LINES, (120, 9, 4, 5, 1, 4, 0, 6, 1, 0, 1, 0, 0, 4, 1, 3, 123), strict=True))


def sheet(folder: Path, year: int, former: dict[str, object], who: str = "AA-1") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    for row in ([f"Đơn vị: {who}"], [f"6 tháng cuối năm {year}"], [], ["TT", "Nội dung", "Kỳ này", "Cùng kỳ"]):
        page.append(row)
    for item, (mark, words) in LINES.items():
        page.append([mark or None, words[0], FIGURES[item], former.get(item)])
    path = folder / f"{who}_{year}.xlsx"
    book.save(path)
    return path


def found(paths: list[Path], reference: Reference) -> pd.DataFrame:
    """What is told of the figures of a year before, of all files together."""
    catalogue = load_catalogue()
    got = read_files(paths, catalogue, reference)
    tables = normalise_cells(got.cells, got.submissions, catalogue, reference)
    reading = pd.concat([got.findings, tables.findings], ignore_index=True)
    result = check_tables(
        got.submissions,
        tables.observations,
        tables.entries,
        reading,
        catalogue,
        reference,
        load_rules(catalogue, reference),
        answered=got.cells,
        files_only=True,
    )
    return result.findings[result.findings["rule_id"] == "V004"]


def of_two_years() -> Reference:
    reporting = small_reference()["reporting_periods"]
    added = reporting.head(1).assign(period_code="2023H2")
    return small_reference(reporting_periods=pd.concat([reporting, added], ignore_index=True))


def test_a_figure_that_was_accepted_otherwise_is_told_with_both_cells(tmp_path: Path) -> None:
    # The form of 2022 says 4 admitted and 120 at the opening; that of 2023 repeats 3, and leaves the rest out.
    earlier, later = sheet(tmp_path, 2022, {}), sheet(tmp_path, 2023, {"IN_ADMIT": 3, "OPEN": 120, "CLOSE": "-"})
    told = found([earlier, later], of_two_years())
    row = told[["severity", "period_code", "cell", "cell_code", "observed", "expected"]].to_numpy().tolist()
    assert row == [["soft", "2023H2", "D7", "membership_change.IN_ADMIT", "3", "4"]]
    assert told["cells"].iloc[0] == "Sheet!D7; Sheet!C7"
    assert "cùng kỳ" in told["message_vi"].iloc[0]


def test_nothing_is_said_where_nothing_was_accepted_a_year_before(tmp_path: Path) -> None:
    others = sheet(tmp_path, 2022, {}, "AA-2")
    told = found([others, sheet(tmp_path, 2023, {"IN_ADMIT": 3})], of_two_years())
    assert told.empty


def test_only_the_cells_of_printed_forms_are_read_again(tmp_path: Path) -> None:
    reference, catalogue = of_two_years(), load_catalogue()
    got = read_files([sheet(tmp_path, 2023, {"IN_ADMIT": 3})], catalogue, reference)
    got.cells.to_parquet(tmp_path / "part.parquet")
    named = got.submissions.assign(cells_file="part.parquet")
    figures = comparatives_in_lake(tmp_path, named, catalogue, reference)
    assert figures[["cell_code", "cell", "value"]].to_numpy().tolist() == [["membership_change.IN_ADMIT", "D7", 3.0]]
    assert comparatives_in_lake(tmp_path / "none", named.assign(layout=None), catalogue, reference).empty
