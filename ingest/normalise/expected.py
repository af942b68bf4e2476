"""What the workbooks of some periods should hold, as small tables that the SQL of this package joins with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import pandas as pd

from ingest.catalogue import Catalogue, Form, FormSet, FormVersion
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.model import cell_code
from ingest.catalogue.tables import aggregate_conditions, printed_labels
from ingest.labels import label_key
from ingest.normalise.codes import code_keys
from ingest.normalise.words import words
from ingest.reference import Reference
from ingest.template.layout import layouts

_LABELS = ["form", "version", "axis", "code", "label", "label_key", "ordinal_key", "group_key"]


def form_sets(periods: Iterable[str], catalogue: Catalogue, reference: Reference) -> dict[str, FormSet]:
    """The form set of every period. Raises KeyError for an undeclared period."""
    declared = reference["periods"].set_index("period_code")
    return {
        period: catalogue.form_set(dt.date.fromisoformat(str(row["period_end"])), str(row["kind"]))
        for period in sorted(set(periods))
        for row in [declared.loc[period]]
    }


def expected_tables(periods: Iterable[str], catalogue: Catalogue, reference: Reference) -> dict[str, pd.DataFrame]:
    """The tables by name.

    ``due``: one row per period and form. ``labels``: per form version and printed label or heading.
    ``wanted``: per form version and value to be read (matrix cell, field of a list or record form).
    ``conditions``: per aggregate cell, conditioned field and code. ``printed``: where the blank form prints
    each line and column. The cover is read by `ingest.receive` and left out here.
    """
    sets = form_sets(periods, catalogue, reference)
    pairs = {
        (form.form, version.version): (form, version)
        for form_set in sets.values()
        for form, version in form_set.forms
        if form.form != COVER_FORM
    }
    due = [
        (period, form.form, version.version, form.kind, form.label.vi)
        for period, form_set in sets.items()
        for form, version in form_set.forms
        if form.form != COVER_FORM
    ]
    wanted = [row for form, version in pairs.values() for row in _wanted(form, version)]
    return {
        "due": _frame(due, ["period_code", "form", "version", "form_kind", "title"]),
        "labels": _labels(catalogue, pairs),
        "wanted": pd.DataFrame(
            wanted,
            columns=["form", "version", "code", "line", "head", "type", "code_list", "required", "label", "applicable"],
        ).astype({"required": bool, "applicable": bool}),
        "conditions": aggregate_conditions(catalogue, reference["codes"]).astype("string"),
        "printed": _printed(sets),
    }


def _frame(rows: list[tuple[str, ...]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype("str")


def _wanted(form: Form, version: FormVersion) -> Iterator[tuple[object, ...]]:
    key = (form.form, version.version)
    if form.kind == "matrix":
        for row in version.rows:
            for column in version.columns:
                code = cell_code(form.form, row.item, column.column)
                applicable = f"{row.item}.{column.column}" not in version.not_applicable
                yield *key, code, row.item, column.column, "count", None, False, code, applicable
        return
    printed = [column.column for column in version.columns] or [row.item for row in version.rows]
    for name in printed:
        field = form.fields[name]
        place = (None, name) if form.kind == "list" else (name, None)
        yield *key, name, *place, field.type, field.code_list, field.required, field.label.vi, True


def _labels(catalogue: Catalogue, pairs: dict[tuple[str, str], tuple[Form, FormVersion]]) -> pd.DataFrame:
    printed = printed_labels(catalogue)
    keys = pd.MultiIndex.from_frame(printed[["form", "version"]])
    labels = printed[keys.isin(list(pairs))].copy()
    labels["ordinal_key"] = [label_key(str(ordinal)) for ordinal in labels["ordinal"]]
    groups = {
        (form, version, column.column): label_key(column.group)
        for (form, version), (_, declared) in pairs.items()
        for column in declared.columns
        if column.group
    }
    labels["group_key"] = [
        groups.get((row.form, row.version, row.code), "") if row.axis == "column" else "" for row in labels.itertuples()
    ]
    headings = [
        (*pair, axis, key, "", key, "", "")
        for pair, (_, declared) in pairs.items()
        for axis, keys in (
            ("group", {label_key(column.group) for column in declared.columns if column.group}),
            ("structure", words().structure),
            ("answer", words().answer),
        )
        for key in sorted(keys)
    ]
    whole = pd.concat([labels[_LABELS], pd.DataFrame(headings, columns=_LABELS)], ignore_index=True)
    whole = whole.drop_duplicates(["form", "version", "axis", "code", "label_key"]).astype("string")
    return whole.assign(rank=range(len(whole)))


def _printed(sets: dict[str, FormSet]) -> pd.DataFrame:
    """One row per form version, axis (``row``, ``column``) and code: the row or column of the blank form."""
    rows = {
        (layout.form.form, layout.version.version, axis, code, position)
        for form_set in sets.values()
        for layout in layouts(form_set)
        for axis, places in (("row", layout.lines), ("column", layout.heads))
        for code, position in places.items()
    }
    return pd.DataFrame(sorted(rows), columns=["form", "version", "axis", "code", "position"])


def valid_code_keys(periods: Iterable[str], reference: Reference) -> dict[str, dict[str, dict[str, str]]]:
    """Per period and code list: key of code, label or alias -> code, for what is valid on the period's last day."""
    return {period: code_keys(reference, reference.period_ends[period]) for period in sorted(set(periods))}
