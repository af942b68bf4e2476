"""What a form asks and the register knows: the sender's choice against the register on the period's last day.

Which field says what of the register is declared with the field (``registered_as``). Belongs here: sector and
industrial zone, which change without anybody's figures being wrong, so that they are asked about. Does not belong here:
the type, on which rules hang (R048 of `quality/rules/organization.yaml`).
"""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.codes import as_called_now
from ingest.derived_once import derived_once
from ingest.reference import Reference
from quality.catalogue.schema_checks import REGISTERED_OTHERWISE
from quality.engine import SUBJECT
from quality.engine.context import valid_on

_TOLD_ELSEWHERE = "organization_type"
_CHOSEN = """
SELECT file_hash, form, field, value_text AS observed, sheet, cell FROM entries SEMI JOIN registered USING (form, field)
WHERE state = 'value' AND value_text IS NOT NULL AND file_hash IN (SELECT file_hash FROM asked_files)
ORDER BY file_hash, form, field
"""
REGISTERED_COLUMNS = [
    *("check", *SUBJECT, "file_hash", "sheet", "cell", "cell_code", "cells"),
    *("observed", "expected", "observed_vi", "observed_en", "expected_vi", "expected_en"),
]


def registered_otherwise(
    connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> pd.DataFrame:
    """One row per file version and field whose code is not the register's on the period's last day.

    Columns REGISTERED_COLUMNS. ``connection`` has the relation entries; ``versions`` are rows of `evaluation_context`.
    What the register leaves empty is not held against anybody.
    """
    fields = _fields(catalogue)
    connection.register("registered", fields)
    connection.register("asked_files", versions[["file_hash"]])
    chosen = connection.execute(_CHOSEN).df()
    connection.unregister("registered")
    connection.unregister("asked_files")
    said = chosen.merge(fields, on=["form", "field"]).merge(
        versions[["file_hash", *SUBJECT, "period_end"]], on="file_hash"
    )
    said = said.astype({"organization_code": object}).merge(_known(reference), on=["organization_code", "known_as"])
    said = said[valid_on(said, said["period_end"]) & (said["observed"] != said["expected"])]
    labels = as_called_now(reference["codes"]).set_index(["code_list", "code"])
    told = said.assign(
        check=REGISTERED_OTHERWISE,
        cell_code=said["form"] + "." + said["field"],
        cells=said["sheet"] + "!" + said["cell"] + "=" + said["observed"],
    )
    for word in ("observed", "expected"):
        codes = pd.MultiIndex.from_frame(told[["code_list", word]])
        for language in ("vi", "en"):
            named = labels[f"label_{language}"].reindex(codes).to_numpy()
            told[f"{word}_{language}"] = pd.Series(named, index=told.index, dtype=object).fillna(told[word])
    return told.reindex(columns=REGISTERED_COLUMNS)


@derived_once
def _fields(catalogue: Catalogue) -> pd.DataFrame:
    """form, field, known_as (the register's column) and code_list of the fields that the register knows."""
    rows = [
        (form.form, name, field.registered_as, field.code_list)
        for form in catalogue.forms
        for name, field in form.fields.items()
        if field.registered_as not in (None, _TOLD_ELSEWHERE)
    ]
    return pd.DataFrame(rows, columns=["form", "field", "known_as", "code_list"], dtype=object)


@derived_once
def _known(reference: Reference) -> pd.DataFrame:
    """What the register says: organization_code, known_as, expected, valid_from, valid_to; a row per stretch, column.

    A column that the register leaves empty says nothing.
    """
    stretches = reference["organizations"].astype(object)
    columns = [name for name in ("sector", "industrial_zone") if name in stretches.columns]
    keys = ["organization_code", "valid_from", "valid_to"]
    known = stretches.melt(id_vars=keys, value_vars=columns, var_name="known_as", value_name="expected")
    return known[known["expected"].notna()].reset_index(drop=True)
