"""The same case in the lists of two organizations: a row taken over from another's workbook.

Lists whose records bear a number of their own and a day (cases of discipline) are held against those of the other
organizations of the committee in the same period. Two decisions of one day may bear one number; that everything else
is the same as well says that one row was copied. Belongs here: which records are the same. Does not belong here: a
number used twice within one list (`quality.schemas.records`).
"""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.database import ask, give, give_declared
from ingest.derived_once import derived_once
from quality.catalogue.schema_checks import SHARED_RECORD
from quality.engine import SUBJECT
from quality.engine.context import latest_versions

_SHARED = """
WITH records AS (
    SELECT c.file_hash, c.committee_code, c.organization_code, c.period_code, e.form, e.record_no,
        any_value(f.number_field) AS field,
        any_value(e.sheet) AS sheet, any_value(e.row_no) AS row_no,
        any_value(e.cell) FILTER (e.field = f.number_field) AS cell,
        any_value(e.value_text) FILTER (e.field = f.number_field AND e.state = 'value') AS number,
        bool_or(e.field = f.day_field AND e.state = 'value') AS has_day,
        string_agg(e.field || '=' || coalesce(e.value_text, e.value::VARCHAR, ''), '|' ORDER BY e.field)
            FILTER (e.field <> f.number_field) AS rest
    FROM entries e JOIN telling_files c USING (file_hash) JOIN numbered_lists f ON f.form = e.form
    GROUP BY c.file_hash, c.committee_code, c.organization_code, c.period_code, e.form, e.record_no
),
numbered AS (
    SELECT *, regexp_replace(upper(number), '\\s', '', 'g') AS number_key
    FROM records WHERE number IS NOT NULL AND has_day
)
SELECT r.* EXCLUDE (rest, number_key, has_day), o.organization_code AS other, o.file_hash AS other_hash
FROM numbered r JOIN numbered o USING (committee_code, period_code, form, number_key, rest)
WHERE r.organization_code <> o.organization_code
ORDER BY r.file_hash, r.form, r.record_no, o.organization_code
"""
SHARED_COLUMNS = [
    *("check", *SUBJECT, "file_hash", "sheet", "cell", "cell_code", "cells", "observed", "expected"),
    *("observed_vi", "observed_en"),
]


def shared_records(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    context: pd.DataFrame,
    sound: frozenset[str],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """One row per record of ``versions`` that another organization of the committee has too, at its number's cell.

    Columns SHARED_COLUMNS. ``connection`` has the relation entries of the file versions of ``context``. Of two
    organizations of which one's workbook is ``sound`` inside and the other's is not, only the other is asked.
    """
    lists = numbered_lists(catalogue)["numbered_lists"]
    if lists.empty or versions.empty:
        return pd.DataFrame(columns=SHARED_COLUMNS)
    give_declared(connection, numbered_lists(catalogue))
    mine = frozenset(versions["file_hash"])
    latest = latest_versions(context)
    telling = context[context["file_hash"].isin(mine | set(latest["file_hash"]))]
    give(connection, {"telling_files": telling[["file_hash", *SUBJECT]]})
    found = ask(connection, _SHARED).df()
    of_latest = found["other_hash"].isin(latest["file_hash"])
    innocent = found["file_hash"].isin(sound) & ~found["other_hash"].isin(sound)
    found = found[found["file_hash"].isin(mine) & of_latest & ~innocent]
    return _told(found.drop_duplicates(["file_hash", "form", "record_no"]))


def _told(found: pd.DataFrame) -> pd.DataFrame:
    number, row_no = found["number"].astype("str"), found["row_no"].astype("str")
    return found.assign(
        check=SHARED_RECORD,
        cell_code=found["form"] + "." + found["field"],
        cells=found["sheet"] + "!" + found["cell"],
        observed=number,
        observed_vi="“" + number + "” ở dòng " + row_no,
        observed_en="“" + number + "” in line " + row_no,
        expected=found["other"],
    ).reindex(columns=SHARED_COLUMNS)


@derived_once
def numbered_lists(catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """``numbered_lists``: the lists whose records have a number of their own and a day."""
    rows = []
    for form in catalogue.forms:
        numbers = [name for name, field in form.fields.items() if field.unique and field.type == "text"]
        days = [name for name, field in form.fields.items() if field.type == "date"]
        if form.kind == "list" and numbers and days:
            rows.append((form.form, numbers[0], days[0]))
    return {"numbered_lists": pd.DataFrame(rows, columns=["form", "number_field", "day_field"], dtype="str")}
