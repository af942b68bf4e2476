"""Forms, versions and codes are those of the period: what is read depends on its last day."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbook_rows import PERIOD, Sheets, random_content, submissions_of

from ingest.normalise import Normalised, normalise_cells


def read(sheets: Sheets, period: str, catalogue, reference) -> Normalised:
    return normalise_cells(sheets.frame(), submissions_of("f", period=period), catalogue, reference)


def test_a_code_counts_only_while_its_list_holds_it(catalogue, reference, tmp_path: Path) -> None:
    """Townships ended on 30 June 2025: the same word is a code before and unknown after."""
    outcome = {}
    for period in (PERIOD, "2025H2"):
        sheets = Sheets.of(random_content(1, catalogue, reference, period=period), catalogue, reference, tmp_path)
        row, column = sheets.find("Tổ chức", "Loại hình cơ sở")
        sheets.cells["Tổ chức"][row, column + 1] = "Thị trấn"
        result = read(sheets, period, catalogue, reference)
        counted = result.observations.set_index("cell_code").loc["organization_profile.SECTOR.S3"]
        outcome[period] = (list(result.findings["rule_id"]), counted["state"])
    assert outcome == {PERIOD: ([], "value"), "2025H2": (["unknown_code"], "unreadable")}


@pytest.mark.parametrize(
    ("period", "printed", "not_printed"),
    [
        # The 2012 edition of Biểu 1 prints the control rows E and G, the 2021 edition does not.
        ("2021H1", "membership_change.PRESENT", "ratings.DV.BAND_90"),
        (PERIOD, "membership_change.CLOSE", "membership_change.PRESENT"),
        # Ratings: the levels until 2018, the four levels since, score bands and quarters since 2025.
        ("2017H2", "ratings.DV.OLD1", "ratings.DV.HTXS"),
        ("2022H2", "ratings.DV.HTXS", "ratings.DV.OLD1"),
        ("2022H2", "ratings.TTLD.HTT", "ratings.DV.BAND_90"),
        ("2025H2", "ratings.DV.BAND_90", "ratings.DV.OLD1"),
        ("2025H2", "quarterly_ratings.QUARTER_1.RATED", "membership_change.PRESENT"),
        ("2025H1", "membership_change.CLOSE", "quarterly_ratings.QUARTER_1.RATED"),
    ],
)
def test_the_version_follows_the_period(
    period: str, printed: str, not_printed: str, catalogue, reference, tmp_path: Path
) -> None:
    content = random_content(5, catalogue, reference, period=period)
    result = read(Sheets.of(content, catalogue, reference, tmp_path), period, catalogue, reference)
    assert result.findings.empty
    states = result.observations.set_index("cell_code")["state"]
    assert states[printed] in ("value", "zero")
    assert not_printed not in states.index or states[not_printed] == "not_applicable"
