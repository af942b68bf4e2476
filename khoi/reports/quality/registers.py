"""The page of the registers: every mistake with its line, column and remedy, in the quality site.

Written whenever the registers keep a command from running, and by `khoi registers check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from ingest.durable import write_text
from ingest.register_files.declared import column_heading
from ingest.register_files.mistakes import Mistake, in_order
from khoi.reports.quality.layout import keep_look, page_environment

PAGE = "registers.html"


def write_registers_page(site: Path, folder: Path, mistakes: Sequence[Mistake]) -> Path:
    """Write ``site``/registers.html about the registers in ``folder``; returns its path."""
    listed = in_order(mistakes)
    listed.sort(key=lambda one: one.place.file)
    rows = [
        {
            "place": one.place,
            "severity": one.severity,
            "heading": column_heading(one.place.column) if one.place.column else None,
            "vi": one.told("vi"),
            "en": one.told("en"),
        }
        for one in listed
    ]
    files = [(file, list(part)) for file, part in groupby(rows, key=lambda row: row["place"].file)]  # type: ignore[union-attr]
    environment = page_environment()
    text = environment.get_template("registers.html.j2").render(
        root="",
        as_of=None,
        folder=str(folder),
        mistakes=listed,
        hard=sum(one.severity == "hard" for one in listed),
        files=files,
    )
    keep_look(site)
    write_text(site / PAGE, text)
    return site / PAGE
