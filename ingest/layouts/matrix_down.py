"""A matrix form with what it counts in lines; whose they are, or which kind of base, stands over the figures.

Belongs here: lines and columns of such a sheet. Does not belong here: the other way round (`matrix_across`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from ingest.catalogue.layout import LayoutColumn, LayoutLine
from ingest.catalogue.printed import PrintedColumn
from ingest.layouts.fit import Fit
from ingest.layouts.items_by_place import Whose, items_by_place
from ingest.layouts.matrix_by_sum import Series, figure, members_by_sum, whole_by_sum
from ingest.layouts.matrix_sheet import DEEPEST, FORMER, KIND, PERCENT, Columns, Lines, MatrixSheet, known, members
from ingest.layouts.matrix_words import Said
from ingest.layouts.printed import heading_rows, ordinal_column
from ingest.layouts.printed_columns import YEAR


class Down(MatrixSheet):
    """What is counted stands below each other, whose it is or which kind of base over the figures."""

    @cached_property
    def _said(self) -> tuple[int, dict[int, Said]]:
        """The column of labels in which most is said of what is counted, and row -> what is said there."""
        best: tuple[int, dict[int, Said]] = (0, {})
        for column in self.grid.columns[:DEEPEST]:
            rows = [row for row in self.grid.rows if self.grid.cells.get((row, column), ("",))[0] == "text"]
            found = {row: self.words.said((self.grid.text((row, column)),)) for row in rows}
            if len(members(found)) > len(members(best[1])):
                best = column, found
        return best

    @property
    def _label(self) -> int:
        return self._said[0]

    @cached_property
    def _by_words(self) -> dict[int, Said]:
        return {row: said for row, said in self._said[1].items() if said.member and self.figures(row, self._label)}

    @cached_property
    def _all_said(self) -> dict[int, Said]:
        """Row -> what is said there, what only a sum tells with it."""
        said = self._said[1]
        told: dict[int, str] = {}
        for rows in self._sections():
            counted, columns = self.counted(rows, self._columns_of_figures())
            series = [
                Series(row, self.grid.text((row, self._label)), said[row].member, tuple(
                    figure(self.grid, (row, at)) for at in columns
                )) for row in rows if row in counted or said[row].member
            ]  # fmt: skip
            told |= members_by_sum(self.table, series) if columns else {}
        return {row: replace(one, member=told[row], by_place=True) if row in told else one for row, one in said.items()}

    def _columns_of_figures(self) -> list[int]:
        heads = {at: self.words.said(path) for at, path in self._paths.items()}
        filled = {at for row in self._by_words for at in self.figures(row, self._label)}
        return [at for at in sorted(filled) if at in heads and heads[at].aside != "percent"]

    def _sections(self) -> Iterator[list[int]]:
        """The rows with figures that no heading parts from each other."""
        rows: list[int] = []
        for row, said in self._said[1].items():
            if row <= self._place[1] or said.aside or self.grid.is_end(row):
                continue
            if self.figures(row, self._label):
                rows.append(row)
            elif self._is_heading(row, said):
                yield rows
                rows = []
        yield rows

    def _is_heading(self, row: int, said: Said) -> bool:
        """True for a text without figures that speaks of somebody, or of what nobody knows."""
        says_nothing = said.item is None and (said.is_plain or said.is_whole)
        return said.member is None and not says_nothing and not self.figures(row, self._label)

    @cached_property
    def _lines(self) -> dict[int, Said]:
        return {row: said for row, said in self._all_said.items() if said.member and self.figures(row, self._label)}

    @cached_property
    def _place(self) -> tuple[int, int]:
        ordinals = ordinal_column(self.grid, self._label, self._by_words)
        return heading_rows(self.grid, self._label, ordinals, min(self._by_words))

    @property
    def is_one(self) -> bool:
        """True where enough of the form's columns stand below each other and the sheet says that it is the form."""
        if not self._by_words or not self.is_titled(self._place[0]):
            return False
        return len(members(self._lines)) >= self.table.matrix_form.fewest

    def fits(self) -> list[Fit]:
        """One place for each item that has columns, or one for all."""
        item, missing = self.title(self._place[0])
        heads = {at: self.words.said(path) for at, path in self._paths.items()}
        heads |= self._whose_columns(heads)
        own = {at: said.item for at, said in heads.items() if said.item and not said.aside}
        times = Counter(own.values())
        if own and max(times.values()) == 1 and (len(own) > 1 or item is None):
            others = {at: self._aside(at, heads[at]) for at in heads if at not in own}
            return [
                self._fit(
                    name, {at: LayoutColumn(header=list(self._paths[at]))} | known(others) | self._of(own, at), missing
                )
                for at, name in own.items()
            ]
        columns, lost = self._values(heads)
        return [self._fit(item, columns, [*missing, *lost])]

    def _whose_columns(self, heads: Mapping[int, Said]) -> dict[int, Said]:
        """The columns whose item their place and what they speak of tell."""
        filled = {at for row in self._lines for at in self.figures(row, self._label)}
        left = [at for at, said in heads.items() if at in filled and not said.aside]
        given = [Whose(at, self._paths[at][-1], heads[at].item) for at in left]
        told = items_by_place(self.words, given)
        return {at: replace(heads[at], item=item, by_place=True) for at, item in told.items()}

    def _parts(self) -> dict[int, str | None]:
        """Row of a heading between the lines -> the item that the lines below it are of; None where nobody knows."""
        rows = [row for row, said in self._all_said.items() if row > self._place[1] and self._is_heading(row, said)]
        marks = {
            row: next((self.grid.text((row, at)) for at in self.grid.rows[row] if at < self._label), "") for row in rows
        }
        given = [Whose(row, self.grid.text((row, self._label)), self._all_said[row].item, marks[row]) for row in rows]
        told = items_by_place(self.words, given)
        return {row: self._all_said[row].item or told.get(row) for row in rows}

    @cached_property
    def _paths(self) -> dict[int, tuple[str, ...]]:
        return {at: path for at, path in self.grid.headings(*self._place).items() if at > self._label}

    def _of(self, own: dict[int, str], at: int) -> Columns:
        reason = "số của đối tượng khác"
        return {
            one: LayoutColumn(header=list(self._paths[one]), role="ignored", reason=reason) for one in own if one != at
        }

    def _aside(self, at: int, said: Said) -> LayoutColumn | None:
        path = list(self._paths[at])
        if said.aside == "former":
            return LayoutColumn(header=path, role="former", reason=FORMER)
        if said.aside:
            return LayoutColumn(header=path, role="ignored", reason=PERCENT)
        return LayoutColumn(header=path, role="ignored", reason=KIND) if said.is_kind else None

    def _values(self, heads: dict[int, Said]) -> tuple[Columns, list[str]]:
        """The one column of the figures: that of all, else the only one that is of nothing else."""
        aside = known({at: self._aside(at, said) for at, said in heads.items()})
        filled = {at for row in self._lines for at in self.figures(row, self._label)}
        left = [at for at in heads if at not in aside and at in filled]
        wholes = [at for at in left if heads[at].is_whole]
        years = {at: max(map(int, YEAR.findall(" ".join(self._paths[at]))), default=0) for at in left}
        if not wholes and len(left) > 1 and all(years.values()) and len(set(years.values())) == len(left):
            latest = max(left, key=lambda at: years[at])
            former = {at: LayoutColumn(header=list(self._paths[at]), role="former", reason=FORMER) for at in left}
            aside, left = aside | {at: former[at] for at in left if years[at] == years[latest] - 1}, [latest]
        kinds = [at for at in aside if heads.get(at, Said()).is_kind and at in filled]
        # Beside kinds nothing but what says that it is all is the total, and it is no less than any of them.
        chosen = wholes or (kinds if not left else left if not kinds else [])
        added = self._adding_up([*left, *kinds]) if not wholes else None
        if added is not None and not heads[added].is_kind:
            return aside | {added: PrintedColumn(header=list(self._paths[added]), by_place=True)}, []
        if len(chosen) != 1 or not self._is_most(
            [[(row, chosen[0]), *((row, at) for at in kinds)] for row in self._lines]
        ):
            return aside, ["cột Tổng số"]
        return aside | {chosen[0]: LayoutColumn(header=list(self._paths[chosen[0]]))}, []

    def _adding_up(self, columns: Collection[int]) -> int | None:
        """The column that is the sum of all the others in each line."""
        return whole_by_sum({at: [figure(self.grid, (row, at)) for row in self._lines] for at in columns})

    def _fit(self, item: str | None, columns: Columns, missing: list[str]) -> Fit:
        found: dict[int, tuple[str, str]] = {}
        over = item
        lines: Lines = {}
        parts = self._parts()
        for row, said in self._all_said.items():
            if row <= self._place[1]:
                continue
            if row in parts:
                over = parts[row] or (None if self._is_repeated(row) else over)
            elif said.aside and row in self.grid.rows:
                lines[row] = LayoutLine(label=self.grid.text((row, self._label)), reason=PERCENT)
            elif row in self._lines and (said.item or over):
                found[row] = (said.item or str(over), str(said.member))
        times = Counter(found.values())
        for row, (whose, member) in found.items():
            if times[whose, member] == 1:
                text, by_place = self.grid.text((row, self._label)), self._all_said[row].by_place
                label = f"{text} = {self._label_of(member)}" if by_place else text
                lines[row] = self.line(label, self.code(whose, member), by_place=by_place)
        lost = [] if any(line.cells for line in lines.values()) else ["đối tượng (tên biểu)"]
        left = {self._label: LayoutColumn(header=["Nội dung"], role="label")}
        left |= {at: LayoutColumn(header=["TT"], role="ordinal") for at in self.grid.columns if at < self._label}
        return self.fit(item, self._place, left | columns, lines, [*missing, *lost])

    def _is_repeated(self, heading: int) -> bool:
        """True where what was said before a heading is said again below it: of somebody else."""
        above, below = ({one.member for row, one in self._lines.items() if (row < heading) is is_above}
                        for is_above in (True, False))  # fmt: skip
        return bool(above & below)
