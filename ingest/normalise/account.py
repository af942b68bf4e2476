"""The account of every filled cell, for people: read into a value, left aside for a named reason, or a finding.

The account itself is worked out while normalising (`sql/account.sql`); here it is handed over for single workbooks,
with the reasons in words (`account.yaml`). Belongs here: the telling. Does not belong here: what is ignorable.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.database import open_database
from ingest.normalise.tables import CELL_COLUMNS, prepare
from ingest.program_yaml import declared_in
from ingest.reference import Reference

REASONS_FILE = Path(__file__).with_name("account.yaml")
_COLUMNS = ["file_hash", "file_name", "sheet", "row_no", "column_no", "cell", "text", "outcome", "reason"]


@cache
def account_reasons() -> dict[str, dict[str, str]]:
    """Reason -> its words (vi, en). An ``unreadable`` value has the name of its finding as reason instead."""
    declared: dict[str, dict[str, str]] = declared_in(REASONS_FILE)
    return declared


def account_of(
    cells: pd.DataFrame, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> pd.DataFrame:
    """One row per filled cell of the forms' sheets, and of sheets beyond them, of the identified ``submissions``.

    Columns: file_hash, file_name, sheet, row_no, column_no, cell, text (as it may land), reason, outcome: ``value``,
    ``unreadable`` (asked for, but only its finding tells), ``ignored`` (for a named reason), ``unread`` (a finding).
    """
    with open_database() as connection:
        connection.register("given_cells", cells[["file_hash", *CELL_COLUMNS]])
        if not prepare(connection, "given_cells", submissions, catalogue, reference):
            return pd.DataFrame(columns=_COLUMNS)
        return connection.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM account JOIN files USING (file_no)"
            " ORDER BY file_name, file_hash, sheet, row_no, column_no"
        ).df()
