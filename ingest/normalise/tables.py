"""All workbooks of some periods at once: cells in; observations, entries and findings out.

The steps are the SQL files of this package, run over all files together; only distinct contents (a label, a number as
it was typed) pass through Python, each once. The files hand over temporary tables by name; each says in its first lines
which it reads (In) and which it leaves (Out):

    start            -> problems
    geometry         -> file_forms, places, body, hits, header, heads, lines
    expected_cells   -> list_rows, records, expected_cells, unread_places
    merged           -> expected_cells: which figures stand in cells of the form that were merged
    layouts          -> expected_cells, places of files of known layouts; no_layouts where there are none
    (Python)         -> parsed_values
    parsed_values    -> typed
    sums             -> typed of layouts added up
    nil_marks        -> nil_marks
    nil_marked       -> typed: empty cells that a mark says are 0
    totals           -> typed: totals that are formulas, reckoned from their parts; once for each depth
    account          -> account: every filled cell read, ignored for a named reason, or unread
    layout_account   -> account of files of known layouts
    unread_cells     -> a problem for every unread cell
    unread_content   -> other_sheets, that are no form
    other_sheets     -> unread_places, account
    aggregates       -> aggregates
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from ingest.active_stretches import active_by_subject
from ingest.catalogue import Catalogue
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.tables import printed_labels
from ingest.check_sheets import FIGURES_SHEET
from ingest.database import ask, give, give_declared, parsed, small_database
from ingest.derived_once import derived_once
from ingest.findings import reading_findings
from ingest.labels import label_key
from ingest.lake import ENTRIES, FINDINGS, OBSERVATIONS
from ingest.normalise.contents import CodeWords, Content, parsed_values
from ingest.normalise.expected import expected_tables, valid_codes
from ingest.normalise.keys import text_keys
from ingest.normalise.layouts import layout_tables, no_layouts
from ingest.normalise.things import things_of
from ingest.reference import Reference
from ingest.sheet_names import sheet_keys
from ingest.template.workbook import CODES_SHEET, IDENTITY_SHEET
from ingest.words import NOTHING, NOTHING_ELSE, words

if TYPE_CHECKING:
    import pyarrow as pa

SQL_DIR = Path(__file__).with_name("sql")
SUBJECT = ["committee_code", "organization_code", "period_code"]
_ORDER = ["committee_code", "period_code", "organization_code", "file_hash"]
CELL_COLUMNS = ["sheet", "row_no", "column_no", "cell", "kind", "text", "shown", "marks"]
_STEPS_BEFORE = ("geometry", "expected_cells", "merged")
_STEPS_AFTER = ("list_totals", "nil_marks", "nil_marked", "totals", "account")
_STEPS_LAST = ("unread_cells", "unread_content", "other_sheets")
_ONLY_WHERE = {
    "merged": "expected_cells WHERE contains(marks, 'merged_')",
    "list_totals": "list_rows WHERE is_total",
    "nil_marked": "nil_marks",
    "totals": "typed WHERE contains(marks, 'summed')",
    "unread_cells": "account WHERE outcome = 'unread' OR reason = 'unknown_sheet'",
    "other_sheets": "(FROM other_sheets SELECT file_no GROUP BY file_no HAVING count(*) > 1 OR NOT bool_and(is_cover))",
}
"""Steps that have nothing to do where no such row is: to plan a statement takes a millisecond and more, every time."""


@dataclass(frozen=True)
class Normalised:
    """The canonical tables of some submissions, in the schemas of the lake."""

    observations: pd.DataFrame
    entries: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class NormalisedTables:
    """The same as Arrow tables, sorted; what the lake's files are written from."""

    observations: pa.Table
    entries: pa.Table
    findings: pd.DataFrame


def normalise_cells(
    cells: pd.DataFrame, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> Normalised:
    """Normalise the ``cells`` of the identified ``submissions``, whatever their periods.

    The form versions follow each period's last day. The order of rows in either frame does not matter.
    """
    with small_database() as connection:
        connection.register("given_cells", cells[["file_hash", *CELL_COLUMNS]])
        tables = normalise_relation(connection, "given_cells", submissions, catalogue, reference)
    return Normalised(tables.observations.to_pandas(), tables.entries.to_pandas(), tables.findings)


def normalise_relation(
    connection: duckdb.DuckDBPyConnection,
    cells: str,
    submissions: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
) -> NormalisedTables:
    """Normalise the cells of a relation of ``connection`` (a fresh one), given by its SQL name or function."""
    if not prepare(connection, cells, submissions, catalogue, reference):
        return NormalisedTables(OBSERVATIONS.empty_table(), ENTRIES.empty_table(), reading_findings([]))
    _run(connection, "aggregates")
    return NormalisedTables(
        _observations(connection), _entries(connection), _findings(connection, catalogue, reference)
    )


def prepare(
    connection: duckdb.DuckDBPyConnection,
    cells: str,
    submissions: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
) -> bool:
    """Run all steps up to the account on a fresh ``connection``; False where no submission is identified."""
    # Of parts, only those of a layout are read from another file's cells; a workbook from a mail has its own.
    parts = submissions.assign(part_of=submissions["part_of"].where(submissions["layout"].notna()))
    files = parts.loc[parts["read_state"] == "identified", ["file_hash", "file_name", "part_of", *SUBJECT]]
    if files.empty:
        return False
    periods = files["period_code"]
    _run(connection, "start")
    numbered = _numbered(files, reference)
    codes = valid_codes(periods, reference)
    give(connection, {"files": numbered})
    give_declared(connection, _sheets_of_ours(catalogue))
    give_declared(connection, expected_tables(periods, catalogue, reference))
    connection.execute(
        f"CREATE TEMP TABLE raw_cells AS SELECT f.file_no, {', '.join('c.' + name for name in CELL_COLUMNS)}"
        f" FROM {cells} c JOIN files f ON f.file_hash = c.file_hash"
    )
    parts = numbered[numbered["part_of"].notna()]
    if parts.empty:
        give_declared(connection, no_layouts())
    else:
        give(connection, layout_tables(connection, cells, parts, catalogue, reference))
    give(connection, _keys(connection, catalogue))
    _set_words(connection)
    for step in (*_STEPS_BEFORE, "no_layouts" if parts.empty else "layouts"):
        if _has_work(connection, step):
            _run(connection, step)
    give(connection, {"parsed_values": _parsed_values(connection, codes, reference)})
    sums, layout_account = ((), ()) if parts.empty else (("sums",), ("layout_account",))
    for step in ("parsed_values", *sums, *_STEPS_AFTER, *layout_account, *_STEPS_LAST):
        if _has_work(connection, step):
            (_run_totals if step == "totals" else _run)(connection, step)
    return True


def _run_totals(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    """Run a step for each depth of totals: of totals of totals the inner ones first."""
    (deepest,) = connection.execute("SELECT coalesce(max(depth), 0) FROM totals").fetchone() or (0,)
    for depth in range(1, deepest + 1):
        connection.execute("SET VARIABLE depth = $1", [depth])
        _run(connection, step)


def _numbered(files: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The files with their number, who sends them, what their organization is, and whether it ended in the period.

    Numbers follow the order of the lake's tables: rows are sorted by a number instead of four texts.
    """
    files = files.sort_values(_ORDER, ignore_index=True)
    active = active_by_subject(reference)
    subjects = zip(files["organization_code"], files["period_code"], strict=True)
    found = [active.get((str(code), str(period))) for code, period in subjects]
    known = files.assign(
        sender=files["organization_code"].map(reference.sender),
        organization_type=[one[1] if one else None for one in found],
    )
    ended = pd.Series([one[2] if one else False for one in found], index=files.index, dtype=bool)
    return known.astype("string").assign(file_no=range(len(files)), is_ended=ended)


def _set_words(connection: duckdb.DuckDBPyConnection) -> None:
    """Hand the steps the words that they look for, or quote."""
    connection.execute("SET VARIABLE totals = $1", [_starts(words().totals)])
    connection.execute("SET VARIABLE ends = $1", [_starts(words().ends)])
    offered = "; ".join(f"“{words().nil_answers[code][0]}”" for code in (NOTHING, NOTHING_ELSE))
    connection.execute("SET VARIABLE nil_offers = $1", [offered])


def _has_work(connection: duckdb.DuckDBPyConnection, step: str) -> bool:
    """False where a step would find no row to do anything with."""
    if (where := _ONLY_WHERE.get(step)) is None:
        return True
    return bool(ask(connection, f"SELECT 1 FROM {where} LIMIT 1").fetchall())


def _run(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    for statement in parsed(connection, _script(step)):
        connection.execute(statement)


@lru_cache
def _script(name: str) -> str:
    return (SQL_DIR / f"{name}.sql").read_text(encoding="utf-8")


def _starts(beginnings: Iterable[str]) -> str:
    """A regular expression for keys that begin with one of ``beginnings`` as whole words."""
    escaped = (beginning.replace(".", "\\.").replace("(", "\\(") for beginning in beginnings)
    return f"^({'|'.join(escaped)})([^\\p{{L}}]|$)"


@derived_once
def _sheets_of_ours(catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """``own_sheets``: keys of a workbook's sheets that are no form. ``cover_keys``: what covers print."""
    labels = printed_labels(catalogue)
    cover = labels[(labels["form"] == COVER_FORM) & labels["axis"].isin(["sheet", "row"])]
    rows = [(str(row.axis), str(row.label_key), str(row.code)) for row in cover.itertuples()]
    rows += [("answer", key, "") for key in sorted(words().answer)]
    own = {label_key(sheet) for sheet in (*words().returned, CODES_SHEET, IDENTITY_SHEET, FIGURES_SHEET)}
    return {
        "own_sheets": pd.DataFrame({"key": sorted(own)}, dtype="string"),
        "cover_keys": pd.DataFrame(rows, columns=["axis", "key", "code"], dtype="string").drop_duplicates(),
    }


def _keys(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    texts = [
        row[0]
        for row in connection.execute(
            "SELECT text FROM raw_cells WHERE kind = 'text'"
            " UNION SELECT shown FROM raw_cells WHERE kind = 'text' AND contains(marks, 'raised') AND shown IS NOT NULL"
        ).fetchall()
    ]
    sheets = connection.execute("SELECT DISTINCT file_no, sheet FROM raw_cells").df()
    return {
        "text_keys": text_keys(texts, catalogue),
        "sheet_keys": _sheet_keys(sheets, catalogue),
    }


@derived_once
def _known_sheets(catalogue: Catalogue) -> frozenset[str]:
    labels = printed_labels(catalogue)
    ours = {label_key(sheet) for sheet in words().returned}
    return frozenset(ours.union(labels.loc[labels["axis"] == "sheet", "label_key"]))


def _sheet_keys(sheets: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The key of every sheet (file_no, sheet): one of ours where only that can be meant, whatever a program added."""
    known = _known_sheets(catalogue)
    keys = {number: sheet_keys(names, known) for number, names in sheets.groupby("file_no")["sheet"]}
    matched = [keys[number][sheet] for number, sheet in zip(sheets["file_no"], sheets["sheet"], strict=True)]
    return sheets.assign(key=matched).astype({"sheet": "string", "key": "string"})


def _parsed_values(
    connection: duckdb.DuckDBPyConnection, codes: Mapping[str, Mapping[str, CodeWords]], reference: Reference
) -> pd.DataFrame:
    distinct = connection.execute(
        """
        SELECT DISTINCT w.type, w.code_list, w.pattern, CASE WHEN w.code_list IS NOT NULL THEN ff.period_code END,
            s.kind, coalesce(s.said, s.text), s.shown, s.marks
        FROM expected_cells s JOIN wanted w USING (value_no) JOIN file_forms ff USING (place)
        WHERE s.kind IS NOT NULL AND w.applicable
        """
    ).fetchall()
    organizations = set(reference["organizations"]["organization_code"])
    return parsed_values([Content(*row) for row in distinct], codes, organizations)


def _observations(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return _fetch(
        connection,
        """
        SELECT f.*, form, version AS form_version, cell_code, value, state, raw_text,
            coalesce(cells.sheet, p.sheet) AS sheet, row_no::INTEGER AS row_no, column_no::INTEGER AS column_no, cell
        FROM (
            SELECT place, code AS cell_code, value, state, raw_text, row_no, column_no, cell, sheet
            FROM typed WHERE form_kind = 'matrix'
            UNION ALL
            SELECT place, cell_code, value, state, NULL, row_no, column_no, cell, sheet FROM aggregates
        ) AS cells
        JOIN file_forms ff USING (place)
        LEFT JOIN (SELECT place, sheet FROM places) p USING (place)
        JOIN files f ON f.file_no = ff.file_no
        ORDER BY f.file_no, form, cell_code
        """,
        OBSERVATIONS,
    )


def _entries(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return _fetch(
        connection,
        """
        SELECT f.*, form, version AS form_version, record_no, code AS field, value_text, value, state, raw_text,
            coalesce(t.sheet, p.sheet) AS sheet, row_no::INTEGER AS row_no, column_no::INTEGER AS column_no, cell
        FROM typed t JOIN places p USING (place) JOIN files f ON f.file_no = p.file_no
        WHERE t.form_kind <> 'matrix'
        ORDER BY f.file_no, form, record_no, field
        """,
        ENTRIES,
    )


def _fetch(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema) -> pa.Table:
    return connection.sql(query).to_arrow_table().select(schema.names).cast(schema)


def _findings(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, reference: Reference) -> pd.DataFrame:
    told = connection.execute(
        """
        SELECT DISTINCT q.name, q.cell, q.cell_code, q.observed, q.expected, q.detail, q.suggested, q.cells, q.thing,
            coalesce(q.sheet, p.sheet) AS sheet, f.* EXCLUDE (file_no)
        FROM problems q
        LEFT JOIN file_forms ff USING (place)
        LEFT JOIN places p USING (place)
        JOIN files f ON f.file_no = coalesce(q.file_no, ff.file_no)
        ORDER BY committee_code, f.period_code, organization_code, file_hash, sheet, cell, name, expected
        """
    )
    names = [column[0] for column in told.description or []]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in told.fetchall()]
    things = things_of(catalogue, reference["codes"])
    for row in rows:
        if row["cells"] is None:
            del row["cells"]  # the one cell of the finding
        if (thing := row.pop("thing")) is not None:
            row |= things.of(thing, row["cell"])
    return reading_findings(rows).drop_duplicates("finding_id", ignore_index=True)[FINDINGS.names]
