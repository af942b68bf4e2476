"""A suggestion shown once: where it is read first. Other findings that it mends as well refer to it.

One wrong cell breaks several rules, and each finding carries what the localiser says (`quality.suspects`): the table is
asked finding by finding. Whoever reads a list of them would read the same proposal under every line. Belongs here: what
people are shown of findings in an order. Does not belong here: what the findings hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quality.suspects import REASONS_BEGIN

Row = Mapping[str, Any]
Refer = Callable[[int, Row], str]
"""(number of the line that shows it, its finding) -> the words with which another line leads there."""


def said_once(findings: Sequence[Row], refer: Refer) -> list[dict[str, Any]]:
    """``findings`` in the order in which they are shown; of those with one suggestion the later refer to the first.

    What refers keeps the message of its rule, without the reasons that stand beside the suggestion. Keys used:
    file_hash, suggested and, where they are there, message_vi and message_en.
    """
    first: dict[tuple[object, str], tuple[int, Row]] = {}
    shown = []
    for number, row in enumerate(findings, start=1):
        suggested = row.get("suggested")
        if not isinstance(suggested, str) or not suggested:
            shown.append(dict(row))
            continue
        key = (row["file_hash"], suggested)
        if key not in first:
            first[key] = (number, row)
            shown.append(dict(row))
            continue
        messages = {f"message_{one}": without_reasons(row[f"message_{one}"], one) for one in REASONS_BEGIN}
        shown.append({**row, **messages, "suggested": refer(*first[key])})
    return shown


def without_reasons(message: str, language: str) -> str:
    """What a rule says, without the reasons why a cell is suspected."""
    return message.partition(f" {REASONS_BEGIN[language]}")[0]


def by_rule_vi(_: int, first: Row) -> str:
    """Where a suggestion stands, by rule and cell."""
    return f"Xem đề nghị ở {_named(first)}"


def by_rule_en(_: int, first: Row) -> str:
    """The same in English."""
    return f"See what is proposed at {_named(first)}"


def _named(first: Row) -> str:
    place = "!".join(str(first[part]) for part in ("sheet", "cell") if isinstance(first[part], str) and first[part])
    return ", ".join(part for part in (str(first["rule_id"]), place) if part)
