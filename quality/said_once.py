"""A suggestion shown once: at the finding whose cell it is about. Other findings that it mends as well refer to it.

One wrong cell breaks several rules, and each finding carries what the localiser says (`quality.suspects`): the table is
asked finding by finding. Whoever reads a list of them would read the same proposal under every line. Belongs here: what
people are shown of findings in an order. Does not belong here: what the findings hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ingest.addresses import without_spans_of_one
from quality.suspects import REASONS_BEGIN

_PLACE = re.compile(r"(.+)!([A-Z]+\d+)(?=[: ])")
Row = Mapping[str, Any]
Refer = Callable[[int, Row], str]
"""(number of the line that shows it, its finding) -> the words with which another line leads there."""


def said_once(findings: Sequence[Row], refer: Refer) -> list[dict[str, Any]]:
    """``findings`` in the order in which they are shown; of those with one suggestion all but one refer to that one.

    It stands at the finding of the very cell, else at the first that looks at the cell, else at the first. What only
    refers keeps the message of its rule, without the reasons that stand beside the suggestion. Keys used: file_hash,
    sheet, cell, cells, suggested and, where they are there, message_vi and message_en.
    """
    homes: dict[tuple[object, str], tuple[int, int]] = {}
    for number, row in enumerate(findings):
        for part in _parts(row):
            key = (row["file_hash"], part)
            homes[key] = min(homes.get(key, (len(_FITS), 0)), (_far(row, part), number))
    shown = []
    for number, row in enumerate(findings):
        at = {part: homes[row["file_hash"], part][1] for part in _parts(row)}
        if all(home == number for home in at.values()):
            shown.append(_as_shown(row))
            continue
        told = [part if home == number else refer(home + 1, findings[home]) for part, home in at.items()]
        messages = {f"message_{one}": without_reasons(row[f"message_{one}"], one) for one in REASONS_BEGIN}
        kept = messages if number not in at.values() else {}
        shown.append(_as_shown({**row, **kept, "suggested": "; ".join(dict.fromkeys(told))}))
    return shown


def _as_shown(row: Row) -> dict[str, Any]:
    """The row; in what is suggested a range of one cell is that cell (a list of one row is found by its range)."""
    suggested = row.get("suggested")
    return {**row, "suggested": without_spans_of_one(suggested)} if isinstance(suggested, str) else dict(row)


def _parts(row: Row) -> list[str]:
    """The single suggestions of a finding."""
    suggested = row.get("suggested")
    return suggested.split("; ") if isinstance(suggested, str) and suggested else []


_FITS: tuple[Callable[[Row, str, str], bool], ...] = (
    lambda row, sheet, cell: (row.get("sheet"), row.get("cell")) == (sheet, cell),
    lambda row, sheet, cell: f"{sheet}!{cell}=" in f"{row.get('cells')}=",
    lambda row, sheet, cell: True,
)
"""What makes a finding the place of a suggestion about a cell, nearest first."""


def _far(row: Row, suggested: str) -> int:
    place = _PLACE.match(suggested)
    sheet, cell = place.groups() if place else ("", "")
    return next(far for far, fits in enumerate(_FITS) if fits(row, sheet, cell))


def without_reasons(message: str, language: str) -> str:
    """What a rule says, without the reasons why a cell is suspected."""
    return message.partition(f" {REASONS_BEGIN[language]}")[0]


def by_place_vi(number: int, home: Row) -> str:
    """Where a suggestion stands, as a place of the workbook; without one by the number of the line."""
    return f"Xem đề nghị ở {_place(home) or f'dòng {number}'}"


def by_place_en(number: int, home: Row) -> str:
    """The same in English."""
    return f"See what is proposed at {_place(home) or f'line {number}'}"


def _place(home: Row) -> str:
    return "!".join(str(home[part]) for part in ("sheet", "cell") if isinstance(home[part], str) and home[part])
