"""A new workbook, made the same way everywhere: what is given as a text stays that text, whoever wrote it.

A sender's ``=HYPERLINK(...)`` in a workbook of ours would be reckoned by whoever opens it.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_TEXTS_STAY = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


def new_workbook(target: str | IO[bytes], **options: bool) -> Workbook:
    """An empty workbook, written to ``target`` when it is closed; ``options`` are XlsxWriter's own besides ours."""
    from xlsxwriter import Workbook

    return Workbook(target, {**options, **_TEXTS_STAY})
