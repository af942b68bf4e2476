"""Finding the tables of many workbooks at once by what is printed, never by position.

All functions work on one frame of cells of many files; a *place* is (file_hash, form) and its sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import FormSet
from ingest.labels import label_key

HEADER_DEPTH = 4
"""Header rows may be this many apart: merged group headings stand above the columns' own."""

PLACE = ["file_hash", "form"]


@dataclass(frozen=True)
class Geometry:
    """Where the parts of the forms stand.

    ``cells``: the cells of the forms' sheets, with form, kind of form and label key. ``heads``: one row per
    place and column (code, row_no, column_no). ``lines``: one row per place and line (code, row_no, column_no).
    ``header``: one row per place (first_row, last_row of the header). ``duplicates``: labels met twice.
    ``missing_sheets`` and ``missing_tables``: places without sheet or header.
    """

    cells: pd.DataFrame
    heads: pd.DataFrame
    lines: pd.DataFrame
    header: pd.DataFrame
    duplicates: pd.DataFrame
    missing_sheets: pd.DataFrame
    missing_tables: pd.DataFrame


def keyed(cells: pd.DataFrame) -> pd.DataFrame:
    """``cells`` with the label key of every text cell (None for the others); each text is keyed once."""
    texts = cells.loc[cells["kind"] == "text", "text"].drop_duplicates()
    keys = dict(zip(texts, texts.map(label_key), strict=True))
    return cells.assign(key=cells["text"].where(cells["kind"] == "text").map(keys))


def labels_in_force(labels: pd.DataFrame, form_set: FormSet) -> pd.DataFrame:
    """The printed labels of the versions in ``form_set``, the cover left out."""
    versions = pd.DataFrame(
        [(form.form, version.version, form.kind) for form, version in form_set.forms if form.form != "cover"],
        columns=["form", "version", "form_kind"],
    )
    return labels.merge(versions, on=["form", "version"])


def locate(cells: pd.DataFrame, files: pd.Series, labels: pd.DataFrame) -> Geometry:
    """Find sheets, headers and lines of all forms of ``labels`` in the ``cells`` of ``files``."""
    sheets, missing_sheets = _sheets(cells, files, labels)
    placed = cells.merge(sheets, on=["file_hash", "sheet"])
    candidates = placed.dropna(subset=["key"])
    columns = labels[labels["axis"] == "column"][["form", "code", "label_key"]].drop_duplicates()
    found = candidates.merge(columns, left_on=["form", "key"], right_on=["form", "label_key"])
    header = _header_rows(found)
    heads = found.merge(header, on=PLACE)
    heads = heads[heads["row_no"].between(heads["first_row"], heads["first_row"] + HEADER_DEPTH - 1)]
    rows = labels[labels["axis"] == "row"][["form", "code", "label_key"]].drop_duplicates()
    lines = candidates.merge(rows, left_on=["form", "key"], right_on=["form", "label_key"])
    lines = lines.merge(header, on=PLACE, how="left")
    first_value = heads.groupby(PLACE)["column_no"].min().rename("first_value").reset_index()
    lines = lines.merge(first_value, on=PLACE, how="left")
    inside = lines["first_row"].isna() | (
        (lines["row_no"] > lines["last_row"]) & (lines["column_no"] < lines["first_value"])
    )
    heads, twice_heads = _unique(heads)
    lines, twice_lines = _unique(lines[inside])
    needs_header = labels[labels["axis"] == "column"][["form"]].drop_duplicates()
    expected = sheets.merge(needs_header, on="form")
    missing_tables = expected.merge(header[PLACE], on=PLACE, how="left", indicator=True)
    missing_tables = missing_tables[missing_tables["_merge"] == "left_only"].drop(columns="_merge")
    return Geometry(placed, heads, lines, header, pd.concat([twice_heads, twice_lines]), missing_sheets, missing_tables)


def _sheets(cells: pd.DataFrame, files: pd.Series, labels: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = cells[["file_hash", "sheet"]].drop_duplicates()
    keys = {name: label_key(name) for name in names["sheet"].unique()}
    names = names.assign(label_key=names["sheet"].map(keys))
    known = labels[labels["axis"] == "sheet"][["form", "form_kind", "version", "label_key", "canonical"]]
    found = names.merge(known, on="label_key").sort_values(
        ["file_hash", "form", "canonical", "sheet"], ascending=[True, True, False, True]
    )
    found = found.drop_duplicates(PLACE)[["file_hash", "sheet", "form", "form_kind", "version"]]
    forms = labels[labels["axis"] == "sheet"].query("canonical")[["form", "label"]]
    due = pd.DataFrame({"file_hash": files}).merge(forms, how="cross")
    missing = due.merge(found[PLACE], on=PLACE, how="left", indicator=True)
    return found, missing[missing["_merge"] == "left_only"].drop(columns="_merge")


def _header_rows(found: pd.DataFrame) -> pd.DataFrame:
    """Per place the header's rows: where most columns of the form are named within a few rows, the first such."""
    marks = found[[*PLACE, "row_no", "code"]].drop_duplicates()
    pairs = marks[[*PLACE, "row_no"]].drop_duplicates().merge(marks, on=PLACE, suffixes=("", "_mark"))
    near = pairs[(pairs["row_no_mark"] >= pairs["row_no"]) & (pairs["row_no_mark"] < pairs["row_no"] + HEADER_DEPTH)]
    counted = near.groupby([*PLACE, "row_no"], as_index=False).agg(
        named=("code", "nunique"), last_row=("row_no_mark", "max")
    )
    best = counted.sort_values([*PLACE, "named", "row_no"], ascending=[True, True, False, True]).drop_duplicates(PLACE)
    return best.rename(columns={"row_no": "first_row"})[[*PLACE, "first_row", "last_row"]]


def _unique(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split what is named once from what is named more often: two rows of one label are never chosen between."""
    ordered = found.sort_values([*PLACE, "code", "row_no", "column_no"])
    twice = ordered.duplicated([*PLACE, "code"], keep=False)
    return ordered[~twice], ordered[twice]
