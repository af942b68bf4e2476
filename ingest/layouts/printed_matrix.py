"""Where a matrix form stands that paper has one line a sheet, or lines and columns either way round: Biểu 6A to 6F.

Each text beside or over the figures says of whom a figure is (an item of the form), of what (a column of it), both or
neither; of whom else the heading over the lines or the title of the sheet says. Of several kinds of bases the line or
column of all is read; the kind is known from the register. What the words leave open a sum may tell
(`ingest.layouts.matrix_by_sum`). A sheet whose title says of nobody, or of two, or of another
than its number does, is not read. Belongs here: lines and columns of such sheets. Does not belong here: forms whose
lines are those of ours (`ingest.layouts.printed`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import takewhile

from ingest.catalogue.layout import LayoutColumn, LayoutLine, Sign
from ingest.catalogue.printed import PrintedColumn, PrintedLine
from ingest.catalogue.printed_sheets import PrintedMatrix
from ingest.labels import label_key
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.matrix_by_sum import Series, figure, members_by_sum, whole_by_sum
from ingest.layouts.matrix_words import MatrixWords, Said
from ingest.layouts.printed import heading_rows, ordinal_column
from ingest.layouts.printed_columns import YEAR, is_figure_on_paper

_PERCENT, _FORMER, _KIND = "tỷ lệ: được tính lại", "số của năm trước", "loại hình cơ sở: lấy từ sổ đăng ký"
_DEEPEST = 4
Lines = dict[int, LayoutLine]
Columns = dict[int, LayoutColumn]


def matrix_fits(table: PrintedMatrix, grid: Grid, named: Collection[str]) -> list[Fit]:
    """The places of the form on a sheet: one for each item that columns of their own speak of. ``named``: the numbers
    of forms that the sheet names."""
    words = MatrixWords(table.matrix_form)
    for sheet in (_Down(table, grid, words, named), _Across(table, grid, words, named)):
        if sheet.is_one:
            return sheet.fits()
    return []


class _Sheet:
    """A sheet read one way round."""

    def __init__(self, table: PrintedMatrix, grid: Grid, words: MatrixWords, named: Collection[str]) -> None:
        self.table, self.grid, self.words = table, grid, words
        self._numbers = set(named) & table.numbers

    def title(self, first_row: int) -> tuple[str | None, list[str]]:
        """The item that the lines above the table speak of, if one, and what keeps it from being told."""
        texts = [self.grid.text(place) for place in sorted(self.grid.cells) if place[0] < first_row]
        items = self.words.titled([*texts, self.grid.sheet])
        meant = {item for number in self._numbers if (item := self.table.matrix_form.numbers.get(number))}
        if meant and items and meant != items:
            return None, ["số biểu khớp với tên biểu"]
        told = items or meant  # which number is of whom the declaration says, as far as it is known
        return (next(iter(told)) if len(told) == 1 else None), []

    def is_titled(self, first_row: int) -> bool:
        """True where the number or the words above the table say that it is this form."""
        texts = (self.grid.text(place) for place in sorted(self.grid.cells) if place[0] < first_row)
        return bool(self._numbers) or any(map(self.words.is_title, (*texts, self.grid.sheet)))

    def fit(self, item: str | None, place: tuple[int, int], columns: Columns, lines: Lines, missing: list[str]) -> Fit:
        """The table of the items that ``lines`` have; ``item``: the only one."""
        top, bottom = place
        held = {code.split(".")[1] for line in lines.values() for code in line.cells}
        update = {
            "header_rows": bottom - top + 1,
            "part": item or "",
            "printed_lines": tuple(line for line in self.table.printed_lines if line.item in held),
        }
        return Fit(self.grid, self.table.model_copy(update=update), top, columns, lines, missing=tuple(missing))

    def figures(self, row: int, right_of: int) -> list[int]:
        """The columns of a row in which figures stand."""
        return [at for at in self.grid.rows[row] if at > right_of and is_figure_on_paper(self.grid, (row, at))]

    def _label_of(self, member: str) -> str:
        return next(column.header[0] for column in self.table.columns if column.member == member)

    def _is_most(self, cases: list[list[tuple[int, int]]]) -> bool:
        """True where of each case the first cell holds no less than any of the others."""
        return all(self._number(first) >= max(map(self._number, rest), default=0.0) for first, *rest in cases)

    def _number(self, place: tuple[int, int]) -> float:
        kind, text = self.grid.cells.get(place, ("", ""))
        return float(text) if kind == "number" else 0.0

    def counted(self, rows: Collection[int], columns: Collection[int]) -> tuple[list[int], list[int]]:
        """Of rows and columns those that hold whole numbers and nothing else, blanks and dashes being none."""
        whole = [at for at in columns if all(figure(self.grid, (row, at)).is_integer() for row in rows)]
        return [row for row in rows if any(figure(self.grid, (row, at)) for at in whole)], whole

    def line(self, label: str, cells: dict[str, Sign], *, by_place: bool) -> LayoutLine:
        """A line of the form; where its words did not say which, that is told."""
        if not by_place:
            return LayoutLine(label=label, cells=cells)
        return PrintedLine(
            label=label, cells=cells, item=next(iter(cells)), part_of=None, printed=(), concepts=(), needed=(),
            by_place=True,
        )  # fmt: skip

    def code(self, item: str, member: str | None = None) -> dict[str, Sign]:
        """The cell code of an item, or of one of its columns."""
        return {".".join(filter(None, (self.table.form, item, member))): 1}


class _Down(_Sheet):
    """What is counted stands below each other, whose it is or which kind of base over the figures."""

    @cached_property
    def _said(self) -> tuple[int, dict[int, Said]]:
        """The column of labels in which most is said of what is counted, and row -> what is said there."""
        best: tuple[int, dict[int, Said]] = (0, {})
        for column in self.grid.columns[:_DEEPEST]:
            rows = [row for row in self.grid.rows if self.grid.cells.get((row, column), ("",))[0] == "text"]
            found = {row: self.words.said((self.grid.text((row, column)),)) for row in rows}
            if len(_members(found)) > len(_members(best[1])):
                best = column, found
        return best

    @property
    def _label(self) -> int:
        return self._said[0]

    @cached_property
    def _by_words(self) -> dict[int, Said]:
        return {row: said for row, said in self._said[1].items() if said.member and self.figures(row, self._label)}

    @cached_property
    def _known(self) -> dict[int, Said]:
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
        return {
            row: replace(one, member=told[row], by_place=True) if row in told else one for row, one in said.items()
        }

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
        return {row: said for row, said in self._known.items() if said.member and self.figures(row, self._label)}

    @cached_property
    def _place(self) -> tuple[int, int]:
        ordinals = ordinal_column(self.grid, self._label, self._by_words)
        return heading_rows(self.grid, self._label, ordinals, min(self._by_words))

    @property
    def is_one(self) -> bool:
        """True where enough of the form's columns stand below each other and the sheet says that it is the form."""
        if not self._by_words or not self.is_titled(self._place[0]):
            return False
        return len(_members(self._lines)) >= self.table.matrix_form.fewest

    def fits(self) -> list[Fit]:
        """One place for each item that has columns, or one for all."""
        item, missing = self.title(self._place[0])
        heads = {at: self.words.said(path) for at, path in self._paths.items()}
        own = {at: said.item for at, said in heads.items() if said.item and not said.aside}
        times = Counter(own.values())
        if own and max(times.values()) == 1 and (len(own) > 1 or item is None):
            others = {at: self._aside(at, heads[at]) for at in heads if at not in own}
            return [
                self._fit(
                    name, {at: LayoutColumn(header=list(self._paths[at]))} | _known(others) | self._of(own, at), missing
                )
                for at, name in own.items()
            ]
        columns, lost = self._values(heads)
        return [self._fit(item, columns, [*missing, *lost])]

    @cached_property
    def _paths(self) -> dict[int, tuple[str, ...]]:
        return {at: path for at, path in self.grid.paths(*self._place).items() if at > self._label}

    def _of(self, own: dict[int, str], at: int) -> Columns:
        reason = "số của đối tượng khác"
        return {
            one: LayoutColumn(header=list(self._paths[one]), role="ignored", reason=reason) for one in own if one != at
        }

    def _aside(self, at: int, said: Said) -> LayoutColumn | None:
        path = list(self._paths[at])
        if said.aside == "former":
            return LayoutColumn(header=path, role="former", reason=_FORMER)
        if said.aside:
            return LayoutColumn(header=path, role="ignored", reason=_PERCENT)
        return LayoutColumn(header=path, role="ignored", reason=_KIND) if said.is_kind else None

    def _values(self, heads: dict[int, Said]) -> tuple[Columns, list[str]]:
        """The one column of the figures: that of all, else the only one that is of nothing else."""
        aside = _known({at: self._aside(at, said) for at, said in heads.items()})
        filled = {at for row in self._lines for at in self.figures(row, self._label)}
        left = [at for at in heads if at not in aside and at in filled]
        wholes = [at for at in left if heads[at].is_whole]
        years = {at: max(map(int, YEAR.findall(" ".join(self._paths[at]))), default=0) for at in left}
        if not wholes and len(left) > 1 and all(years.values()) and len(set(years.values())) == len(left):
            latest = max(left, key=lambda at: years[at])
            former = {at: LayoutColumn(header=list(self._paths[at]), role="former", reason=_FORMER) for at in left}
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
        for row, said in self._known.items():
            if row <= self._place[1]:
                continue
            if self._is_heading(row, said):
                over = said.item or (None if self._is_repeated(row) else over)
            elif said.aside and row in self.grid.rows:
                lines[row] = LayoutLine(label=self.grid.text((row, self._label)), reason=_PERCENT)
            elif row in self._lines and (said.item or over):
                found[row] = (said.item or str(over), str(said.member))
        times = Counter(found.values())
        for row, (whose, member) in found.items():
            if times[whose, member] == 1:
                text, by_place = self.grid.text((row, self._label)), self._known[row].by_place
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


class _Across(_Sheet):
    """What is counted stands over the figures, whose it is or which kind of base before them."""

    @cached_property
    def _place(self) -> tuple[int, int]:
        """The rows of headings in which most is said of what is counted."""
        best, most = (0, 0), 0
        for top in self.grid.rows:
            for bottom in range(top, top + _DEEPEST):
                if bottom not in self.grid.rows or self._is_figures(bottom) or self.grid.is_numbering(bottom):
                    break
                number = len(_members(self._heads(top, bottom)))
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
        return any(kind == "number" for kind, _ in self.grid.rows[row].values())

    def _heads(self, top: int, bottom: int) -> dict[int, Said]:
        return {at: self.words.said(path) for at, path in self.grid.paths(top, bottom).items()}

    @property
    def is_one(self) -> bool:
        """True where enough of the form's columns stand beside each other and the sheet says that it is the form."""
        enough = self._place[0] > 0 and len(_members(self._known)) >= self.table.matrix_form.fewest
        return enough and self.is_titled(self._place[0])

    @cached_property
    def _known(self) -> dict[int, Said]:
        """Column -> what its heading says, what only a sum tells with it."""
        heads = self._heads(*self._place)
        values = [at for at, said in heads.items() if said.member and not said.aside]
        if not values or any(heads[at].item for at in values):
            return heads
        rows, columns = self._figures_of(heads, min(values))
        paths = self.grid.paths(*self._place)
        series = [
            Series(at, self._text(paths[at]), heads[at].member, tuple(figure(self.grid, (row, at)) for row in rows))
            for at in heads
            if at in columns and not heads[at].aside
        ]
        told = members_by_sum(self.table, series) if rows and {*values} <= {*columns} else {}
        return {
            at: replace(said, member=told[at], by_place=True) if at in told else said for at, said in heads.items()
        }

    def _text(self, path: Sequence[str]) -> str:
        """The lowest text of a heading that says of what: not that figures follow."""
        texts = [text for text in reversed(path) if not self.words.said((text,)).is_plain]
        return texts[0] if texts else path[-1]

    def _figures_of(self, heads: Mapping[int, Said], first: int) -> tuple[list[int], list[int]]:
        """The rows below the headings with figures and the columns that may be some of the form: no labels, ordinals."""
        below = [row for row in self.grid.rows if row > self._place[1] and not self.grid.is_numbering(row)]
        rows = [row for row in takewhile(lambda row: not self.grid.is_end(row), below) if self.figures(row, first - 1)]
        texts = (at for at in range(1, first) if any(self.grid.cells.get((row, at), ("",))[0] == "text" for row in rows))
        label = max(texts, default=first - 1)
        _, columns = self.counted(rows, [at for at in heads if at > label])
        return rows, columns

    def fits(self) -> list[Fit]:
        """One place for each item that columns speak of, or one for all."""
        item, missing = self.title(self._place[0])
        heads = self._known
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
        paths = self.grid.paths(*self._place)
        found: Columns = {
            at: PrintedColumn(header=list(paths[at]), member=said.member, by_place=said.by_place)
            for at, said in mine.items()
        }
        for at, said in heads.items():
            if said.aside or at in others:
                reason = _PERCENT if said.aside == "percent" else _FORMER if said.aside else "số của đối tượng khác"
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
        aside: Lines = {row: LayoutLine(label=text, reason=_KIND) for row, (text, one) in said.items() if one.is_kind}
        aside |= {row: LayoutLine(label=text, reason=_PERCENT) for row, (text, one) in said.items() if one.aside}
        items = Counter(one.item for _, one in said.values() if one.item and not one.aside)
        known = {row: one for row, (_, one) in said.items() if one.item and not one.aside and items[one.item] == 1}
        if named and (len(known) > 1 or (known and item in (None, *(one.item for one in known.values())))):
            lines = {row: LayoutLine(label=said[row][0], cells=self.code(str(one.item))) for row, one in known.items()}
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
        members = [at for at, one in self._known.items() if one.member and not one.aside]
        if len(chosen) != 1 or not self._is_most([[(chosen[0], at), *((row, at) for row in kinds)] for at in members]):
            return aside, ["dòng Tổng số"]
        whose = item or self.table.printed_lines[0].item
        label = said[chosen[0]][0] or "Tổng số"
        return aside | {chosen[0]: self.line(label, self.code(whose), by_place=chosen[0] in by_sum)}, []

    def _adding_up(self, rows: Collection[int]) -> list[int]:
        """The line that is the sum of all the others in each column of the form."""
        columns = [at for at, one in self._known.items() if one.member and not one.aside]
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


def _members(found: dict[int, Said]) -> set[str]:
    return {said.member for said in found.values() if said.member and not said.aside}


def _known(columns: dict[int, LayoutColumn | None]) -> Columns:
    return {at: column for at, column in columns.items() if column is not None}
