"""Which sheets of a file are read, and that each has a name of its own.

Belongs here: what the names of sheets tell before any cell is read. Does not belong here: which of them is which form
(`ingest.sheet_names`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from ingest.check_sheets import sheets_to_read
from ingest.privacy import without_persons
from ingest.reading.package import UnsafeFile


def sheets_of(names: Collection[str]) -> list[str]:
    """The sheets to read, in order. Raises UnsafeFile where two have one name: readers ask for sheets by their names,
    so one would be read twice and the other never; the spreadsheet programs repair such a file when they open it."""
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise UnsafeFile("damaged", f"hai trang cùng tên “{without_persons(twice)}”")
    return sheets_to_read(names)
