"""The declarations as tables: what normalisation, rules, the template and dbt join with.

Every function returns a pandas frame derived from the catalogue; nothing here is typed twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from ingest.catalogue.load import Catalogue
from ingest.catalogue.model import VALUE_COLUMN, Aggregate, Form, FormVersion, cell_code, level_by
from ingest.codes import as_called_now
from ingest.derived_once import derived_once
from ingest.labels import label_key

CodeLists = Mapping[Any, Sequence[Any]]
"""Name of a code list -> its rows with code, label_vi and label_en."""


def members_text(members: dict[str, str]) -> str:
    """Dimension members as one sortable text: ``dimension=code;dimension=code``."""
    return ";".join(f"{dimension}={members[dimension]}" for dimension in sorted(members))


@derived_once
def form_cells(catalogue: Catalogue, codes: pd.DataFrame) -> pd.DataFrame:
    """One row per canonical cell: every item x column of a matrix form and every aggregate of the others.

    Columns: cell_code, form, domain, item, column, source (``matrix`` or ``aggregate``), role, measure,
    members, nature (``flow`` or ``stock``), level (``opening`` or ``closing``: what is there on the period's first or
    last day; empty for what happened in it), unit_vi, unit_en, label_vi, label_en. ``codes`` is the code list
    table; an aggregate with ``by`` makes one cell per code of its field's list.
    """
    lists = _code_lists(codes)
    return pd.DataFrame([row for form in catalogue.forms for row in _cells_of(form, lists)])


def _code_lists(codes: pd.DataFrame) -> CodeLists:
    """The codes by list, gone through once: hundreds of aggregates each ask for one list's."""
    lists: dict[str, list[Any]] = {}
    for code in as_called_now(codes).itertuples(index=False):
        lists.setdefault(str(code.code_list), []).append(code)
    return lists


def _cells_of(form: Form, lists: CodeLists) -> Iterator[dict[str, str | None]]:
    yield from _matrix_cells(form)
    for name, aggregate in form.all_aggregates.items():
        yield from _aggregate_cells(form, name, aggregate, lists)


def _matrix_cells(form: Form) -> Iterator[dict[str, str | None]]:
    for item_code, item in form.items.items():
        for column_code, column in form.columns.items():
            single = column_code == VALUE_COLUMN
            yield {
                "cell_code": cell_code(form.form, item_code, column_code),
                "form": form.form,
                "domain": form.domain,
                "item": item_code,
                "column": column_code,
                "source": "matrix",
                "role": form.role_of(item_code, column_code),
                "measure": column.measure or item.measure or form.measure or form.form,
                "members": members_text({**item.members, **column.members}),
                "nature": column.nature or item.nature or form.nature,
                "level": form.level_of(item_code, column_code),
                "unit_vi": form.unit.vi,
                "unit_en": form.unit.en,
                "label_vi": item.label.vi if single else f"{item.label.vi} - {column.label.vi}",
                "label_en": item.label.en if single else f"{item.label.en} - {column.label.en}",
            }


def _aggregate_cells(form: Form, name: str, aggregate: Aggregate, lists: CodeLists) -> Iterator[dict[str, str | None]]:
    """One cell, or with ``by`` one of each code of its field's list."""
    common = {
        "form": form.form,
        "domain": form.domain,
        "item": name,
        "source": "aggregate",
        "role": aggregate.role,
        "measure": aggregate.measure or form.measure or form.form,
        "nature": aggregate.nature or form.nature,
        "level": level_by(aggregate.role, aggregate.nature or form.nature),
        "unit_vi": form.unit.vi,
        "unit_en": form.unit.en,
    }
    if aggregate.by is None:
        yield {
            "cell_code": cell_code(form.form, name),
            **common,
            "column": VALUE_COLUMN,
            "members": members_text(aggregate.members),
            "label_vi": aggregate.label.vi,
            "label_en": aggregate.label.en,
        }
        return
    code_list = form.fields[aggregate.by].code_list
    for code in lists.get(code_list, ()):
        yield {
            "cell_code": cell_code(form.form, name, str(code.code)),
            **common,
            "column": str(code.code),
            "members": members_text({**aggregate.members, str(code_list): str(code.code)}),
            "label_vi": f"{aggregate.label.vi} - {code.label_vi}",
            "label_en": f"{aggregate.label.en} - {code.label_en}",
        }


@derived_once
def declared_totals(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Code of each cell of a matrix form that adds up others -> code of the part -> 1 or -1."""
    return {
        cell_code(form.form, item, column): parts
        for form in catalogue.forms
        for item in form.items
        for column in form.columns
        if (parts := form.parts_of(item, column))
    }


def form_versions(catalogue: Catalogue) -> pd.DataFrame:
    """One row per form and version: form, kind, domain, version, valid_from, valid_to, authority, sheet, labels."""
    return pd.DataFrame(
        {
            "form": form.form,
            "kind": form.kind,
            "domain": form.domain,
            "version": version.version,
            "valid_from": version.valid_from,
            "valid_to": version.valid_to,
            "authority": version.authority,
            "sheet": version.sheet,
            "label_vi": form.label.vi,
            "label_en": form.label.en,
        }
        for form in catalogue.forms
        for version in form.versions
    )


@derived_once
def printed_labels(catalogue: Catalogue) -> pd.DataFrame:
    """One row per printed label or alias: the dictionary by which cells are found.

    Columns: form, version, axis (``sheet``, ``row``, ``column``, ``ignored``), code (item, field or column),
    ordinal, label (as printed), label_key, position (order on the form), canonical (False for an alias).
    A list form prints its fields as columns, a record form as rows.
    """
    rows = [row for form in catalogue.forms for version in form.versions for row in _labels_of(form, version)]
    return pd.DataFrame(rows)


def _labels_of(form: Form, version: FormVersion) -> Iterator[dict[str, object]]:
    def rows(axis: str, code: str, labels: list[str], position: int, ordinal: str = "") -> Iterator[dict[str, object]]:
        for index, label in enumerate(labels):
            yield {
                "form": form.form,
                "version": version.version,
                "axis": axis,
                "code": code,
                "ordinal": ordinal,
                "label": label,
                "label_key": label_key(label),
                "position": position,
                "canonical": index == 0,
            }

    yield from rows("sheet", version.sheet, [version.sheet, *version.sheet_aliases], 0)
    for position, row in enumerate(version.rows):
        line = form.items[row.item] if form.kind == "matrix" else form.fields[row.item]
        yield from rows("row", row.item, [row.label or line.label.vi, *row.aliases], position, row.ordinal)
    for position, column in enumerate(version.columns):
        head = form.columns[column.column] if form.kind == "matrix" else form.fields[column.column]
        yield from rows("column", column.column, [column.label or head.label.vi, *column.aliases], position)
    for position, header in enumerate(version.ignored):
        yield from rows("ignored", "", [header.label], position)


@derived_once
def aggregate_conditions(catalogue: Catalogue, codes: pd.DataFrame) -> pd.DataFrame:
    """One row per aggregate cell, conditioned field and accepted code: which records it counts or sums.

    Columns: cell_code, form, sum_field (the count field that is summed, None where records are counted),
    field and code (``*``: any value; both None for an aggregate over all records). A record takes part where
    every conditioned field holds one of its codes.
    """
    columns = ["cell_code", "form", "sum_field", "field", "code"]
    lists = _code_lists(codes)
    rows = [row for form in catalogue.forms for row in _conditions_of(form, lists)]
    return pd.DataFrame(rows, columns=columns).astype(object)


def _conditions_of(form: Form, lists: CodeLists) -> Iterator[tuple[str | None, ...]]:
    for name, aggregate in form.all_aggregates.items():
        summed = None if aggregate.of == "count" else aggregate.of
        conditions: list[tuple[str | None, str | None]] = [
            (field, code) for field, accepted in aggregate.where.items() for code in accepted
        ]
        if aggregate.by is None:
            for field, code in conditions or [(None, None)]:
                yield cell_code(form.form, name), form.form, summed, field, code
            continue
        fixed = [pair for pair in conditions if pair[0] != aggregate.by]
        for member in lists.get(str(form.fields[aggregate.by].code_list), ()):
            for field, code in [*fixed, (aggregate.by, str(member.code))]:
                yield cell_code(form.form, name, str(member.code)), form.form, summed, field, code
