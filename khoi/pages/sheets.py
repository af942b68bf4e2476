"""The page of a sheet: its filled cells as a grid, the cell one came for marked, and the cells with open findings.

The cells are those of the lake: what was read of the workbook, personal data already left out. Belongs here: one sheet
of one received workbook. Does not belong here: the workbook itself (`khoi.pages.files`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ingest.addresses import a1_address, column_letters, column_number
from ingest.database import open_database
from ingest.lake import lake_table
from khoi.pages.blocks import Grid, GridCell, GridRow, Page, Row, Sentence, Words
from khoi.pages.view import NothingThere, View, page_address

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_ROWS, _MOST_COLUMNS = 200, 40
"""So many rows and columns stand on the page; a larger sheet is shown around the cell asked for."""


def sheet_address(row: Row) -> str | None:
    """Where the sheet of a row with file_hash, sheet and cell opens; None where one of them is missing."""
    if not (row.get("file_hash") and row.get("sheet") and row.get("cell")):
        return None
    found = page_address("trang-tinh", str(row["file_hash"]), sheet=str(row["sheet"]), cell=str(row["cell"]))
    return f"{found}#here"


def sheet(view: View, file_hash: str) -> Page:
    """One sheet of a received workbook around the cell that the address names. Raises NothingThere."""
    name, place = view.asked.get("sheet", ""), view.asked.get("cell", "")
    received = view.rows(
        "select file_name, part_of, organization_code, period_code from fct_submissions where file_hash = $value",
        value=file_hash,
    )
    cells = _cells(view, [file_hash, *(one["part_of"] for one in received if one["part_of"])], name) if received else []
    if not cells:
        raise NothingThere(Words(f"Không có trang tính “{name}” ấy", f"There is no such sheet “{name}”"))
    marked = next((cell for cell in cells if cell["cell"] == place), None)
    file_name = str(received[0]["file_name"])
    title = Words(f"{name}: ô {place}" if place else name, f"{name}: cell {place}" if place else name)
    open_findings = _findings(view, file_hash, name)
    grid = _grid(view, cells, place, open_findings)
    blocks: list[Any] = [grid]
    if place and marked is None:
        blocks.insert(0, Sentence(Words(f"Ô {place} để trống.", f"Cell {place} is empty.")))
    code = received[0]["organization_code"]
    way = [(str(code), page_address("to-chuc", str(code)))] if code else []
    return Page(title, blocks, [*way, (file_name, page_address("tep", file_hash))])


def _cells(view: View, file_hashes: list[str], name: str) -> list[dict[str, Any]]:
    """The filled cells of a sheet; of a part of a file of others, those of the file it was read from."""
    files = [str(path) for path in lake_table("landed", "cells").files(view.published.home.lake)]
    if not files:
        return []
    with open_database() as connection:
        cells = connection.from_parquet(files, union_by_name=True)
        # What an earlier edition did not look for yet is no column of its files.
        shown = "coalesce(shown, text)" if "shown" in cells.columns else "text"
        cells.create_view("cells")
        rows = connection.execute(
            f"""
            select row_no, column_no, cell, kind, {shown} as told from cells
            where list_contains($hashes, file_hash) and sheet = $name order by row_no, column_no
            """,
            {"hashes": file_hashes, "name": name},
        ).fetchall()
    return [dict(zip(("row_no", "column_no", "cell", "kind", "told"), row, strict=True)) for row in rows]


def _findings(view: View, file_hash: str, name: str) -> dict[str, str]:
    """Of each cell with open findings, what they say."""
    rows = view.rows(
        """
        select cell, string_agg(message_vi, ' ' order by rule_id) as vi,
            string_agg(message_en, ' ' order by rule_id) as en
        from fct_findings where outcome = 'fail' and file_hash = $value and sheet = $name and cell is not null
        group by cell
        """,
        value=file_hash,
        name=name,
    )
    return {str(row["cell"]): view.say(row["vi"] or "", row["en"] or row["vi"] or "") for row in rows}


def _window(numbers: Iterable[int], middle: int, most: int) -> range:
    """At most ``most`` of the lines from 1 to the last filled one, around ``middle``."""
    last = max(max(numbers), middle)
    first = 1 if last <= most else max(1, min(middle - most // 2, last - most + 1))
    return range(first, min(last, first + most - 1) + 1)


def _grid(view: View, cells: list[dict[str, Any]], place: str, told: dict[str, str]) -> Grid:
    at = {(cell["row_no"], cell["column_no"]): cell for cell in cells}
    asked = _ADDRESS.fullmatch(place)
    row_here, column_here = (int(asked[2]), column_number(asked[1])) if asked else (1, 1)
    rows = _window((row for row, _ in at), row_here, _MOST_ROWS)
    columns = _window((column for _, column in at), column_here, _MOST_COLUMNS)

    def line(row_no: int) -> Iterable[GridCell]:
        for column_no in columns:
            cell, name = at.get((row_no, column_no)), a1_address(row_no, column_no)
            yield GridCell(
                text=str(cell["told"]) if cell else "",
                is_number=cell is not None and cell["kind"] == "number",
                is_here=name == place,
                found=told.get(name, ""),
            )

    note = Words(
        "Ô đang xem có khung đậm; ô có phát hiện còn mở có nền vàng, nội dung ghi trong ô.",
        "The cell in question has a bold frame; a cell with an open finding is yellow and says what was found.",
    )
    lines = [GridRow(row_no, list(line(row_no))) for row_no in rows]
    return Grid(Words("Trong trang tính", "In the sheet"), [column_letters(number) for number in columns], lines, note)
