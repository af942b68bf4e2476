"""List and record forms: every field of every record becomes one entry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ingest.catalogue import Field, FormSet
from ingest.catalogue.model import RECORD_VALUE_HEADER
from ingest.labels import label_key
from ingest.normalise.geometry import PLACE, Geometry
from ingest.normalise.matrix import addresses, parse_unique
from ingest.normalise.values import parse_code, parse_count, parse_date, parse_text

FOOTERS_FILE = Path(__file__).with_name("footers.yaml")


def footer_starts() -> tuple[str, ...]:
    """How lines below a list begin that are no records (totals, notes, signatures), as label keys."""
    declared = yaml.safe_load(FOOTERS_FILE.read_text(encoding="utf-8"))
    return tuple(label_key(text) for text in declared["starts"])


def record_entries(
    geometry: Geometry, form_set: FormSet, codes: Mapping[str, Mapping[str, str]]
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Entries (without the submission's subject) of all list and record forms, and findings.

    One row per file, record and declared field; a field left blank is missing.
    """
    slots = pd.concat([_list_slots(geometry, form_set), _record_slots(geometry, form_set)], ignore_index=True)
    content = geometry.cells[[*PLACE, "row_no", "column_no", "kind", "text"]]
    filled = slots.merge(content, on=[*PLACE, "row_no", "column_no"], how="left")
    fields = {(form.form, name): field for form, _ in form_set.forms for name, field in form.fields.items()}
    parts, findings = [], []
    for (form, name), group in filled.groupby(["form", "field"], sort=True):
        field = fields[form, name]
        parsed = parse_unique(group, _parser(field, codes))
        entries = group.assign(
            value=parsed["value"],
            value_text=parsed["value_text"],
            state=parsed["state"],
            raw_text=group["text"],
            cell=addresses(group),
        )
        parts.append(entries)
        findings += _entry_findings(entries.assign(finding=parsed["finding"]), field)
    columns = [*slots.columns, "value", "value_text", "state", "raw_text", "cell"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns), findings


def _parser(field: Field, codes: Mapping[str, Mapping[str, str]]) -> Any:
    if field.type == "code":
        return partial(parse_code, codes=codes.get(str(field.code_list), {}))
    return {"count": parse_count, "date": parse_date}.get(field.type, parse_text)


def _entry_findings(entries: pd.DataFrame, field: Field) -> list[dict[str, Any]]:
    wrong = entries.dropna(subset=["finding"])
    findings = [
        {
            "name": row.finding,
            "file_hash": row.file_hash,
            "sheet": row.sheet,
            "cell": row.cell,
            "observed": _told(row),
            "detail": field.code_list,
        }
        for row in wrong.itertuples()
    ]
    if field.required:
        blank = entries[entries["state"] == "missing"]
        findings += [
            {
                "name": "required_missing",
                "file_hash": row.file_hash,
                "sheet": row.sheet,
                "cell": row.cell,
                "expected": field.label.vi,
            }
            for row in blank.itertuples()
        ]
    return findings


def _told(row: Any) -> str:
    return "•••" if row.finding == "identity_value" else str(row.text)


def _list_slots(geometry: Geometry, form_set: FormSet) -> pd.DataFrame:
    cells = geometry.cells[geometry.cells["form_kind"] == "list"].merge(geometry.header, on=PLACE)
    body = cells[cells["row_no"] > cells["last_row"]]
    heads = geometry.heads[geometry.heads["form_kind"] == "list"]
    mapped = body.merge(heads[[*PLACE, "column_no", "code"]], on=[*PLACE, "column_no"])
    starts = footer_starts()
    footers = body[body["key"].str.startswith(starts, na=False)][[*PLACE, "row_no"]].drop_duplicates()
    rows = (
        mapped[[*PLACE, "row_no"]].drop_duplicates().merge(footers, on=[*PLACE, "row_no"], how="left", indicator=True)
    )
    rows = rows[rows["_merge"] == "left_only"].drop(columns="_merge").sort_values([*PLACE, "row_no"])
    rows["record_no"] = rows.groupby(PLACE).cumcount() + 1
    names = heads[[*PLACE, "code", "column_no"]].rename(columns={"code": "field"})
    return rows.merge(names, on=PLACE).merge(_sheet_and_version(geometry), on=PLACE)


def _record_slots(geometry: Geometry, form_set: FormSet) -> pd.DataFrame:
    lines = geometry.lines[geometry.lines["form_kind"] == "record"]
    answer = label_key(RECORD_VALUE_HEADER.vi)
    cells = geometry.cells[(geometry.cells["form_kind"] == "record") & (geometry.cells["key"] == answer)]
    column = cells.groupby(PLACE)["column_no"].min().rename("answer_column").reset_index()
    slots = lines[[*PLACE, "code", "row_no", "column_no"]].merge(column, on=PLACE, how="left")
    slots["column_no"] = slots["answer_column"].fillna(slots["column_no"] + 1).astype("int64")
    slots = slots.rename(columns={"code": "field"}).drop(columns="answer_column").assign(record_no=1)
    return slots.merge(_sheet_and_version(geometry), on=PLACE)


def _sheet_and_version(geometry: Geometry) -> pd.DataFrame:
    places = geometry.cells[[*PLACE, "sheet", "version"]].drop_duplicates(PLACE)
    return places.rename(columns={"version": "form_version"})
