"""Which edition of the reader a lake was read with: another one reads everything again from the landed bytes.

What earlier editions let into `lake/cells` - names, telephone numbers - must not stay there because nothing asks for it
again. Belongs here: the note of the edition and clearing what it stands for. Does not belong here: trying refused files
again (`ingest.receive.second_tries`), normalising again (`ingest.normalise.partitions`, which counts this edition in).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ingest.durable import write_text

READ_EDITION = 5
"""Raised when the same bytes give other cells: 2 keeps only known texts of a workbook (decision 0038), 3 knows them in
the fonts of the years before Unicode, 4 marks formulas that add single cells (decision 0074), 5 marks figures in
merged cells (decision 0106)."""
_NOTE = "read_edition.txt"
# The submissions first: without them nothing of the rest is looked at.
_READ = ("submissions", "received_findings", "cells")


def read_anew(lake: Path) -> bool:
    """Clear what another edition read, so that this pass reads it again; True where there was something.

    The receipts must hold every file of the lake before. A call that is cut off is made again by the next one.
    """
    note = lake / _NOTE
    if note.is_file() and note.read_text("utf-8", "replace").strip() == str(READ_EDITION):
        return False
    was_read = any((lake / "submissions").glob("*.parquet"))
    for name in _READ:
        shutil.rmtree(lake / name, ignore_errors=True)
    if any((lake / name).exists() for name in _READ):
        raise OSError(f"{lake}: không xóa được dữ liệu cũ, có chương trình đang mở / a file of the lake is held open")
    write_text(note, str(READ_EDITION))
    return was_read
