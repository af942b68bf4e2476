"""What the columns of a printed form are: by the words of their headings, by years, by being the only one left.

Of a form with one figure a line exactly one column is the period's own; of a form with several each is one of its own
columns. Belongs here: one row of headings read as paths, and what each path says. Does not belong here: which rows are
lines (`ingest.layouts.printed`), columns whose words say nothing (`ingest.layouts.columns_by_witness`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.catalogue.layout import ColumnRole, LayoutColumn
from ingest.catalogue.printed import PrintedColumn, PrintedLine, PrintedTable
from ingest.layouts.columns_by_witness import Figures, columns_by_witness
from ingest.layouts.grid import Grid
from ingest.printed_words import concepts_of, role_of

_FIGURE = re.compile(r"[\s(\-–−]*\d[\d.,\s)%]*|[\-–−]")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ASIDE: dict[str, ColumnRole] = {"former": "former", "percent": "percent", "other": "ignored"}
_WHY = {
    "former": "số cùng kỳ năm trước: được đối chiếu với báo cáo của kỳ đó",
    "percent": "tỷ lệ: được tính lại",
    "other": "cột không phải số liệu của kỳ",
}


@dataclass(frozen=True)
class _Heading:
    path: tuple[str, ...]
    role: str | None
    year: int | None


def printed_columns(
    table: PrintedTable,
    grid: Grid,
    headings: tuple[int, int],
    left: tuple[int, int | None],
    rows: dict[int, PrintedLine],
) -> dict[int, LayoutColumn]:
    """Column -> what it is, of those whose heading says so. ``left``: the columns of labels and of ordinals."""
    (top, bottom), (label, ordinals) = headings, left
    found = {label: LayoutColumn(header=[grid.text((top, label)) or "Nội dung"], role="label")}
    if ordinals is not None:
        found[ordinals] = LayoutColumn(header=[grid.text((top, ordinals)) or "TT"], role="ordinal")
    heads = {
        column: _Heading(path, role_of(path), _year(path))
        for column, path in grid.headings(top, bottom).items()
        if column not in found
    }
    filled = [column for column in grid.columns if any(is_figure_on_paper(grid, (row, column)) for row in rows)]
    if table.members:
        said = found | _member_columns(table, heads)
        texts = {column: heads[column].path[-1] for column in heads if column not in said}
        texts |= {column: "" for column in filled if column > label and column not in said and column not in heads}
        return said | _witnessed(table, Figures(grid, rows), texts, said)
    filled = [column for column in filled if column in heads]
    for column, role in _by_year(heads, _by_elimination(heads, filled)).items():
        if role is not None and role in _WHY:
            printed_as = _ASIDE[role]
            found[column] = LayoutColumn(header=list(heads[column].path), role=printed_as, reason=_WHY[role])
        elif role == "value":
            found[column] = LayoutColumn(header=list(heads[column].path))
    return found


def _member_columns(table: PrintedTable, heads: dict[int, _Heading]) -> dict[int, LayoutColumn]:
    """The columns of a form with several: what the lowest text of a heading speaks of, else all its texts together."""
    found: dict[int, LayoutColumn] = {}
    for column, head in heads.items():
        said = [concepts_of(text, table.vocabulary) for text in (head.path[-1], " ".join(head.path))]
        members = [name for one in said for name, sets in table.members.items() if one in sets]
        if members:
            found[column] = LayoutColumn(header=list(head.path), member=members[0])
        elif head.role in _WHY:
            found[column] = LayoutColumn(header=list(head.path), role=_ASIDE[head.role], reason=_WHY[head.role])
    return found


def _witnessed(
    table: PrintedTable, figures: Figures, texts: dict[int, str], said: dict[int, LayoutColumn]
) -> dict[int, LayoutColumn]:
    """The columns that their words did not say and their place and another witness did."""
    known = {column: one.member for column, one in said.items() if one.member is not None}
    told = columns_by_witness(table, figures, texts, known)
    labels = {column.member: column.header for column in table.columns}
    return {
        column: PrintedColumn(header=[texts[column] or labels[member][0]], member=member, by_place=True)
        for column, member in told.items()
    }


def _by_elimination(heads: dict[int, _Heading], filled: list[int]) -> dict[int, str | None]:
    """The roles; the one column with figures whose heading says nothing is the period's where no other is."""
    roles = {column: one.role for column, one in heads.items()}
    silent = [column for column in filled if roles[column] is None and heads[column].year is None]
    values = [column for column, role in roles.items() if role == "value" or (role is None and heads[column].year)]
    return roles | {silent[0]: "value"} if len(silent) == 1 and not values else roles


def _by_year(heads: dict[int, _Heading], roles: dict[int, str | None]) -> dict[int, str | None]:
    """Of headings that name years the latest is the period, the one before it the same period a year before."""
    years = {column: one.year for column, one in heads.items() if one.year and roles[column] in (None, "value")}
    if not years:
        return roles
    latest = max(years.values())
    others = [column for column, role in roles.items() if role == "value" and column not in years]
    if others:  # the period's column is told by a word, so a year is that of another
        return roles | {column: "former" if len(years) == 1 else None for column in years}
    told = {0: "value", 1: "former"}
    return roles | {column: told.get(latest - year) for column, year in years.items()}


def _year(path: tuple[str, ...]) -> int | None:
    years = [int(year) for text in reversed(path) for year in YEAR.findall(text)]
    return years[0] if years else None


def is_figure_on_paper(grid: Grid, place: tuple[int, int]) -> bool:
    """True for a number, and for a text that offices write for one: with dots, in brackets, a dash for none."""
    kind, text = grid.cells.get(place, ("", ""))
    return kind == "number" or (kind == "text" and _FIGURE.fullmatch(text) is not None)
