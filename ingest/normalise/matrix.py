"""Matrix forms: item x column becomes one observation, and what does not fit the form becomes a finding."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ingest.catalogue import Form, FormSet, FormVersion
from ingest.catalogue.model import cell_code
from ingest.labels import label_key
from ingest.lake import a1_address
from ingest.normalise.geometry import PLACE, Geometry
from ingest.normalise.values import MISSING, Parsed, parse_balance, parse_count


def expected_cells(form_set: FormSet) -> pd.DataFrame:
    """One row per cell of the matrix forms: form, form_version, item, column, cell_code, applicable, labels."""
    rows = [
        _expected(form, version, row.item, column.column)
        for form, version in form_set.forms
        if form.kind == "matrix"
        for row in version.rows
        for column in version.columns
    ]
    return pd.DataFrame(rows)


def _expected(form: Form, version: FormVersion, item: str, column: str) -> dict[str, Any]:
    return {
        "form": form.form,
        "form_version": version.version,
        "item": item,
        "column": column,
        "cell_code": cell_code(form.form, item, column),
        "applicable": f"{item}.{column}" not in version.not_applicable,
        "signed": form.items[item].signed,
    }


def matrix_observations(
    files: pd.Series, expected: pd.DataFrame, geometry: Geometry
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Observations (without the submission's subject) of every expected cell of every file, and findings.

    One row per file and cell. A cell whose sheet, line or column was not found is missing, without address.
    """
    wanted = pd.DataFrame({"file_hash": files}).merge(expected, how="cross")
    lines = geometry.lines[[*PLACE, "code", "sheet", "row_no"]].rename(columns={"code": "item"})
    heads = geometry.heads[[*PLACE, "code", "column_no"]].rename(columns={"code": "column"})
    placed = wanted.merge(lines, on=[*PLACE, "item"], how="left").merge(heads, on=[*PLACE, "column"], how="left")
    content = geometry.cells[[*PLACE, "row_no", "column_no", "kind", "text"]]
    filled = placed.merge(content, on=[*PLACE, "row_no", "column_no"], how="left")
    signed = filled["signed"].astype(bool)
    parsed = pd.concat([parse_unique(filled[~signed], parse_count), parse_unique(filled[signed], parse_balance)])
    parsed = parsed.reindex(filled.index)
    observations = filled.assign(
        value=parsed["value"],
        state=parsed["state"].where(filled["applicable"], "not_applicable"),
        raw_text=filled["text"],
        cell=addresses(filled),
    )
    findings = [
        {
            "name": row.finding,
            "file_hash": row.file_hash,
            "sheet": row.sheet,
            "cell": row.cell,
            "cell_code": row.cell_code,
            "observed": row.text,
        }
        for row in observations.assign(finding=parsed["finding"]).dropna(subset=["finding"]).itertuples()
        if row.state == "unreadable"
    ]
    return observations, findings


def parse_unique(cells: pd.DataFrame, parse: Any) -> pd.DataFrame:
    """Columns value, value_text, state, finding beside ``cells`` (kind, text); each distinct content is parsed once."""
    distinct = cells[["kind", "text"]].drop_duplicates()
    worth = [
        MISSING if not isinstance(kind, str) else parse(kind, text)
        for kind, text in zip(distinct["kind"], distinct["text"], strict=True)
    ]
    table = distinct.assign(
        value=[_value(item) for item in worth],
        value_text=[item.text for item in worth],
        state=[item.state for item in worth],
        finding=[item.finding for item in worth],
    )
    return cells[["kind", "text"]].merge(table, on=["kind", "text"], how="left").set_index(cells.index)


def _value(parsed: Parsed) -> float:
    return float("nan") if parsed.value is None else parsed.value


def addresses(cells: pd.DataFrame) -> pd.Series:
    """The A1 addresses of ``cells`` (row_no, column_no), None where either is unknown."""
    pairs = cells[["row_no", "column_no"]].drop_duplicates().dropna()
    known = {
        (row_no, column_no): a1_address(int(row_no), int(column_no))
        for row_no, column_no in zip(pairs["row_no"], pairs["column_no"], strict=True)
    }
    return pd.Series(
        [known.get(pair) for pair in zip(cells["row_no"], cells["column_no"], strict=True)],
        index=cells.index,
        dtype=object,
    )


def missing_lines(
    files: pd.Series, expected: pd.DataFrame, geometry: Geometry, form_set: FormSet
) -> list[dict[str, Any]]:
    """Findings for items and columns that a found sheet does not print (its label was edited or deleted)."""
    lost_places = pd.concat([geometry.missing_sheets[PLACE], geometry.missing_tables[PLACE]]).drop_duplicates()
    twice = geometry.duplicates[[*PLACE, "code"]].drop_duplicates()
    findings: list[dict[str, Any]] = []
    for axis, found in (("item", geometry.lines), ("column", geometry.heads)):
        wanted = expected[["form", axis]].drop_duplicates().rename(columns={axis: "code"})
        wanted = pd.DataFrame({"file_hash": files}).merge(wanted, how="cross")
        for known in (found[[*PLACE, "code"]].drop_duplicates(), twice):
            wanted = _without(wanted, known, [*PLACE, "code"])
        wanted = _without(wanted, lost_places, PLACE)
        names = _labels(form_set, axis)
        sheets = geometry.cells[[*PLACE, "sheet"]].drop_duplicates().set_index(PLACE)["sheet"]
        findings += [
            {
                "name": "item_missing",
                "file_hash": row.file_hash,
                "sheet": sheets.get((row.file_hash, row.form)),
                "expected": names[row.form, row.code],
            }
            for row in wanted.itertuples()
        ]
    return findings


def _without(rows: pd.DataFrame, known: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    marked = rows.merge(known, on=on, how="left", indicator=True)
    return marked[marked["_merge"] == "left_only"].drop(columns="_merge")


def _labels(form_set: FormSet, axis: str) -> dict[tuple[str, str], str]:
    return {
        (form.form, code): label.label.vi
        for form, _ in form_set.forms
        for code, label in (form.items if axis == "item" else form.columns).items()
    }


def strangers(geometry: Geometry, labels: pd.DataFrame, form_set: FormSet) -> list[dict[str, Any]]:
    """Findings for labels, headers and values inside a matrix table that the form does not know."""
    lines = geometry.lines.groupby(PLACE).agg(
        first_line=("row_no", "min"), last_line=("row_no", "max"), label_column=("column_no", "max")
    )
    heads = geometry.heads.groupby(PLACE).agg(first_value=("column_no", "min"))
    frame = lines.join(heads, how="inner").reset_index().merge(geometry.header, on=PLACE)
    cells = geometry.cells[geometry.cells["form_kind"] == "matrix"].merge(frame, on=PLACE)
    return _unknown_lines(cells, geometry) + _unknown_heads(cells, geometry, labels, form_set)


def _unknown_lines(cells: pd.DataFrame, geometry: Geometry) -> list[dict[str, Any]]:
    inside = cells[cells["row_no"].between(cells["first_line"], cells["last_line"])]
    known = pd.concat([geometry.lines[[*PLACE, "row_no"]], geometry.duplicates[[*PLACE, "row_no"]]]).drop_duplicates()
    with_values = inside[inside["column_no"] >= inside["first_value"]][[*PLACE, "row_no"]].drop_duplicates()
    labels = inside[(inside["column_no"] == inside["label_column"]) & (inside["kind"] == "text")]
    unknown = _without(labels, known, [*PLACE, "row_no"]).merge(with_values, on=[*PLACE, "row_no"])
    return [_at(row, "unknown_label") for row in unknown.itertuples()]


def _unknown_heads(
    cells: pd.DataFrame, geometry: Geometry, labels: pd.DataFrame, form_set: FormSet
) -> list[dict[str, Any]]:
    ignored = labels[labels["axis"] == "ignored"][["form", "label_key"]].itertuples(index=False)
    passed = {(form, key) for form, key in ignored}
    passed |= {
        (form.form, label_key(column.group))
        for form, version in form_set.forms
        for column in version.columns
        if column.group
    }
    in_header = cells[
        cells["row_no"].between(cells["first_row"], cells["last_row"]) & (cells["column_no"] > cells["label_column"])
    ]
    known = pd.concat(
        [
            geometry.heads[[*PLACE, "row_no", "column_no"]],
            geometry.duplicates[[*PLACE, "row_no", "column_no"]],
        ]
    )
    unknown = _without(in_header.dropna(subset=["key"]), known, [*PLACE, "row_no", "column_no"])
    findings = [_at(row, "unknown_header") for row in unknown.itertuples() if (row.form, row.key) not in passed]
    skipped = in_header[[pair in passed for pair in zip(in_header["form"], in_header["key"], strict=True)]]
    columns = pd.concat(
        [
            geometry.heads[[*PLACE, "column_no"]],
            skipped[[*PLACE, "column_no"]],
            unknown[[*PLACE, "column_no"]],
        ]
    ).drop_duplicates()
    body = cells[
        cells["row_no"].between(cells["first_line"], cells["last_line"]) & (cells["column_no"] > cells["label_column"])
    ]
    beside = _without(body[body["kind"] == "number"], columns, [*PLACE, "column_no"])
    return findings + [_at(row, "beside_table") for row in beside.itertuples()]


def _at(row: Any, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "file_hash": row.file_hash,
        "sheet": row.sheet,
        "cell": row.cell,
        "observed": row.text,
    }
