"""What printed forms repeat of the same period a year before: read to be held against what was accepted then.

Such a figure is no value of its period and none of the former one: it enters no table of the lake. Belongs here: the
figures with their cells. Does not belong here: whether they are right (`quality.submissions.comparatives`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.catalogue.printed import PrintedTable
from ingest.lake import CELLS
from ingest.layouts import LayoutReader, LayoutReading
from ingest.layouts.spelling import code_spellings
from ingest.normalise.values import parse_count
from ingest.reference import Reference
from ingest.rosters import rosters_of

_COLUMNS = ["file_hash", "cell_code", "sheet", "cell", "value"]
_CELL = ["sheet", "row_no", "column_no", "kind", "text"]


def printed_submissions(submissions: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Those of ``submissions`` that are official forms as they are printed."""
    printed = {
        layout.layout for layout in catalogue.layouts if any(isinstance(table, PrintedTable) for table in layout.tables)
    }
    return submissions[submissions["layout"].isin(printed) & (submissions["read_state"] == "identified")]


def comparative_figures(
    cells: pd.DataFrame, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> pd.DataFrame:
    """One row per figure of a year before: file_hash of the submission, cell_code, sheet, cell and value (a count)."""
    mine = printed_submissions(submissions, catalogue)
    sources = cells[cells["file_hash"].isin(mine["part_of"])]
    known, reader = (
        set(mine["file_hash"]),
        LayoutReader(catalogue.layouts, rosters_of(reference), code_spellings(reference)),
    )
    rows: list[tuple[object, ...]] = []
    for source, group in sources.groupby("file_hash"):
        reading = reader.read(group[_CELL].itertuples(index=False, name=None))
        if isinstance(reading, LayoutReading):
            rows += [row for row in _of_reading(str(source), reading) if row[0] in known]
    return pd.DataFrame(rows, columns=_COLUMNS)


def comparatives_in_lake(
    folder: Path, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> pd.DataFrame:
    """`comparative_figures` of the cells in ``folder``; only those of printed forms are read."""
    mine = printed_submissions(submissions, catalogue)
    files = [folder / name for name in sorted(set(mine["cells_file"])) if name]
    if not files:
        return pd.DataFrame(columns=_COLUMNS)
    wanted = [("file_hash", "in", sorted(set(mine["part_of"])))]
    cells = pq.read_table(files, schema=CELLS, filters=wanted).to_pandas()
    return comparative_figures(cells, mine, catalogue, reference)


def _of_reading(source: str, reading: LayoutReading) -> Iterator[tuple[object, ...]]:
    """The figures of a year before on the sheets of each part."""
    for part, fit in reading.sheets_of_parts():
        former = fit.column("former")
        for row, line in fit.lines.items() if former is not None else ():
            kind, text = fit.grid.cells.get((row, former or 0), (None, None))
            value = None if kind is None or text is None else parse_count(kind, text).value
            if value is not None and line.cells:
                place = a1_address(row, former or 0)
                yield part.submission_hash(source), next(iter(line.cells)), fit.grid.sheet, place, value
