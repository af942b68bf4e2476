"""What a declaration of a form may hold, and what it is refused for."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from declared_forms import LIST, MATRIX
from pydantic import ValidationError

from ingest.catalogue import Form
from ingest.catalogue.model import cell_code


def changed(form: dict[str, Any], *path: str | int, to: Any) -> dict[str, Any]:
    """``form`` with another value at ``path``."""
    copied = copy.deepcopy(form)
    place: Any = copied
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return copied


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (changed(MATRIX, "versions", 1, "valid_from", to="2020-06-30"), "overlap"),
        (changed(MATRIX, "versions", 0, "valid_to", to=None), "overlap"),
        (changed(MATRIX, "versions", 0, "rows", 0, "item", to="EVENING"), "undeclared"),
        (changed(MATRIX, "items", to={}), "prints undeclared"),
        (changed(LIST, "kind", to="matrix"), "a matrix form declares items"),
        (changed(MATRIX, "fields", to=LIST["fields"]), "fields belong to list and record forms"),
        (changed(LIST, "summed_by", to="HEADS"), "summed_by names a code field"),
        (changed(LIST, "fields", "KIND", "code_list", to=None), "names its code_list"),
        (changed(LIST, "fields", "HEADS", "code_list", to="guest_kind"), "names its code_list"),
        (changed(LIST, "fields", "HEADS", "within", to="period"), "within is for fields of type 'date'"),
        (changed(LIST, "fields", "HEADS", "pattern", to="x"), "pattern is for fields of type 'text'"),
        (changed(LIST, "fields", "KIND", "money", to=True), "money is for fields of type 'count'"),
        (changed(LIST, "colour", to="red"), "colour"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(form: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Form.model_validate(form)


@pytest.mark.parametrize(
    ("day", "version"),
    [("1999-12-31", None), ("2000-01-01", "v1"), ("2020-06-30", "v1"), ("2020-07-01", "v2"), ("2099-01-01", "v2")],
)
def test_the_version_of_a_day_has_both_its_ends_included(matrix: Form, day: str, version: str | None) -> None:
    found = matrix.version_at(dt.date.fromisoformat(day))
    assert (found.version if found else None) == version


def test_summed_by_stands_for_a_sum_of_every_count_field(guests: Form) -> None:
    summed = guests.all_aggregates["HEADS"]
    assert (summed.of, summed.by, summed.label.vi) == ("HEADS", "KIND", "Số người")
    assert set(guests.all_aggregates) == {"HEADS", "OLD", "BY_KIND"}


def test_a_cell_of_the_only_column_is_named_by_its_item() -> None:
    assert (cell_code("meals", "ALL"), cell_code("meals", "ALL", "GUESTS")) == ("meals.ALL", "meals.ALL.GUESTS")
