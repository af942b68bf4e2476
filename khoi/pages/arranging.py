"""The view of a listing that an address asks for: searched, sorted, one page of it; and the same rows as a file."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ingest.labels import label_key, without_accents
from khoi.pages.blocks import Column, Listing, Row

PAGE_ROWS = 100
"""So many rows stand on one page of a listing."""


@dataclass(frozen=True)
class Arranged:
    """One listing as a page shows it. ``rows``: those of the page; ``found``: how many rows the search left."""

    listing: Listing
    rows: list[Row]
    found: int
    search: str
    sorted_by: str
    descending: bool
    page: int
    pages: int


def arranged(listing: Listing, asked: Mapping[str, str]) -> Arranged:
    """The view of ``listing`` that ``asked`` (the words of the address) says; unknown columns and pages are the first.

    ``KEY.q`` searches all shown texts, accents and capitals aside; ``KEY.sort`` names a column, with ``-`` before it
    downwards; ``KEY.page`` counts from 1.
    """
    rows, search, order = _all_rows(listing, asked)
    pages = max(1, math.ceil(len(rows) / PAGE_ROWS))
    number = asked.get(f"{listing.key}.page", "1")
    page = min(max(int(number), 1), pages) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    shown = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return Arranged(listing, shown, len(rows), search, order.lstrip("-"), order.startswith("-"), page, pages)


def all_rows(listing: Listing, asked: Mapping[str, str]) -> list[Row]:
    """Every row that the search leaves, in the order asked for."""
    return _all_rows(listing, asked)[0]


def address(asked: Mapping[str, str], **changed: str | None) -> str:
    """The words of an address with ``changed`` ones; None takes one away. ``__`` in a name stands for its dot."""
    new = {name.replace("__", "."): value for name, value in changed.items()}
    kept = {**asked, **new}
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def _all_rows(listing: Listing, asked: Mapping[str, str]) -> tuple[list[Row], str, str]:
    search = asked.get(f"{listing.key}.q", "").strip()
    words = _folded(search).split()
    rows = [row for row in listing.rows if not words or _has(row, listing.columns, words)]
    order = asked.get(f"{listing.key}.sort", "")
    column = next((one for one in listing.columns if one.name == order.lstrip("-")), None)
    if column is None:
        return rows, search, ""
    filled = [row for row in rows if row.get(column.name) is not None]
    empty = [row for row in rows if row.get(column.name) is None]  # nothing is neither first nor last: it stands below
    return sorted(filled, key=lambda row: _rank(row[column.name]), reverse=order.startswith("-")) + empty, search, order


def _has(row: Row, columns: Any, words: list[str]) -> bool:
    text = _folded(" ".join(_text(row.get(column.name), column) for column in columns))
    return all(word in text for word in words)


def _text(value: object, column: Column) -> str:
    if isinstance(value, dt.date) and column.kind == "day":
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def _folded(text: str) -> str:
    return without_accents(label_key(text))


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, int | float):
        return (0, value)
    return (1, value.isoformat()) if isinstance(value, dt.date) else (2, _folded(str(value)))
