"""Biểu 5 in the habits of offices: kinds of base in rows, organizations and members in columns."""

from __future__ import annotations

import random
from typing import Any

from bench.printed.figures import COLUMNS, bases
from bench.printed.office import Place, YearDraft
from bench.printed.sheet import YEAR, Figures, Sheet
from bench.printed.wordings import Line, PrintedForm, head_of, line_of, ordinals
from ingest.addresses import a1_address

_UNDER_OVER = ("ORGS", "COMMITTEES", "CELLS")


class MatrixDraft(YearDraft):
    """One sheet of Biểu 5 being written."""

    def __init__(self, chance: random.Random, form: PrintedForm, words: dict[str, Any], place: Place) -> None:
        super().__init__(chance, form, place)
        self.words = words
        self.columns = self._columns()
        self.grouped = {one["before"]: chance.random() < 0.7 for one in self.words["groups"]}
        self.foreign = chance.random() < 0.3
        self.figures = bases(chance)
        self.truth: Figures = {}
        self._running = 0

    def _columns(self) -> list[str]:
        """The columns in their order: members first in some, without section committees or with women in some."""
        found = list(COLUMNS)
        if self.chance.random() < 0.1:
            found.remove("SECTIONS")
        if self.chance.random() < 0.15:
            found = ["MEMBERS", *found[:-1]]
        if self.chance.random() < 0.1:
            found.insert(found.index("MEMBERS") + 1, "women")
        return [*found, "note"] if self.chance.random() < 0.3 else found

    def headings(self) -> None:
        """One row, or two with the organizations below one heading."""
        chance, words = self.chance, self.words
        label: list[str | None] = [*self.left, chance.choice(words["label_heads"])]
        others = {"women": words["women"], "note": ["Ghi chú"]}
        heads: list[str | None] = [chance.choice(words["columns"].get(one) or others[one]) for one in self.columns]
        if chance.random() < 0.5:
            first, top = self.columns.index("ORGS"), len(self.rows) + 1
            low: list[str | None] = [None] * (len(label) + len(heads))
            for at, column in enumerate(_UNDER_OVER):
                low[len(label) + first + at] = chance.choice(words["below_over"][column])
            heads[first : first + 3] = [chance.choice(words["over"]), None, None]
            left = len(label) + first + 1
            self.merged.append((top, left, top, left + 2))
            self.rows += [[*label, *heads], low]
        else:
            self.rows.append([*label, *heads])
        if self.left and chance.random() < 0.5:
            self.rows.append(["A", "B", *range(1, len(heads) + 1)])

    def table(self) -> None:
        """All rows, the total first or last."""
        self.headings()
        lines = [line_of(item, said) for item, said in self.words["lines"].items()]
        if self.chance.random() < 0.3:
            lines = [*lines[1:], lines[0]]
        chosen = self.chance.randrange(60)
        groups = {one["before"]: one for one in self.words["groups"]}
        short: set[str] = set()
        for line in lines:
            if self.grouped.get(line.item):
                group = groups[line.item]
                short |= set(group["lines"])
                mark = group["ordinal"] if self.marks in ("official", "inline") else None
                self.rows.append(self.written(mark, self.chance.choice(group["words"])))
            words = line.short if line.item in short else line.full
            self._line(line, words[chosen % len(words)])
            if line.item == "S9B5" and self.foreign:
                self._wholly_foreign()

    def _line(self, line: Line, text: str) -> None:
        if self.marks == "dashes" and line.item.startswith(("S6", "S9A", "S9B")):
            text = f"- {text}"
        row = self.written(self._mark(line.item), text)
        kept = {column: self.figures[f"{line.item}.{column}"] for column in COLUMNS}
        for column in self.columns:
            place = a1_address(len(self.rows) + 1, len(row) + 1)
            if column in kept:
                blank = self.empty(kept[column])
                self.truth[f"{line.item}.{column}"] = (None if blank else kept[column], place)
                row.append(self.blank() if blank else kept[column])
            else:
                row.append(kept["MEMBERS"] // 2 if column == "women" else None)
        self.rows.append(row)

    def _wholly_foreign(self) -> None:
        row = self.written(None, self.chance.choice(self.words["wholly_foreign"]))
        given = {column: self.figures[f"S9B5.{column}"] for column in COLUMNS}
        self.rows.append([*row, *((given[one] + 1) // 2 if one in given else None for one in self.columns)])

    def _mark(self, item: str) -> str | None:
        own = ordinals(self.form.form)[item]
        if self.marks in ("official", "inline"):
            return own or None
        if self.marks == "none" or item == "TOTAL":
            return None
        if self.marks == "running":
            self._running += 1
            return str(self._running)
        plain = own.lstrip("0123456789")
        if self.marks == "dashes" and plain:
            return None
        # Under "9" the last sign alone tells the lines apart: a and b of the sixth, 1 to 5 of the ninth.
        return f"{own[-1]})" if plain and self.marks != "short" else own


def bases_sheet(chance: random.Random, given: dict[str, Any], place: Place) -> Sheet:
    """One sheet of Biểu 5 in the given words."""
    form = PrintedForm(**head_of(5, given))
    draft = MatrixDraft(chance, form, given, place)
    draft.titles()
    draft.table()
    draft.finish()
    return Sheet(
        place.sheet,
        place.organization,
        draft.rows,
        draft.merged,
        draft.truth,
        {},
        form=form.form,
        label="5",
        period=YEAR.period,
        file=place.file,
        tab=place.tab,
    )
