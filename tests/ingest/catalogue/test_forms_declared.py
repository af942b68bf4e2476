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
from ingest.words import NOTHING, NOTHING_ELSE


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
        (changed(LIST, "carried", to=["HEADS"]), "carried names"),
        (changed(MATRIX, "carried", to=["NOON.HEADS"]), "carried names"),
        (changed(LIST, "nil_mark", to={"of_records": ["KIND"]}), "of_records names undeclared"),
        (changed(MATRIX, "nil_mark", to={"of_records": ["NOON"]}), "of_records names undeclared"),
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


def test_what_is_carried_or_added_up_is_not_typed() -> None:
    form = Form.model_validate(
        changed(changed(MATRIX, "carried", to=["NOON.GUESTS"]), "items", "ALL", "total_of", to=["NOON"])
    )
    places = [(item, column) for item in ("NOON", "ALL") for column in ("value", "GUESTS")]
    assert [place for place in places if form.is_typed(*place)] == [("NOON", "value")]


def test_a_field_may_be_left_empty_in_a_record_where_the_mark_says_so() -> None:
    form = Form.model_validate(changed(LIST, "nil_mark", to={"of_records": ["HEADS"]}))
    assert form.zero_under("HEADS") == (NOTHING, NOTHING_ELSE)
    assert form.zero_under("KIND") == ()


def test_a_cell_of_the_only_column_is_named_by_its_item() -> None:
    assert (cell_code("meals", "ALL"), cell_code("meals", "ALL", "GUESTS")) == ("meals.ALL", "meals.ALL.GUESTS")
