"""A matrix form with what it counts over the figures; whose they are, or which kind of base, stands before them.

Belongs here: lines and columns of such a sheet. Does not belong here: the other way round (`matrix_down`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import takewhile

from ingest.catalogue.layout import LayoutColumn, LayoutLine
from ingest.catalogue.printed import PrintedColumn
from ingest.labels import label_key
from ingest.layouts.fit import Fit
from ingest.layouts.items_by_place import Whose, items_by_place
from ingest.layouts.matrix_by_sum import Series, figure, members_by_sum, whole_by_sum
from ingest.layouts.matrix_sheet import DEEPEST, FORMER, KIND, PERCENT, Columns, Lines, MatrixSheet, members
from ingest.layouts.matrix_words import Said
from ingest.layouts.printed_columns import YEAR
from ingest.printed_words import parted


class Across(MatrixSheet):
    """What is counted stands over the figures, whose it is or which kind of base before them."""

    @cached_property
    def _place(self) -> tuple[int, int]:
        """The rows of headings in which most is said of what is counted."""
        best, most = (0, 0), 0
        for top in self.grid.rows:
            for bottom in range(top, top + DEEPEST):
                if bottom not in self.grid.rows or self._is_figures(bottom) or self.grid.is_numbering(bottom):
                    break
                number = len(members(self._heads(top, bottom)))
                # Of as many the lowest rows: a title above them is no heading.
                if number > most or (number == most > 0 and top > best[0] and bottom <= best[1]):
                    best, most = (top, bottom), number
        while self._heads_more(best[0] - 1):
            best = best[0] - 1, best[1]
        while best[1] and self._heads_below(best[1] + 1):
            best = best[0], best[1] + 1
        return best

    def _heads_below(self, row: int) -> bool:
        """True for a row of several texts without a label below the headings: number and percentage of each."""
        filled = self.grid.rows.get(row, {})
        return (
            len(filled) > 1
            and min(filled) > min(self.grid.columns)
            and not (self.figures(row, 0) or self.grid.is_numbering(row))
        )

    def _heads_more(self, row: int) -> bool:
        """True for a row of several texts that stands over the headings and is no title."""
        texts = [self.grid.text((row, at)) for at in self.grid.rows.get(row, {})]
        return len(texts) > 1 and not self._is_figures(row) and not any(map(self.words.is_title, texts))

    def _is_figures(self, row: int) -> bool:
        typed = [at for at in self.figures(row, 0) if not YEAR.search(self.grid.text((row, at)))]
        return len(typed) > 1 or any(kind == "number" for kind, _ in self.grid.rows[row].values())

    def _heads(self, top: int, bottom: int) -> dict[int, Said]:
        return {at: self.words.said(path) for at, path in self.grid.headings(top, bottom).items()}

    @property
    def is_one(self) -> bool:
        """True where enough of the form's columns stand beside each other and the sheet says that it is the form."""
        enough = self._place[0] > 0 and len(members(self._all_said)) >= self.table.matrix_form.fewest
        return enough and self.is_titled(self._place[0])

    @cached_property
    def _all_said(self) -> dict[int, Said]:
        """Column -> what its heading says, what only a sum tells with it."""
        labels = self._labels()
        heads = {at: Said() if at in labels else said for at, said in self._heads(*self._place).items()}
        values = [at for at, said in heads.items() if said.member and not said.aside]
        if not values or any(heads[at].item for at in values):
            return heads
        rows, columns = self._figures_of(heads, min(values))
        paths = self.grid.headings(*self._place)
        series = [
            Series(at, self._text(paths[at]), heads[at].member, tuple(figure(self.grid, (row, at)) for row in rows))
            for at in heads
            if at in columns and not heads[at].aside
        ]
        told = members_by_sum(self.table, series) if rows and {*values} <= {*columns} else {}
        return {at: replace(said, member=told[at], by_place=True) if at in told else said for at, said in heads.items()}

    def _labels(self) -> list[int]:
        """The columns below whose headings texts stand and no figure: what their heading says heads the lines."""
        rows = [row for row in self.grid.rows if row > self._place[1] and not self.grid.is_numbering(row)]
        below = {at: [row for row in rows if (row, at) in self.grid.cells] for at in self.grid.columns}
        counted = {at for row in rows for at in self.figures(row, 0)}
        return [at for at, filled in below.items() if filled and at not in counted]

    def _text(self, path: Sequence[str]) -> str:
        """The lowest text of a heading that says of what: not that figures follow."""
        texts = [text for text in reversed(path) if not self.words.said((text,)).is_plain]
        return texts[0] if texts else path[-1]

    def _figures_of(self, heads: Mapping[int, Said], first: int) -> tuple[list[int], list[int]]:
        """The rows below the headings with figures, and the columns right of all labels that hold whole numbers."""
        below = [row for row in self.grid.rows if row > self._place[1] and not self.grid.is_numbering(row)]
        rows = [row for row in takewhile(lambda row: not self.grid.is_end(row), below) if self.figures(row, first - 1)]
        texts = (
            at for at in range(1, first) if any(self.grid.cells.get((row, at), ("",))[0] == "text" for row in rows)
        )
        label = max(texts, default=first - 1)
        _, columns = self.counted(rows, [at for at in heads if at > label])
        return rows, columns

    def fits(self) -> list[Fit]:
        """One place for each item that columns speak of, or one for all."""
        item, missing = self.title(self._place[0])
        heads = self._all_said
        values = {at: said for at, said in heads.items() if said.member and not said.aside}
        first = min(values)
        own = {said.item for said in values.values() if said.item is not None and said.item != item}
        lines, lost = self._lines(first, item if not own else None, named=not own)
        fits = []
        names: list[str | None] = [*sorted(own)] if own else [item]
        for name in names:
            mine = {at: said for at, said in values.items() if not own or said.item == name}
            columns = self._columns(heads, mine, set(values) - set(mine), first)
            of_item = self._of_item(lines, name) if own and name else lines
            times = Counter(column.member for column in columns.values() if column.member)
            twice = [str(member) for member, often in times.items() if often > 1]
            fits.append(self.fit(name, self._place, columns, of_item, [*missing, *lost, *map(self._label_of, twice)]))
        return fits

    def _of_item(self, lines: Lines, item: str) -> Lines:
        """The line of all, as one of the item that its columns speak of."""
        return {
            row: line if not line.cells else LayoutLine(label=line.label, cells=self.code(item))
            for row, line in lines.items()
        }

    def _columns(self, heads: dict[int, Said], mine: dict[int, Said], others: Collection[int], first: int) -> Columns:
        paths = self.grid.headings(*self._place)
        found: Columns = {
            at: PrintedColumn(header=list(paths[at]), member=said.member, by_place=said.by_place)
            for at, said in mine.items()
        }
        for at, said in heads.items():
            if said.aside or at in others:
                reason = PERCENT if said.aside == "percent" else FORMER if said.aside else "số của đối tượng khác"
                found[at] = LayoutColumn(header=list(paths[at]), role="ignored", reason=reason)
        label = max((at for at in self.grid.columns if at < first and at not in found), default=None)
        return (
            found
            | ({label: LayoutColumn(header=["Nội dung"], role="label")} if label is not None else {})
            | {
                at: LayoutColumn(header=["TT"], role="ordinal")
                for at in self.grid.columns
                if label is not None and at < label
            }
        )

    def _lines(self, first: int, item: str | None, *, named: bool) -> tuple[Lines, list[str]]:
        """The lines of items, else the one of all or the only one; and what is missing."""
        said = dict(self._said_below(first))
        aside: Lines = {row: LayoutLine(label=text, reason=KIND) for row, (text, one) in said.items() if one.is_kind}
        aside |= {row: LayoutLine(label=text, reason=PERCENT) for row, (text, one) in said.items() if one.aside}
        said |= self._whose(said, first) if named else {}
        items = Counter(one.item for _, one in said.values() if one.item and not one.aside)
        known = {row: one for row, (_, one) in said.items() if one.item and not one.aside and items[one.item] == 1}
        if named and (len(known) > 1 or (known and item in (None, *(one.item for one in known.values())))):
            lines = {
                row: self.line(said[row][0], self.code(str(one.item)), by_place=one.by_place)
                for row, one in known.items()
            }
            return lines | aside, []
        if named and item is None:
            return aside, ["đối tượng (tên biểu)"]
        wholes = [row for row, (_, one) in said.items() if one.is_whole]
        left = [row for row, (text, one) in said.items() if row not in aside and (not label_key(text) or one.is_plain)]
        kinds = [row for row, (_, one) in said.items() if one.is_kind]
        others = [row for row in said if row not in aside and row not in wholes and row not in left]
        chosen = wholes or (kinds if not left and not others else left if not kinds and not others else [])
        by_sum = [] if wholes else self._adding_up([*left, *kinds, *others])
        chosen = [row for row in by_sum if row not in kinds] or chosen
        members = [at for at, one in self._all_said.items() if one.member and not one.aside]
        if len(chosen) != 1 or not self._is_most([[(chosen[0], at), *((row, at) for row in kinds)] for at in members]):
            return aside, ["dòng Tổng số"]
        whose = item or self.table.printed_lines[0].item
        label = said[chosen[0]][0] or "Tổng số"
        return aside | {chosen[0]: self.line(label, self.code(whose), by_place=chosen[0] in by_sum)}, []

    def _whose(self, said: Mapping[int, tuple[str, Said]], first: int) -> dict[int, tuple[str, Said]]:
        """The lines whose item their place and a second witness tell. ``first``: the first column of figures."""
        rows = {row: one for row, (_, one) in said.items() if not (one.aside or one.is_whole)}
        if any(one.is_kind for one in rows.values()):
            return {}
        marks = {
            row: [self.grid.text((row, at)).strip(" .)(") for at in self.grid.rows[row] if at < first] for row in rows
        }
        given = [
            Whose(row, said[row][0], one.item, next(filter(str.isdigit, marks[row]), parted(said[row][0])[0]))
            for row, one in rows.items()
        ]
        told = items_by_place(self.words, given)
        return {row: (said[row][0], replace(said[row][1], item=item, by_place=True)) for row, item in told.items()}

    def _adding_up(self, rows: Collection[int]) -> list[int]:
        """The line that is the sum of all the others in each column of the form."""
        columns = [at for at, one in self._all_said.items() if one.member and not one.aside]
        told = whole_by_sum({row: [figure(self.grid, (row, at)) for at in columns] for row in rows})
        return [told] if told is not None else []

    def _said_below(self, first: int) -> Iterator[tuple[int, tuple[str, Said]]]:
        """Each row below the headings with figures: the text before them and what it says."""
        for row in self.grid.rows:
            if row <= self._place[1] or self.grid.is_numbering(row):
                continue
            if self.grid.is_end(row):
                return
            if self.figures(row, first - 1):
                before = [self.grid.text((row, at)) for at in self.grid.rows[row] if at < first]
                texts = [text for text in before if not text.strip(".)( ").isdigit()]
                text = max(texts, key=len, default="")
                yield row, (text, self.words.said((text,)) if text else Said())
