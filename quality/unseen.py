"""Hidden or struck-out rows that were counted, and the contradictions they take part in: each leads to the other.

Nobody who compares two sheets sees a hidden row; where its figures are in what contradicts, it is the first thing to
look at. Belongs here: findings of one workbook that have a cell in common. Does not belong here: that a row is hidden
(`ingest/normalise/sql/unread_content.sql`), which cell is probably wrong (`quality.localise`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from ingest.addresses import column_number
from ingest.findings import finding_texts

_UNSEEN = ("row_hidden", "row_struck", "column_hidden")
_AREA = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?(?=[ =]|$)")
_Area = tuple[str, int, int, int, int]


def pointing(findings: pd.DataFrame) -> pd.DataFrame:
    """``findings`` in which what is hidden and the broken rules that count it name each other.

    The sentences are those of `ingest/findings.yaml` (contradicted, hidden_in), behind what the messages say.
    """
    hidden = findings["rule_id"].isin(_UNSEEN) & findings["cells"].notna()
    if not hidden.any():
        return findings
    told = findings.copy()
    ruled = findings[(findings["engine"] == "rule") & findings["file_hash"].isin(findings.loc[hidden, "file_hash"])]
    areas = {at: list(_areas(cells)) for at, cells in ruled["cells"].items() if isinstance(cells, str)}
    for at, row in findings[hidden].iterrows():
        own = list(_areas(str(row["cells"])))
        counted = [other for other, theirs in areas.items() if ruled.at[other, "file_hash"] == row["file_hash"]
                   and _meet(own, theirs)]  # fmt: skip
        if not counted:
            continue
        places = "; ".join(dict.fromkeys(_place(ruled.loc[other]) for other in counted))
        words = finding_texts()[str(row["rule_id"])]
        line = re.sub(r"\D", "", row["cell"]) if row["rule_id"] != "column_hidden" else re.sub(r"\d", "", row["cell"])
        for language in ("vi", "en"):
            column = f"message_{language}"
            told.at[at, column] += " " + words[f"contradicted_{language}"].format(places=places)
            sentence = words[f"hidden_in_{language}"].format(detail=line, sheet=row["sheet"])
            for other in counted:
                told.at[other, column] = f"{_ended(told.at[other, column])} {sentence}"
    return told


def _place(row: pd.Series) -> str:
    return f"{row['sheet']}!{row['cell']}"


def _ended(message: str) -> str:
    return message if message.endswith((".", "?", "!")) else f"{message}."


def _areas(cells: str) -> Iterator[_Area]:
    """The sheet and the bounds of every cell or range in ``Biểu 1!C14=1; Chuyển sinh hoạt!E8:E9 [TRONG_TINH]=3``."""
    for one in cells.split("; "):
        sheet, _, place = one.rpartition("!")
        if found := _AREA.match(place):
            first, top, last, bottom = found.groups()
            left, right = column_number(first), column_number(last or first)
            yield sheet, left, int(top), right, int(bottom or top)


def _meet(own: Iterable[_Area], theirs: Iterable[_Area]) -> bool:
    return any(
        one[0] == other[0] and one[1] <= other[3] and other[1] <= one[3] and one[2] <= other[4] and other[2] <= one[4]
        for one in own
        for other in theirs
    )
