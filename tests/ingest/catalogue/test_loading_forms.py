"""Declarations of several folders become one catalogue, or a message that names the file and the line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from declared_forms import LIST, MATRIX

from ingest.catalogue import Catalogue, CatalogueError, Form, load_catalogue
from ingest.catalogue.load import FORMS_DIR, fillable_cells, form_files

LAYOUT = {
    "layout": "own",
    "label": {"vi": "Mẫu riêng", "en": "Own"},
    "authority": "thử",
    "valid_from": "2020-01-01",
    "tables": [
        {
            "rows": "organization",
            "columns": [
                {"header": ["Đơn vị"], "role": "organization"},
                {"header": ["Số"], "cells": {"meals.ALL": 1}},
            ],
        }
    ],
}


def test_a_form_of_a_deployment_joins_ours_and_one_of_the_same_name_replaces_it(
    declared: Callable[..., Path],
) -> None:
    ours = load_catalogue()
    more = load_catalogue(declared(**{"95_meals": MATRIX}))
    assert [form.form for form in more.forms if form not in ours.forms] == ["meals"]
    assert more.fingerprint != ours.fingerprint
    name = sorted(FORMS_DIR.glob("*.yaml"))[-1].stem
    replaced = load_catalogue(declared(**{"95_meals": MATRIX, name: LIST}))
    assert len(replaced.forms) == len(more.forms)
    assert "guests" in replaced.by_name


def test_one_form_in_two_files_is_refused_with_both_named(declared: Callable[..., Path]) -> None:
    folder = declared(**{"95_meals": MATRIX, "96_meals_again": MATRIX})
    with pytest.raises(CatalogueError, match=r"96_meals_again\.yaml, dòng / line \d+: .*95_meals\.yaml"):
        load_catalogue(folder)


@pytest.mark.parametrize("content", ["form: [", "form: meals\nkind: round\n"])
def test_what_is_no_declaration_is_told_with_its_file(declared: Callable[..., Path], content: str) -> None:
    with pytest.raises(CatalogueError, match=r"95_meals\.yaml"):
        load_catalogue(declared(**{"95_meals": content}))


@pytest.mark.parametrize(
    ("label", "type_"),
    [
        (("Họ và tên đảng viên", "Member"), "text"),
        (("Ghi chú", "E-mail"), "text"),
        (("Ngày sinh", "Born"), "date"),
        (("Năm sinh", "Year"), "count"),
    ],
)
def test_a_form_that_asks_for_a_person_is_refused_at_its_line(
    declared: Callable[..., Path], label: tuple[str, str], type_: str
) -> None:
    asking = {"label": dict(zip(("vi", "en"), label, strict=True)), "type": type_}
    folder = declared(**{"95_guests": {**LIST, "fields": {**LIST["fields"], "NOTE": asking}}})
    with pytest.raises(CatalogueError, match=rf"95_guests\.yaml, dòng / line \d+: .*{label[0]}"):
        load_catalogue(folder)


def test_a_heading_that_asks_for_a_person_is_refused_whatever_its_field_is_called(
    declared: Callable[..., Path],
) -> None:
    version = LIST["versions"][0]
    columns = [{**one, "aliases": ["Số CCCD"]} for one in version["columns"]]
    with pytest.raises(CatalogueError, match=r"asks for a person's identity"):
        load_catalogue(declared(**{"95_guests": {**LIST, "versions": [{**version, "columns": columns}]}}))


@pytest.mark.parametrize("label", ["Đảng viên đã giới thiệu về nơi cư trú", "Chức danh (không ghi họ tên)"])
def test_a_count_of_members_and_a_remark_ask_for_nobody(declared: Callable[..., Path], label: str) -> None:
    asking = {"label": {"vi": label, "en": "x"}, "type": "count"}
    load_catalogue(declared(**{"95_guests": {**LIST, "fields": {**LIST["fields"], "NOTE": asking}}}))


def test_a_layout_that_names_an_unknown_cell_is_refused(declared: Callable[..., Path], tmp_path: Path) -> None:
    forms = declared(**{"95_meals": MATRIX})
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    forms = forms.rename(tmp_path / "own_forms")
    written = declared(own=LAYOUT)
    written.rename(layouts / "in")
    known = load_catalogue(forms, layouts=layouts / "in").layouts
    assert "own" in {one.layout for one in known}  # besides those shipped
    with pytest.raises(CatalogueError, match=r"own\.yaml: no such cells: meals\.ALL"):
        load_catalogue(layouts=layouts / "in")


def test_one_form_is_filled_from_one_table_of_a_layout(declared: Callable[..., Path], tmp_path: Path) -> None:
    forms = declared(**{"95_meals": MATRIX}).rename(tmp_path / "own_forms")
    tables = [LAYOUT["tables"][0], LAYOUT["tables"][0]]  # type: ignore[index]
    with pytest.raises(CatalogueError, match="one form is filled from one table"):
        load_catalogue(forms, layouts=declared(own={**LAYOUT, "tables": tables}))


def test_a_layout_may_fill_cells_and_fields_of_lists(matrix: Form, guests: Form) -> None:
    assert set(fillable_cells((matrix, guests))) == {
        "meals.NOON",
        "meals.NOON.GUESTS",
        "meals.ALL",
        "meals.ALL.GUESTS",
        "guests.KIND",
        "guests.HEADS",
    }


OWN_LIST: dict[str, Any] = {
    "rows": "record",
    "form": "guests",
    "columns": [
        {"header": ["Đơn vị"], "role": "organization"},
        {"header": ["Loại"], "field": "KIND", "words": {"khách": "A"}},
        {"header": ["Số"], "field": "HEADS"},
    ],
}


FIGURES = [{"header": ["Đơn vị"], "role": "organization"}, {"header": ["Số"], "cells": {"guests.HEADS": 1}}]
WORDED = {"header": ["Số"], "field": "HEADS", "words": {"x": "1"}}
PERSON = {"header": ["Loại"], "field": "KIND", "words": {"Nguyễn Văn An": "A"}}
STRANGE = {"header": ["Thêm"], "field": "NOTHING"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"form": "meals"}, "“meals” is no list form"),
        ({"form": "nothing"}, "“nothing” is no list form"),
        ({"rows": "organization", "form": None, "columns": FIGURES}, "a list form is declared with rows: record"),
        ({"columns": [*OWN_LIST["columns"][:2], WORDED]}, "guests.HEADS has no list of codes"),
        ({"columns": [OWN_LIST["columns"][0], PERSON, OWN_LIST["columns"][2]]}, "Nguyễn Văn An"),
        ({"columns": [*OWN_LIST["columns"], STRANGE]}, "no such cells: guests.NOTHING"),
    ],
)  # fmt: skip
def test_a_list_of_a_layout_is_one_of_a_list_form(
    changed: dict[str, object], told: str, declared: Callable[..., Path], tmp_path: Path
) -> None:
    forms = declared(**{"95_meals": MATRIX, "96_guests": LIST}).rename(tmp_path / "own_forms")
    load_catalogue(forms, layouts=declared(own={**LAYOUT, "tables": [OWN_LIST]}))
    with pytest.raises(CatalogueError, match=told):
        load_catalogue(forms, layouts=declared(own={**LAYOUT, "tables": [{**OWN_LIST, **changed}]}))


def test_a_day_before_every_cover_has_no_forms(matrix: Form) -> None:
    with pytest.raises(CatalogueError, match="1999-12-31"):
        load_catalogue().form_set(dt.date(1999, 12, 31), "H2")
    with pytest.raises(CatalogueError, match="no form version"):
        Catalogue((matrix,), "x").form_set(dt.date(2021, 6, 30), "H1")


def test_due_are_the_forms_of_the_period_and_of_the_sender(declared: Callable[..., Path]) -> None:
    catalogue = load_catalogue(declared(**{"95_meals": MATRIX, "96_guests": LIST}))
    day = dt.date(2021, 6, 30)

    def due(kind: str, sender: str | None = None) -> set[str]:
        names = {form.form for form, _ in catalogue.form_set(day, kind, sender).forms}  # type: ignore[arg-type]
        return names & {"meals", "guests"}

    assert (due("H1"), due("H2")) == ({"meals"}, {"meals", "guests"})
    assert due("H2", "committee") == {"guests"}
    assert due("H2", "organization") == {"meals"}
    earlier, later = (catalogue.form_set(day, "H1") for day in (dt.date(2020, 6, 30), dt.date(2020, 7, 1)))
    assert (earlier.version_of("meals"), later.version_of("meals"), later.version_of("guests")) == ("v1", "v2", None)
    assert later.code >= "2020-07-01" > earlier.code


def test_every_file_of_ours_is_in_force_unless_it_is_replaced(declared: Callable[..., Path]) -> None:
    folder = declared(**{"95_meals": MATRIX})
    files = form_files(folder)
    assert {path.name for path in FORMS_DIR.glob("*.yaml")} < set(files)
    assert files["95_meals.yaml"].parent == folder


def test_declarations_that_say_the_same_are_read_once_and_a_changed_one_anew(declared: Callable[..., Path]) -> None:
    folder = declared(**{"95_meals": MATRIX})
    before = load_catalogue(folder)
    assert load_catalogue(folder) is before
    path = folder / "95_meals.yaml"
    path.write_bytes(path.read_bytes() + b"# said otherwise\n")
    assert load_catalogue(folder).fingerprint != before.fingerprint
    path.write_text("form: [", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(CatalogueError, match=r"95_meals\.yaml"):
            load_catalogue(folder)
