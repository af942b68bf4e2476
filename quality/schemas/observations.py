"""The long table of cells: its pandera schema, and forms that came with empty cells.

The schema guards the hand-over from reading: whoever breaks it is the program, not the sender. Emptiness is the
sender's: the forms say "write 0 where there is nothing", so an empty cell is asked for, and a form without a
single figure is refused.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.database import ask, give_declared
from ingest.derived_once import derived_once
from ingest.reference import SEED_COLUMNS
from quality.catalogue.schema_checks import BLANK_FORM, EMPTY_CELLS, EMPTY_FORM, OBSERVATIONS
from quality.engine import SUBJECT
from quality.schemas.checks import RowChecks, RowTest
from quality.schemas.derived import matrix_cells

STATES = ["value", "zero", "missing", "not_applicable", "unreadable"]
_COUNTED = ["value", "zero"]
_COLUMNS = ["check", *SUBJECT, "file_hash", "sheet", "cell", "cell_code", "cells", "observed", "expected"]

_NARROW = """
SELECT c.file_no::INTEGER AS file_no, o.cell_code, o.value, o.state, o.sheet, o.cell
FROM observations o JOIN context c USING (file_hash)
"""
# The files of which a row may fail a check, at least those that do, and those with an empty cell in a matrix: what is
# known to be right is not looked at again.
_LOOKED_THROUGH = """
SELECT c.file_no,
    count(*) <> count(DISTINCT o.cell_code) OR NOT coalesce(bool_and(
        CASE
            WHEN k.cell_code IS NULL THEN false
            WHEN o.state = 'zero' THEN o.value = 0
            WHEN o.state = 'value'
                THEN o.value <> 0 AND isfinite(o.value) AND o.value % 1 = 0 AND (o.value > 0 OR k.is_signed)
            ELSE o.state IN ('missing', 'not_applicable', 'unreadable') AND o.value IS NULL
        END IS TRUE
    ), false) AS is_suspected,
    coalesce(bool_or(o.state = 'missing' AND k.is_of_matrix), false) AS has_gaps
FROM observations o JOIN looked_through c USING (file_hash) LEFT JOIN known_cells k USING (cell_code)
GROUP BY c.file_no
"""
_EMPTY = """
SELECT c.file_no, o.form,
    any_value(m.form_vi) || ' (trang “' || any_value(o.sheet) || '”)' AS thing_vi,
    any_value(m.form_en) || ' (sheet “' || any_value(o.sheet) || '”)' AS thing_en,
    CASE WHEN NOT bool_and(o.state = 'missing') THEN 'empty_cells'
        WHEN any_value(m.may_be_nil) THEN 'blank_form' ELSE 'empty_form' END AS "check",
    any_value(o.sheet) AS sheet,
    first(o.cell ORDER BY o.row_no, o.column_no) FILTER (o.state = 'missing') AS cell,
    first(o.cell_code ORDER BY o.row_no, o.column_no) FILTER (o.state = 'missing') AS cell_code,
    string_agg(coalesce(o.sheet || '!' || o.cell, o.cell_code), '; ' ORDER BY o.row_no, o.column_no)
        FILTER (o.state = 'missing') AS cells,
    count(*) FILTER (o.state = 'missing') AS empty,
    count(*) AS asked
FROM observations o JOIN context c USING (file_hash) JOIN matrix_cells m USING (cell_code)
LEFT JOIN derived d ON d.file_no = c.file_no AND d.cell_code = o.cell_code
WHERE o.state <> 'not_applicable' AND d.cell_code IS NULL
    -- A total that is a formula is missing where a part is: the part is asked for.
    AND NOT coalesce(starts_with(o.raw_text, '='), false)
GROUP BY c.file_no, o.form
HAVING bool_or(o.state = 'missing') AND bool_or(o.cell IS NOT NULL)
ORDER BY c.file_no, o.form
"""


def observation_checks(known: frozenset[str], signed: frozenset[str]) -> RowChecks:
    """The checks of observations: file_no, cell_code, value, state. ``known`` are the cells of `form_cells`."""
    checks: list[tuple[str, RowTest]] = [
        ("state", lambda f: f["state"].isin(STATES)),
        ("known cell", lambda f: f["cell_code"].isin(known)),
        ("value where there is one", lambda f: f["value"].notna() == f["state"].isin(_COUNTED)),
        ("zero is 0", lambda f: ((f["value"] == 0) == (f["state"] == "zero")) | f["value"].isna()),
        ("whole", lambda f: f["value"].isna() | (f["value"] % 1 == 0)),
        ("not negative", lambda f: f["value"].isna() | (f["value"] >= 0) | f["cell_code"].isin(signed)),
        ("one row a cell", lambda f: ~f.duplicated(["file_no", "cell_code"], keep="first")),
    ]
    return RowChecks(tuple(checks))


@derived_once
def known_cells(catalogue: Catalogue, codes: pd.DataFrame) -> frozenset[str]:
    """All cells of the forms."""
    return frozenset(form_cells(catalogue, codes)["cell_code"])


@derived_once
def signed_cells(catalogue: Catalogue) -> frozenset[str]:
    """The cells that may be negative: those of balance items."""
    return frozenset(
        f"{form.form}.{code}" for form in catalogue.forms for code, item in form.items.items() if item.signed
    )


def looked_through(
    connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame, catalogue: Catalogue, codes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those of ``versions`` of which an observation may fail a check, and those with an empty cell of a matrix form.

    Of the others `observation_failures`, and `empty_forms` and `quality.schemas.derived`, have nothing to say.
    """
    give_declared(connection, _cells(catalogue, codes))
    connection.register("looked_through", versions[["file_no", "file_hash"]])
    rows = ask(connection, _LOOKED_THROUGH).fetchall()
    connection.unregister("looked_through")
    suspected, gaps = ([row[0] for row in rows if row[which]] for which in (1, 2))
    return versions[versions["file_no"].isin(suspected)], versions[versions["file_no"].isin(gaps)]


@derived_once
def _cells(catalogue: Catalogue, codes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """``known_cells``: all cells of the forms, and what they may hold."""
    known, signed, matrix = sorted(known_cells(catalogue, codes)), signed_cells(catalogue), matrix_cells(catalogue)
    told = pd.DataFrame({"cell_code": known}, dtype="str").assign(
        is_signed=[code in signed for code in known], is_of_matrix=[code in matrix for code in known]
    )
    return {"known_cells": told}


def observation_failures(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    catalogue: Catalogue,
    codes: pd.DataFrame,
    *,
    directly: bool = False,
) -> pd.DataFrame:
    """One row per file version, check and broken cell: faults of the hand-over (columns as `empty_forms`).

    ``directly``: a few workbooks, without pandera.
    """
    if versions.empty:
        return pd.DataFrame(columns=_COLUMNS)
    known, signed = known_cells(catalogue, codes), signed_cells(catalogue)
    connection.register("context", versions[["file_no", "file_hash"]])
    narrow = connection.execute(_NARROW).df()
    connection.unregister("context")
    checks = observation_checks(known, signed)
    failed = checks.failing_rows(narrow, directly=directly).join(narrow, on="row")
    failed = failed.assign(
        observed=failed["cell_code"] + "=" + failed["value"].astype(object).map(_number) + " " + failed["state"],
        expected=failed["check"],
        cells=failed["sheet"].fillna("") + "!" + failed["cell"].fillna(""),
        check=OBSERVATIONS,
    )
    return _of_versions(failed, versions)


def empty_forms(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    catalogue: Catalogue,
    derived: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per file version and matrix form with empty cells, all of them listed.

    A form whose sheet was not found is not told again, nor a cell of ``derived`` (`quality.schemas.derived`), of
    which the other cells say that it is not 0. Columns: check, the subject, file_hash, sheet, cell,
    cell_code, cells, observed, expected; thing_vi and thing_en name form and sheet.
    """
    if versions.empty:
        return pd.DataFrame(columns=[*_COLUMNS, "thing_vi", "thing_en"])
    give_declared(connection, _asked_cells(catalogue))
    known = pd.DataFrame(columns=["file_no", "cell_code"]) if derived is None else derived[["file_no", "cell_code"]]
    connection.register("derived", known.astype({"file_no": "int64", "cell_code": "str"}))
    connection.register("context", versions[["file_no", "file_hash"]])
    found = ask(connection, _EMPTY).df()
    for name in ("context", "derived"):
        connection.unregister(name)
    assert set(found["check"]) <= {EMPTY_CELLS, EMPTY_FORM, BLANK_FORM}
    found = found.assign(observed=found["empty"].astype("str"), expected=found["asked"].astype("str"))
    return _of_versions(found, versions, "thing_vi", "thing_en")


@derived_once
def _asked_cells(catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """``matrix_cells``: the cells of matrix forms, what their form is called and whether it may be left blank."""
    forms = {form.form: form for form in catalogue.forms if form.kind == "matrix"}
    cells = form_cells(catalogue, pd.DataFrame(columns=SEED_COLUMNS["codes"]))
    asked = cells[cells["form"].isin(forms)]
    named = [forms[str(form)] for form in asked["form"]]
    told = asked[["cell_code"]].assign(
        may_be_nil=[form.may_be_nil for form in named],
        form_vi=pd.array([form.label.vi for form in named], dtype="str"),
        form_en=pd.array([form.label.en for form in named], dtype="str"),
    )
    return {"matrix_cells": told}


def _of_versions(found: pd.DataFrame, versions: pd.DataFrame, *more: str) -> pd.DataFrame:
    return found.merge(versions[["file_no", "file_hash", *SUBJECT]], on="file_no")[[*_COLUMNS, *more]]


def _number(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{value:g}"
