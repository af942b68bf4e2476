"""What the dictionary holds, as frames; and what of it lacks a text in one of the two languages."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.derived_once import derived_once
from ingest.reference import Reference
from khoi.deployment.product import DBT_PROJECT
from khoi.reports.dictionary.marts import mart_columns

_FORM = ["form", "kind", "domain", "label_vi", "label_en", "versions"]
_FIELD = ["form", "field", "type", "code_list", "label_vi", "label_en"]
_LAYOUT = ["layout", "label_vi", "label_en", "valid_from", "valid_to", "authority"]


class Undocumented(ValueError):
    """Something is declared without a text in both languages; the message names all of it."""


@dataclass(frozen=True)
class Dictionary:
    """One frame per kind of declaration, each with a Vietnamese and an English text.

    ``forms``, ``fields`` (of list and record forms), ``cells``, ``measures`` (with their formula), ``codes``,
    ``layouts`` (forms of others), ``marts`` (one row per table and column).
    """

    forms: pd.DataFrame
    fields: pd.DataFrame
    cells: pd.DataFrame
    measures: pd.DataFrame
    codes: pd.DataFrame
    layouts: pd.DataFrame
    marts: pd.DataFrame


def dictionary(catalogue: Catalogue, reference: Reference) -> Dictionary:
    """Everything a deployment declares."""
    return Dictionary(
        forms=_forms(catalogue),
        fields=_fields(catalogue),
        cells=form_cells(catalogue, reference["codes"]),
        measures=_measures(reference),
        codes=reference["codes"].fillna(""),
        layouts=_layouts(catalogue),
        marts=mart_columns(DBT_PROJECT),
    )


def _forms(catalogue: Catalogue) -> pd.DataFrame:
    rows = [
        (form.form, form.kind, form.domain, form.label.vi, form.label.en, list(form.versions))
        for form in catalogue.forms
    ]
    return pd.DataFrame(rows, columns=_FORM)


def _fields(catalogue: Catalogue) -> pd.DataFrame:
    rows = [
        (form.form, name, field.type, field.code_list or "", field.label.vi, field.label.en)
        for form in catalogue.forms
        for name, field in form.fields.items()
    ]
    return pd.DataFrame(rows, columns=_FIELD)


def _layouts(catalogue: Catalogue) -> pd.DataFrame:
    rows = [
        (one.layout, one.label.vi, one.label.en, one.valid_from, one.valid_to or "", one.authority)
        for one in catalogue.layouts
    ]
    return pd.DataFrame(rows, columns=_LAYOUT)


def _measures(reference: Reference) -> pd.DataFrame:
    """The measures with ``formula``: their terms, or the two measures of a ratio."""
    terms = reference["measure_terms"]
    signs = terms["coefficient"].map(lambda number: {"1": "+ ", "-1": "− "}.get(number, f"+ {number} × "))
    spelled = (signs + terms["cell_code"]).groupby(terms["measure_code"]).agg(" ".join)
    measures = reference["measures"].fillna("")
    ratio = measures["numerator_measure"] + " / " + measures["denominator_measure"]
    summed = measures["measure_code"].map(spelled).str.removeprefix("+ ").fillna("")
    return measures.assign(formula=ratio.where(measures["numerator_measure"] != "", summed))


def undocumented(found: Dictionary) -> list[str]:
    """What lacks a text, one line each: kind, name and language, in order."""
    labelled = (
        ("form", found.forms, ["form"]),
        ("field", found.fields, ["form", "field"]),
        ("cell", found.cells, ["cell_code"]),
        ("measure", found.measures, ["measure_code"]),
        ("code", found.codes, ["code_list", "code"]),
        ("layout", found.layouts, ["layout"]),
    )
    lacking = [
        line
        for kind, frame, name in labelled
        for line in _lacking(kind, frame, name, {"label_vi": "vi", "label_en": "en"})
    ]
    tables = found.marts.drop_duplicates("table")
    lacking += _lacking("table", tables, ["table"], {"table_vi": "vi", "table_en": "en"})
    return lacking + _lacking("column", found.marts, ["table", "column"], {"column_vi": "vi", "column_en": "en"})


def _lacking(kind: str, frame: pd.DataFrame, name: list[str], texts: dict[str, str]) -> list[str]:
    return [
        f"{kind} {'.'.join(map(str, row))} ({language})"
        for column, language in texts.items()
        for row in frame.loc[frame[column].fillna("").str.strip() == "", name].itertuples(index=False)
    ]


@derived_once
def _undocumented(catalogue: Catalogue, reference: Reference) -> list[str]:
    return undocumented(dictionary(catalogue, reference))


def require_documented(catalogue: Catalogue, reference: Reference) -> None:
    """Raise Undocumented where anything a deployment declares lacks a text in one of the two languages."""
    lacking = _undocumented(catalogue, reference)
    if lacking:
        raise Undocumented(f"Thiếu diễn giải / not documented: {'; '.join(lacking)}")
