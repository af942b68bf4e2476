"""The declarations as tables: cells, versions, printed labels, and which records an aggregate takes."""

from __future__ import annotations

import pandas as pd
import pytest

from ingest.catalogue import Catalogue, Form
from ingest.catalogue.tables import aggregate_conditions, form_cells, form_versions, members_text, printed_labels


@pytest.fixture
def catalogue(matrix: Form, guests: Form) -> Catalogue:
    return Catalogue((matrix, guests), "test")


def test_every_item_and_column_of_a_matrix_is_a_cell(catalogue: Catalogue, codes: pd.DataFrame) -> None:
    cells = form_cells(catalogue, codes).set_index("cell_code")
    meals = cells[cells["form"] == "meals"]
    assert list(meals.index) == ["meals.NOON", "meals.NOON.GUESTS", "meals.ALL", "meals.ALL.GUESTS"]
    assert set(meals["source"]) == {"matrix"}
    assert list(meals["measure"]) == ["meals_served"] * 4
    # The only column says nothing of its own; another one gives the role and joins its label.
    assert list(meals["role"]) == ["detail", "of_which", "total", "of_which"]
    assert meals.loc["meals.NOON", "label_vi"] == "Bữa trưa"
    assert meals.loc["meals.NOON.GUESTS", "label_vi"] == "Bữa trưa - Khách"
    assert meals.loc["meals.NOON.GUESTS", "members"] == "eater=guest;time=noon"
    assert list(meals["nature"]) == ["flow", "flow", "stock", "stock"]


def test_an_aggregate_is_one_cell_or_one_of_each_code(catalogue: Catalogue, codes: pd.DataFrame) -> None:
    cells = form_cells(catalogue, codes)
    guests = cells[cells["form"] == "guests"].set_index("cell_code")
    assert list(guests.index) == [
        "guests.HEADS.OLD",
        "guests.HEADS.YOUNG",
        "guests.OLD",
        "guests.BY_KIND.OLD",
        "guests.BY_KIND.YOUNG",
    ]
    assert set(guests["source"]) == {"aggregate"}
    assert guests.loc["guests.BY_KIND.OLD", ["label_vi", "members", "column"]].tolist() == [
        "Theo loại - Già",
        "guest_kind=OLD",
        "OLD",
    ]
    assert guests.loc["guests.OLD", ["label_vi", "members", "column"]].tolist() == ["Cao tuổi", "", "value"]
    assert set(guests["measure"]) == {"guests"}


def test_which_records_an_aggregate_takes(catalogue: Catalogue, codes: pd.DataFrame) -> None:
    frame = aggregate_conditions(catalogue, codes)
    assert set(frame.where(frame.notna(), None).itertuples(index=False, name=None)) == {
        ("guests.HEADS.OLD", "guests", "HEADS", "KIND", "OLD"),
        ("guests.HEADS.YOUNG", "guests", "HEADS", "KIND", "YOUNG"),
        ("guests.OLD", "guests", None, "KIND", "OLD"),
        ("guests.OLD", "guests", None, "KIND", "VERY_OLD"),
        ("guests.BY_KIND.OLD", "guests", None, "KIND", "OLD"),
        ("guests.BY_KIND.YOUNG", "guests", None, "KIND", "YOUNG"),
    }


def test_every_edition_is_one_row(catalogue: Catalogue) -> None:
    versions = form_versions(catalogue)
    assert list(versions["version"]) == ["v1", "v2", "v1"]
    assert list(versions["kind"]) == ["matrix", "matrix", "list"]
    assert str(versions["valid_to"].iloc[0]) == "2020-06-30"
    assert pd.isna(versions["valid_to"].iloc[1])


def test_what_is_printed_is_found_under_its_own_name_and_its_aliases(catalogue: Catalogue) -> None:
    printed = printed_labels(catalogue)

    def told(form: str, version: str, axis: str) -> list[tuple[str, str, bool]]:
        rows = printed.query("form == @form and version == @version and axis == @axis")
        return list(rows[["code", "label", "canonical"]].itertuples(index=False, name=None))

    assert told("meals", "v1", "row") == [
        ("NOON", "Bữa trưa", True),
        ("NOON", "Ăn trưa", False),
        ("ALL", "Cộng", True),
    ]
    assert told("meals", "v2", "row") == [("ALL", "Tổng cộng", True)]
    assert told("meals", "v2", "sheet") == [("B1", "B1", True), ("B1", "Biểu 1", False)]
    assert told("meals", "v1", "ignored") == [("", "Ghi chú", True)]
    assert told("guests", "v1", "column") == [("KIND", "Loại", True), ("HEADS", "Số người", True)]
    assert list(printed.query("form == 'meals' and version == 'v1' and axis == 'row'")["ordinal"]) == ["1", "1", ""]


def test_members_are_one_text_whatever_their_order() -> None:
    assert members_text({"b": "2", "a": "1"}) == members_text({"a": "1", "b": "2"}) == "a=1;b=2"
    assert members_text({}) == ""
