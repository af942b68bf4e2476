"""The cells of files of known layouts, as terms of the values that each organization's forms want."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import duckdb
import pandas as pd

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.catalogue.layout import joined
from ingest.catalogue.load import fillable_cells
from ingest.catalogue.printed import PrintedTable
from ingest.layouts import LayoutReader, LayoutReading, Part
from ingest.layouts.account import VALUE, accounted
from ingest.layouts.spelling import code_spellings
from ingest.layouts.terms import Term, address_of
from ingest.normalise.layout_lists import SpokenCodes, heads_of, record_numbers
from ingest.normalise.ratios import differing_ratios
from ingest.reference import Reference
from ingest.rosters import rosters_of

_NOBODY = "organization_unknown"
_PARTS = {"file_no": "int32", "blank_is_zero": "bool"}
_FORMS = {"file_no": "int32", "form": "string"}
_HEADS = {
    **{"file_no": "int32", "form": "string", "code": "string", "sheet": "string"},
    **{"row_no": "int32", "column_no": "int32", "is_cut": "bool"},
}
_RATIOS = {"file_no": "int32", **dict.fromkeys(("sheet", "cell", "cells", "label", "observed", "expected"), "string")}
_PLACED = {"file_no": "int32", **dict.fromkeys(("sheet", "cell", "cells", "observed", "detail"), "string")}
_LACKS = {"file_no": "int32", "code": "string"}
_CELLS = {
    **{"file_no": "int32", "sheet": "string", "row_no": "int32", "column_no": "int32", "kind": "string"},
    **{"text": "string", "shown": "string", "marks": "string", "reason": "string", "is_unread": "bool"},
}
_Place = tuple[str, int, int]
_Look = tuple[str | None, str | None]
_TERMS = {
    **{"file_no": "int32", "form": "string", "code": "string", "sign": "int32", "sheet": "string", "row_no": "int32"},
    **{"column_no": "int32", "kind": "string", "text": "string", "shown": "string", "marks": "string"},
    **{"address": "string", "record_no": "int32", "said": "string"},
}
_TABLES: dict[str, dict[str, str]] = {
    "parts": _PARTS,
    "layout_forms": _FORMS,
    "layout_heads": _HEADS,
    "layout_terms": _TERMS,
    "layout_lacks": _LACKS,
    "layout_ratios": _RATIOS,
    "layout_placed": _PLACED,
    "layout_cells": _CELLS,
}


def layout_tables(
    connection: duckdb.DuckDBPyConnection,
    cells: str,
    parts: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
) -> dict[str, pd.DataFrame]:
    """The tables by name, of numbered submissions that are each a ``part_of`` another file.

    ``parts``: one row per such submission. ``layout_forms``: the forms its layout fills. ``layout_heads``: of its list
    forms the fields, and the cell below the heading of each. ``layout_terms``: one row per cell of the file that enters
    a wanted value of it (``code`` as in the table ``wanted``; of a list with the number of its record, and in ``said``
    the code that its words stand for where they are none of the list's own). ``layout_lacks``: one
    row per value whose line an official form has and the sheet that was sent has not. ``layout_ratios``: one row per
    percentage of a printed form that its figures do not give. ``layout_placed``: one row per sheet with lines that were
    known by where they stand. ``layout_cells``: one row per filled cell of such a file,
    with the submission it lies with and what became of it.
    """
    numbers = dict(zip(parts["file_hash"], parts["file_no"], strict=True))
    reader = LayoutReader(catalogue.layouts, rosters_of(reference), code_spellings(reference))
    forms = fillable_cells(catalogue.forms)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in _TABLES}
    for source, reading, looks in _readings(connection, cells, parts, reader):
        for part in reading.parts:
            number = numbers.get(part.submission_hash(source))
            if number is None:
                continue
            rows["parts"].append((number, reading.layout.blank == "zero"))
            rows["layout_forms"] += [(number, form) for form in sorted(_filled(reading, part, forms))]
            rows["layout_lacks"] += [(number, code) for code in _lacking(reading, part)]
            rows["layout_heads"] += ((number, *head) for head in heads_of(reading, part))
            spoken = SpokenCodes(reading, catalogue, reference)
            rows["layout_terms"] += _terms(number, part.terms, forms, catalogue, looks, spoken)
        rows["layout_ratios"] += _ratios(source, reading, numbers)
        rows["layout_placed"] += _placed(source, reading, numbers)
        numbered = [numbers.get(part.submission_hash(source)) for part in reading.parts]
        rows["layout_cells"] += _cells(reading, numbered, looks)
    return _frames(rows)


@lru_cache
def no_layouts() -> dict[str, pd.DataFrame]:
    """The tables of `layout_tables` where nothing is part of another file; always the same ones."""
    return _frames({name: [] for name in _TABLES})


def _frames(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame(rows[name], columns=list(kinds)).astype(kinds) for name, kinds in _TABLES.items()}


def _readings(
    connection: duckdb.DuckDBPyConnection, cells: str, parts: pd.DataFrame, reader: LayoutReader
) -> list[tuple[str, LayoutReading, dict[_Place, _Look]]]:
    """The files that ``parts`` were taken from, read again as they were when they were received, and how cells look."""
    connection.register("sources", parts[["part_of"]].drop_duplicates())
    found = connection.execute(
        f"SELECT file_hash, sheet, row_no, column_no, kind, text, shown, marks FROM {cells}"
        " WHERE file_hash IN (FROM sources)"
    ).df()
    connection.unregister("sources")
    readings = []
    for source, group in found.groupby("file_hash"):
        reading = reader.read(
            group[["sheet", "row_no", "column_no", "kind", "text"]].itertuples(index=False, name=None)
        )
        if isinstance(reading, LayoutReading):
            striking = group[group["shown"].notna() | group["marks"].notna()].astype(object)
            striking = striking.where(striking.notna(), None)
            looks = {(row.sheet, row.row_no, row.column_no): (row.shown, row.marks) for row in striking.itertuples()}
            readings.append((str(source), reading, looks))
    return readings


def _filled(reading: LayoutReading, part: Part, forms: dict[str, str]) -> set[str]:
    """The forms that the layout fills; of the official ones those that were sent of the organization."""
    is_printed = any(fit.is_printed for fit in reading.tables)
    codes = (term.cell_code for term in part.terms) if is_printed else reading.layout.cell_codes()
    return {forms[code] for code in codes}


def _lacking(reading: LayoutReading, part: Part) -> list[str]:
    """What an official form asks for and the sheets of ``part`` have no line for: missing, where others do not ask."""
    has = {term.cell_code for term in part.terms}
    sheets = {term.sheet for term in part.terms}
    asked = {
        joined(code, column.member)
        for fit in reading.tables
        if isinstance(fit.table, PrintedTable) and fit.grid.sheet in sheets
        for line in fit.table.printed_lines
        if not line.is_added
        for code in line.cells
        for column in fit.table.columns
        if column.role == "value"
    }
    return sorted(asked - has)


def _ratios(source: str, reading: LayoutReading, numbers: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """The percentages of printed forms that their figures do not give, with the submission of their sheet."""
    for part, fit in reading.sheets_of_parts():
        number = numbers.get(part.submission_hash(source))
        for one in differing_ratios(fit) if number is not None else ():
            places = [a1_address(one.row_no, column) for column in one.columns]
            cells = "; ".join(f"{one.sheet}!{place}" for place in places)
            yield number, one.sheet, places[0], cells, one.label, one.observed, one.expected


def _placed(source: str, reading: LayoutReading, numbers: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """The sheets of printed forms with lines and columns known by their place alone: how many, where, and as what."""
    for part, fit in reading.sheets_of_parts():
        number, told = numbers.get(part.submission_hash(source)), fit.by_place
        if number is None or not told:
            continue
        places = [a1_address(row, column) for row, column, _ in told]
        said = "; ".join(f"{place} = “{label}”" for place, (_, _, label) in zip(places, told, strict=True))
        cells = "; ".join(f"{fit.grid.sheet}!{place}" for place in places)
        yield number, fit.grid.sheet, places[0], cells, str(len(told)), said


def _cells(
    reading: LayoutReading, numbers: list[int | None], looks: dict[_Place, _Look]
) -> Iterator[tuple[object, ...]]:
    """What became of the file's cells; each lies with the organization of its row or column, else with the first."""
    own: dict[_Place, int | None] = {}
    near: dict[tuple[str, str, int], int] = {}
    for part, number in zip(reading.parts, numbers, strict=True):
        for term in part.terms:
            own[term.sheet, term.row_no, term.column_no] = number
            if number is not None:
                near.setdefault((term.sheet, "row", term.row_no), number)
                near.setdefault((term.sheet, "column", term.column_no), number)
    first = next((number for number in numbers if number is not None), None)
    is_down = {fit.grid.sheet: fit.table.rows == "item" for fit in reading.tables}
    for cell in accounted(reading.sheets, reading.tables, reading.lists):
        place = (cell.sheet, cell.row_no, cell.column_no)
        line = ("column", cell.column_no) if is_down.get(cell.sheet) else ("row", cell.row_no)
        number, reason = near.get((cell.sheet, *line), first), cell.reason
        if reason == VALUE and place not in own:
            reason = "beside_table"
        elif reason == VALUE and own[place] is None:
            reason = _NOBODY
        elif reason == VALUE:
            number = own[place]
        unread = cell.is_unread or reason in ("beside_table", _NOBODY)
        if number is not None:
            yield (number, *place, cell.kind, cell.text, *looks.get(place, (None, None)), reason, unread)


def _terms(
    number: int,
    terms: tuple[Term, ...],
    forms: dict[str, str],
    catalogue: Catalogue,
    looks: dict[_Place, _Look],
    spoken: SpokenCodes,
) -> list[tuple[object, ...]]:
    records = record_numbers(terms)
    by_code: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        by_code[term.cell_code].append(term)
    rows: list[tuple[object, ...]] = []
    for cell_code, together in by_code.items():
        form = forms[cell_code]
        code = cell_code if catalogue.by_name[form].kind == "matrix" else cell_code.removeprefix(f"{form}.")
        address = address_of(together) if not together[0].record else None
        for t in together:
            shown, marks = looks.get((t.sheet, t.row_no, t.column_no), (None, None))
            place = (t.sign, t.sheet, t.row_no, t.column_no)
            said = spoken.code(t) if t.record and shown is None else None
            rows.append(
                (number, form, code, *place, t.kind, t.text, shown, marks, address, records[form, t.record], said)
            )
    return rows
