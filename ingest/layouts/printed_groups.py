"""Where a list of ours stands that is printed with a line for each code: ethnic groups and religions, Biểu 4 and 2B.

A line is a code by its name in the code list, with words before it or without ("người Kinh"), with another spelling
behind it in brackets, or, where its heading says of what ("Tôn giáo" / "Khác"), by what is left; else by its place
between two codes that were read, where the sheet numbers all three. Two lines for one code are none. Which fields the
columns are, the number of the form and the words of its title say; where these disagree, nothing is read. Belongs here:
lines and columns of such sheets. Does not belong here: what stands in a cell (`ingest.normalise`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from ingest.catalogue.layout import LayoutColumn, LayoutLine
from ingest.catalogue.printed import GroupsForm, PrintedColumn, PrintedLine, said_sets
from ingest.catalogue.printed_sheets import PrintedGroups
from ingest.labels import clean_text, without_accents
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid, Path
from ingest.layouts.matrix_by_sum import figure
from ingest.layouts.printed import heading_rows, mark_of, ordinal_column
from ingest.layouts.printed_columns import YEAR, is_figure_on_paper
from ingest.layouts.spelling import words_in_order
from ingest.printed_words import concepts_of, concepts_within, parted, role_of
from ingest.words import words

_FEWEST = 2
_HALF = 0.5
_ASIDE = re.compile(r"\s*\([^()]*\)")
_Names = Mapping[str, frozenset[str]]
_Columns = dict[int, LayoutColumn]


def groups_fits(table: PrintedGroups, grid: Grid, named: Collection[str], names: _Names) -> list[Fit]:
    """The places of the list on a sheet, one for each column of labels. ``named``: numbers of forms that it names;
    ``names``: how the codes of the list are spelled."""
    lines = {column: _Lines(table, grid, column, names) for column in grid.columns}
    found = {column: one for column, one in lines.items() if len(one.codes) >= _FEWEST and one.is_understood}
    columns = sorted(found)
    if not columns:
        return []
    top = min(heading_rows(grid, at, one.ordinals, min(one.codes))[0] for at, one in found.items())
    kind = _Kind(table.groups_form, grid, top, named)
    if not kind.is_spoken_of:
        return []
    ends = [*(found[column].first_column for column in columns[1:]), max(grid.columns) + 1]
    times = Counter(code for one in found.values() for code in one.codes.values())
    rights = (range(column + 1, end) for column, end in zip(columns, ends, strict=True))
    return [_fit(table, found[column], kind, right, times) for column, right in zip(columns, rights, strict=True)]


def _fit(table: PrintedGroups, lines: _Lines, kind: _Kind, right: range, times: Counter[str]) -> Fit:
    grid, label = lines.grid, lines.column
    ordinals = lines.ordinals
    top, bottom = heading_rows(grid, label, ordinals, min(lines.codes))
    columns: _Columns = {label: LayoutColumn(header=[grid.text((top, label)) or "Nội dung"], role="label")}
    if ordinals is not None:
        columns[ordinals] = LayoutColumn(header=[grid.text((top, ordinals)) or "TT"], role="ordinal")
    paths = {at: path for at, path in grid.headings(top, bottom).items() if at in right}
    values = _Headings(kind, grid, paths, lines.codes).columns()
    given = Counter(column.member for column in values.values() if column.member)
    labels = {column.member: column.header[0] for column in table.columns if column.member}
    missing = [labels[member] for member, often in given.items() if often > 1] if given else ["Số lượng"]
    if kind.is_contrary:
        missing.append("số biểu khớp với tên biểu")
    fields = [column for column in table.columns if column.member in given or column.role != "value"]
    placed = table.model_copy(update={"header_rows": bottom - top + 1, "number": kind.number, "columns": fields})
    return Fit(grid, placed, top, columns | values, lines.of_table(times, bottom), missing=tuple(missing))


class _Lines:
    """The lines of the list in one column of labels."""

    def __init__(self, table: PrintedGroups, grid: Grid, column: int, names: _Names) -> None:
        self.grid, self.column, self._form = grid, column, table.groups_form
        self._table, self._names = table, names
        self._order = sorted(frozenset[str]().union(*names.values())) if names else []
        self._ignored: list[int] = []
        self._unknown: list[int] = []
        self.codes: dict[int, str] = {}
        self._placed: set[int] = set()
        self._read()
        self._by_place()

    @cached_property
    def ordinals(self) -> int | None:
        """The column of numbers before the lines; of two blocks side by side each has its own."""
        near = [self.grid.text((row, self.column - 1)).strip(" .)(") for row in self.codes]
        if near and all(text.isdigit() for text in near):
            return self.column - 1
        return ordinal_column(self.grid, self.column, self.codes)

    @property
    def first_column(self) -> int:
        """The first column that belongs to the labels."""
        return self.column if self.ordinals is None else min(self.column, self.ordinals)

    @property
    def is_understood(self) -> bool:
        """True where more of the lines with figures are known than not."""
        return len(self.codes) >= _HALF * (len(self.codes) + len(self._unknown))

    def _read(self) -> None:
        section = ""
        for row in self.grid.rows:
            if self.grid.cells.get((row, self.column), ("",))[0] != "text":
                continue
            text = self.grid.text((row, self.column))
            code = self._code(text, section)  # first: "Cống" without its accents is a total
            said = concepts_of(text, self._form.vocabulary) if code is None else None
            opened = next((name for name, sets in self._form.sections.items() if said in said_sets(sets)), None)
            if code is not None:
                self.codes[row] = code
            elif opened is not None or said in said_sets(self._form.ignored):
                section = opened or section
                self._ignored.append(row)
            elif self.codes and not self.grid.is_end(row) and self._has_figures(row):
                self._unknown.append(row)
            elif not self._is_numbered(row, text):
                section = ""  # a heading that nobody knows: what is "Khác" below it is not known either

    def _is_numbered(self, row: int, text: str) -> bool:
        """True where a number stands before a text, in a cell of its own or in the text."""
        return any(mark.strip(" .)(").isdigit() for mark in (self.grid.text((row, self.column - 1)), parted(text)[0]))

    def _code(self, text: str, section: str) -> str | None:
        """The one code that a text names."""
        for key in self._keys(text):
            if key in {without_accents(one) for one in words().totals}:
                return None  # "CONG" is no name of a group
            for one in (key, f"{section} {key}") if section else (key,):
                codes = self._names.get(one, frozenset())
                if len(codes) == 1:
                    return next(iter(codes))
        return None

    def _keys(self, text: str) -> Iterator[str]:
        """What the name may be, the fullest first: without its number, what is in brackets, and the words before it."""
        plain, rest = clean_text(text), parted(text)[1]
        for one in dict.fromkeys((plain, rest, _ASIDE.sub("", plain), _ASIDE.sub("", rest))):
            key = words_in_order(one)
            yield key
            yield from (key.removeprefix(f"{lead} ") for lead in self._form.leads if key.startswith(f"{lead} "))

    def _by_place(self) -> None:
        """Unknown lines between two codes that leave one place, where all three are numbered one after the other."""
        rows = [row for row in self.grid.rows if row in self.codes or row in self._unknown]
        known = set(self.codes.values())
        for above, row, below in zip(rows, rows[1:], rows[2:], strict=False):
            if row not in self._unknown or above not in self.codes or below not in self.codes:
                continue
            first, last = (self._order.index(self.codes[one]) for one in (above, below))
            marks = [mark_of(self.grid, one, self.column, self.ordinals) for one in (above, row, below)]
            counted = [int(mark) for mark in marks if mark.isdigit()]
            is_next = len(counted) == len(marks) and counted == list(range(counted[0], counted[0] + len(marks)))
            if last - first == len(marks) - 1 and is_next and self._order[first + 1] not in known:
                self.codes[row] = self._order[first + 1]
                self._placed.add(row)
        self._unknown = [row for row in self._unknown if row not in self.codes]

    def _has_figures(self, row: int) -> bool:
        return any(at > self.column and is_figure_on_paper(self.grid, (row, at)) for at in self.grid.rows[row])

    def of_table(self, times: Counter[str], bottom: int) -> dict[int, LayoutLine]:
        """Row -> line: codes that one line has (``times`` on the sheet); below the headings, lines that none is."""
        codes = {row: self._line(row, code) for row, code in self.codes.items() if times[code] == 1}
        aside = (row for row in self._ignored if row > bottom)
        labels = {row: self.grid.text((row, self.column)) for row in aside}
        return codes | {row: LayoutLine(label=text, reason=self._form.reason) for row, text in labels.items()}

    def _line(self, row: int, code: str) -> PrintedLine:
        return PrintedLine(
            label=self.grid.text((row, self.column)),
            cells={self._table.form: 1},
            item=code,
            part_of=None,
            printed=(),
            concepts=(),
            needed=(),
            by_place=row in self._placed,
            record=self._order.index(code) + 1,
        )


class _Kind:
    """Which Biểu of the list a sheet is, by number and by the words above the table."""

    def __init__(self, form: GroupsForm, grid: Grid, first_row: int, named: Collection[str]) -> None:
        self.form = form
        above = [grid.text(place) for place in grid.cells if place[0] < first_row]
        self._said = frozenset[str]().union(*(concepts_within(text, form.vocabulary) for text in (*above, grid.sheet)))
        self._numbers = sorted(set(named) & set(form.sheets))

    @property
    def is_spoken_of(self) -> bool:
        """True where the sheet says that it is of what the list is of."""
        return bool(self._numbers) or self.form.titled <= self._said

    @property
    def number(self) -> str:
        """The Biểu; "" where two are named."""
        if self._numbers:
            return self._numbers[0] if len(self._numbers) == 1 else ""
        return self._told

    @property
    def _told(self) -> str:
        """What the words say: the latest of what a title tells; who says nothing counts all that are there."""
        sheets = list(self.form.sheets.items())
        return next((number for number, one in reversed(sheets) if one.told in self._said), sheets[0][0])

    @property
    def is_contrary(self) -> bool:
        """True where the number says one Biểu and the words above the table another."""
        told = {number for number, one in self.form.sheets.items() if one.told in self._said}
        return bool(told and self.number and self.number not in told)


class _Headings:
    """What the columns right of the labels are."""

    def __init__(self, kind: _Kind, grid: Grid, paths: Mapping[int, Path], rows: Collection[int]) -> None:
        self._kind, self._form, self._paths = kind, kind.form, paths
        self._grid, self._rows = grid, rows
        self._filled = {at for at in paths if any(is_figure_on_paper(grid, (row, at)) for row in rows)}

    def columns(self) -> _Columns:
        """Column -> field, or why it is left aside."""
        found: _Columns = {}
        silent = []
        for at, path in self._paths.items():
            aside = self._aside(path)
            member = None if aside else self._member(path)
            if member is None and aside is None and role_of(path) == "other" and not self._is_of_women(path[-1]):
                aside = "cột không phải số liệu của biểu"
            if aside is not None:
                found[at] = LayoutColumn(header=list(path), role="ignored", reason=aside)
            elif member is not None:
                found[at] = LayoutColumn(header=list(path), member=member)
            elif at in self._filled:
                silent.append(at)
        given = {column.member for column in found.values()}
        women = {} if any(sheet.female in given for sheet in self._form.sheets.values()) else self._by_word(silent)
        silent = [at for at in silent if at not in women]
        main = {sheet.main for sheet in self._form.sheets.values()}
        if not any(column.member in main for column in found.values()) and self._kind.number:
            found |= self._by_elimination(silent)
        return found | {at: column for at, column in women.items() if self._is_part(at, found)}

    def _by_word(self, silent: list[int]) -> _Columns:
        """The one column left that speaks of women, beside words that nobody knows; a number makes it some of them."""
        women = [at for at in silent if self._is_of_women(self._paths[at][-1])]
        if len(women) != 1 or not self._kind.number:
            return {}
        member = self._form.sheets[self._kind.number].female
        return {women[0]: PrintedColumn(header=list(self._paths[women[0]]), member=member, by_place=True)}

    def _is_of_women(self, text: str) -> bool:
        """True for a text that speaks of women and of nothing else that is known, and has no number."""
        sets = said_sets(self._form.female)
        said = concepts_within(text, self._form.vocabulary)
        is_all_known = said <= frozenset[str]().union(*sets)
        return frozenset.intersection(*sets) <= said and is_all_known and not any(map(str.isdigit, text))

    def _is_part(self, at: int, found: _Columns) -> bool:
        """True where the column is nowhere more than the figure that it is a part of, and less somewhere."""
        main = {sheet.main for sheet in self._form.sheets.values()}
        wholes = [column for column, one in found.items() if one.member in main]
        pairs = [
            (figure(self._grid, (row, at)), figure(self._grid, (row, one))) for one in wholes for row in self._rows
        ]
        return (
            bool(pairs) and all(part <= whole for part, whole in pairs) and any(part < whole for part, whole in pairs)
        )

    def _by_elimination(self, silent: list[int]) -> _Columns:
        """The one column left is the figure itself; of columns of two years the later one."""
        years = {at: max(map(int, YEAR.findall(" ".join(self._paths[at]))), default=0) for at in silent}
        latest = [at for at in silent if years[at] == max(years.values())]
        if len(latest) != 1 or (len(silent) > 1 and not all(years.values())):
            return {}
        member = self._form.sheets[self._kind.number].main
        former = {
            at: LayoutColumn(header=list(self._paths[at]), role="ignored", reason="số của năm trước")
            for at in silent
            if at not in latest
        }
        return former | {latest[0]: LayoutColumn(header=list(self._paths[latest[0]]), member=member)}

    @staticmethod
    def _aside(path: Path) -> str | None:
        role = role_of((path[-1],))
        if role == "percent" or "%" in path[-1]:
            return "tỷ lệ: được tính lại"
        if role_of(path) == "former":
            return "số của năm trước"
        return "lời giải thích không phải số liệu" if path[-1].casefold().startswith("ghi chú") else None

    def _member(self, path: Path) -> str | None:
        form, whole = self._form, " ".join(path)
        for text in (path[-1], whole):
            said = concepts_of(text, form.vocabulary)
            is_female = said in said_sets(form.female)
            if said is None or not (is_female or said in said_sets(form.main)):
                continue
            within = concepts_within(whole, form.vocabulary)
            own = [number for number, sheet in form.sheets.items() if sheet.told in within] or [self._kind.number]
            if len(own) != 1 or not own[0]:
                return None
            sheet = form.sheets[own[0]]
            return sheet.female if is_female else sheet.main
        return None
