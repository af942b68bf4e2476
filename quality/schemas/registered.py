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
from ingest.database import ask, give_declared
from ingest.derived_once import derived_once
from ingest.reference import Reference
from quality.catalogue.schema_checks import REGISTERED_OTHERWISE
from quality.engine import SUBJECT

_TOLD_ELSEWHERE = "organization_type"
_OTHERWISE = """
SELECT a.*, e.form, e.field, e.value_text AS observed, k.expected, r.code_list, e.sheet, e.cell
FROM entries e
JOIN registered r USING (form, field)
JOIN asked_files a USING (file_hash)
JOIN known_registered k ON k.organization_code = a.organization_code AND k.known_as = r.known_as
WHERE e.state = 'value' AND e.value_text <> k.expected
    AND coalesce(k.valid_from <= a.period_end, true) AND coalesce(a.period_end <= k.valid_to, true)
ORDER BY a.file_hash, e.form, e.field, k.valid_from
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
    give_declared(connection, _fields(catalogue))
    give_declared(connection, _known(reference))
    asked = versions[["file_hash", *SUBJECT, "period_end"]].astype("str")
    connection.register("asked_files", asked)
    said = ask(connection, _OTHERWISE).df()
    connection.unregister("asked_files")
    if said.empty:
        return pd.DataFrame(columns=REGISTERED_COLUMNS)
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
def _fields(catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """``registered``: the fields that the register knows: form, field, known_as (its column) and code_list."""
    rows = [
        (form.form, name, field.registered_as, field.code_list)
        for form in catalogue.forms
        for name, field in form.fields.items()
        if field.registered_as not in (None, _TOLD_ELSEWHERE)
    ]
    return {"registered": pd.DataFrame(rows, columns=["form", "field", "known_as", "code_list"], dtype="str")}


@derived_once
def _known(reference: Reference) -> dict[str, pd.DataFrame]:
    """``known_registered``: organization_code, known_as, expected, valid_from, valid_to; a row per stretch and column.

    A column that the register leaves empty says nothing.
    """
    stretches = reference["organizations"].astype(object)
    columns = [name for name in ("sector", "industrial_zone") if name in stretches.columns]
    keys = ["organization_code", "valid_from", "valid_to"]
    known = stretches.melt(id_vars=keys, value_vars=columns, var_name="known_as", value_name="expected")
    return {"known_registered": known[known["expected"].notna()].astype("str").reset_index(drop=True)}
