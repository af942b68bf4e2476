"""What goes into one organization's workbook."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Value = int | float | str | dt.date


@dataclass(frozen=True)
class WorkbookContent:
    """Whose workbook, for which period, and what is filled in already (nothing: the blank workbook).

    ``marks`` holds what the mark “nothing in the period” says, by form (`ingest.words.NOTHING`, ``NOTHING_ELSE``).
    ``is_prefilled``: what is filled in was not typed by the sender but is known, and is shown as such.
    ``matrix`` holds values by form and (item, column), ``records`` lists of field values by form.
    A code is given as its code and written as its Vietnamese label.
    """

    committee_code: str
    organization_code: str
    organization_name: str
    period_code: str
    submission_no: int = 1
    matrix: dict[str, dict[tuple[str, str], Value]] = field(default_factory=dict)
    records: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    is_prefilled: bool = False
