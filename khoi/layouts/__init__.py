"""Proposing the layout of an unknown file: `khoi layout suggest`.

Belongs here: finding the table of the sheet (`table_detection`), how like each other a heading and a cell are
(`likeness`, `printed_likeness`), what a heading says at all (`heading_words`), lines that cross columns (`crossed`),
what the figures say by adding up (`roles`), the choice or the refusal (`suggest`), the declaration as
text (`declaration`); of lists of records which column is which field (`lists`, `field_likeness`).
"""

from khoi.layouts.declaration import declaration_text
from khoi.layouts.suggest import Suggestion, suggest_layout
from khoi.layouts.table_detection import NoTable

__all__ = ["NoTable", "Suggestion", "declaration_text", "suggest_layout"]
