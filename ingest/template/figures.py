"""The hidden sheet of a checked workbook: every figure that a check uses, with its state, by plain formulas.

The first five columns hold one figure a row: its key, value, whether it is missing, whether it is unreadable, and its
label. What the formulas lean on (the signs for nothing, the code lists, the records of the lists) stands in further
columns. A figure has the state that the reader would give it (`ingest.normalise`), with one exception: a number typed
as text is not taken for a number here, since how Excel would read it depends on the sender's computer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ingest.addresses import a1_address, column_letters
from ingest.catalogue import Field
from ingest.catalogue.model import ANY_VALUE, cell_code
from ingest.check_sheets import FIGURES_SHEET
from ingest.template.layout import FIRST_VALUE_COLUMN, LABEL_COLUMN, SheetLayout
from ingest.template.nil_mark import mark_holds
from ingest.template.totals import NO_TOTALS
from ingest.words import words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_FIRST_FIGURE_ROW = 2
_FIRST_FREE_COLUMN = 7
_TEXTS = {"key": 1, "value": 2, "missing": 3, "unreadable": 4, "label": 5}
_NOTHING, _NO_CODE, _SOMETHING = "-", "?", "+"
"""What stands for the code of a field that is empty, cannot be read, or holds any text."""
_LARGEST_COUNT = "1E12"

Content = str | int | float


def figure_cell(number: int, part: str) -> str:
    """The address of a figure's ``part`` (value, missing, unreadable), by its number in the order given."""
    column = column_letters(_TEXTS[part])
    return f"{FIGURES_SHEET}!${column}${number + _FIRST_FIGURE_ROW}"


@dataclass(frozen=True)
class FigurePlace:
    """Where a figure is written by the sender: one cell, or the column of a list from ``row`` to ``last_row``."""

    sheet: str
    row: int
    column: int
    last_row: int

    @property
    def cell(self) -> str:
        """The first cell's address."""
        return a1_address(self.row, self.column)

    @property
    def link(self) -> str:
        """What a reference to the first cell looks like from another sheet."""
        return f"'{self.sheet}'!{self.cell}"


@dataclass(frozen=True)
class _Aggregate:
    """How one counted or summed cell is made: the summed field, and the accepted codes by field."""

    form: str
    sum_field: str | None
    accepted: dict[str, list[str]]

    @property
    def fields(self) -> list[str]:
        """All fields it looks at, the one that shows what is counted last."""
        return [*self.accepted, *([self.sum_field] if self.sum_field else [])]


class PrintedFigures:
    """Which figures a workbook prints, and where."""

    def __init__(self, layouts: Iterable[SheetLayout], conditions: pd.DataFrame) -> None:
        """``conditions``: what counted and summed cells are made of (`catalogue.tables.aggregate_conditions`)."""
        self._layouts = {layout.form.form: layout for layout in layouts}
        self.matrix = {
            code: (layout, item, column)
            for layout in self._layouts.values()
            if layout.form.kind == "matrix"
            for item in layout.lines
            for column in layout.heads
            if layout.is_asked(item, column)
            for code in [cell_code(layout.form.form, item, column)]
        }
        self.aggregates = self._printed_aggregates(conditions)

    def _printed_aggregates(self, conditions: pd.DataFrame) -> dict[str, _Aggregate]:
        found: dict[str, _Aggregate] = {}
        for row in conditions[conditions["form"].isin(list(self._layouts))].itertuples():
            summed = None if pd.isna(row.sum_field) else str(row.sum_field)
            made = found.setdefault(str(row.cell_code), _Aggregate(str(row.form), summed, {}))
            if not pd.isna(row.field):
                made.accepted.setdefault(str(row.field), []).append(str(row.code))
        return {
            code: made
            for code, made in found.items()
            if all(self.field_place(made.form, field) is not None for field in made.fields)
        }

    def __contains__(self, key: str) -> bool:
        return key in self.matrix or key in self.aggregates

    @property
    def layouts(self) -> list[SheetLayout]:
        """The layouts of all sheets."""
        return list(self._layouts.values())

    def layout(self, form: str) -> SheetLayout:
        """The layout of a form's sheet."""
        return self._layouts[form]

    def place(self, key: str) -> FigurePlace:
        """Where the sender writes a figure, or what it is counted from."""
        if key in self.matrix:
            layout, item, column = self.matrix[key]
            row = layout.lines[item]
            return FigurePlace(layout.sheet, row, layout.heads[column], row)
        made = self.aggregates[key]
        layout = self._layouts[made.form]
        if not made.fields:
            return FigurePlace(layout.sheet, layout.first_body_row, LABEL_COLUMN, layout.last_body_row)
        place = self.field_place(made.form, made.fields[-1])
        assert place is not None
        return place

    def field_place(self, form: str, field: str) -> FigurePlace | None:
        """Where the values of a record's field stand, or None where the form does not ask for it."""
        layout = self._layouts[form]
        if not layout.is_asked(field):
            return None
        if layout.form.kind == "list" and field in layout.heads:
            return FigurePlace(layout.sheet, layout.first_body_row, layout.heads[field], layout.last_body_row)
        if layout.form.kind == "record" and field in layout.lines:
            row = layout.lines[field]
            return FigurePlace(layout.sheet, row, FIRST_VALUE_COLUMN, row)
        return None


class FigureSheet:
    """Writes the figures that are asked for, and the columns they lean on, into one sheet."""

    def __init__(
        self,
        sheet: Worksheet,
        printed: PrintedFigures,
        codes: Mapping[str, Mapping[str, str]],
        totals: Mapping[str, Sequence[str]] = NO_TOTALS,
    ) -> None:
        """``codes``: code list -> what people write -> code (`ingest.codes.code_texts`).

        ``totals``: the parts of each figure that the workbook adds up (`totals.parts_printed`).
        """
        self._totals = totals
        self._sheet = sheet
        self._printed = printed
        self._codes = codes
        self._columns: dict[tuple[str, ...], str] = {}
        self._next_column = _FIRST_FREE_COLUMN

    def write(self, keys: Sequence[str], labels: Mapping[str, str], known: Mapping[str, float | None]) -> None:
        """One row per key: a printed figure, or one that is ``known`` (None: missing) without being written.

        A key that is neither is unreadable: nothing is guessed.
        """
        for name, column_no in _TEXTS.items():
            self._sheet.write_string(0, column_no - 1, name)
        for number, key in enumerate(keys):
            row = number + _FIRST_FIGURE_ROW - 1
            self._sheet.write_string(row, _TEXTS["key"] - 1, key)
            self._sheet.write_string(row, _TEXTS["label"] - 1, labels.get(key, ""))
            missing, unreadable = figure_cell(number, "missing"), figure_cell(number, "unreadable")
            contents = self._figure(key, known, missing)
            guarded = f"=IF({missing}+{unreadable}=0,{contents[0]},0)" if isinstance(contents[0], str) else contents[0]
            for name, content in zip(("value", "missing", "unreadable"), (guarded, *contents[1:]), strict=True):
                self._put(row, _TEXTS[name] - 1, content)

    def _figure(self, key: str, known: Mapping[str, float | None], missing: str) -> tuple[Content, Content, Content]:
        """(value, missing, unreadable) of one figure; the value without its guard."""
        if key in self._printed.matrix:
            layout, item, column = self._printed.matrix[key]
            cell = self._printed.place(key).link
            signed = layout.form.items[item].signed
            if key in self._totals:
                return f"N({cell})", f"={self._missing(key)}", f"=IF({missing}=1,0,{_is_unreadable(cell, '0', signed)})"
            if not layout.form.zero_under(item, column):
                return cell, f"={self._missing(key)}", f"={_is_unreadable(cell, missing, signed)}"
            empty = self._is_missing(cell)
            return f"N({cell})", f"={self._missing(key)}", f"={_is_unreadable(cell, empty, signed)}"
        if key in self._printed.aggregates:
            return self._aggregate(self._printed.aggregates[key], missing)
        if key not in known:
            return 0, 0, 1
        value = known[key]
        return (0, 1, 0) if value is None else (value, 0, 0)

    def _missing(self, key: str) -> str:
        """A formula without ``=``: 1 where a printed figure of a matrix is missing; a total is where a part is."""
        layout, item, column = self._printed.matrix[key]
        empty = self._is_missing(self._printed.place(key).link)
        marks = layout.form.zero_under(item, column)
        own = f"IF({self._is_marked(layout, marks)},0,{empty})" if marks else empty
        parts = [self._missing(part) for part in self._totals.get(key, ())]
        return f"IF({'+'.join([own, *parts])}>0,1,0)" if parts else own

    def _aggregate(self, made: _Aggregate, missing: str) -> tuple[Content, Content, Content]:
        codes = {field: self._codes_of(made.form, field) for field in made.accepted}
        record = self._records_of(made.form)
        counted, possible = [record], [record]
        for field, column in codes.items():
            accepted = "+".join(
                f'({column}<>"{_NOTHING}")*({column}<>"{_NO_CODE}")' if code == ANY_VALUE else f'({column}="{code}")'
                for code in made.accepted[field]
            )
            counted.append(f"({accepted})")
            possible.append(f'({accepted}+({column}="{_NOTHING}")+({column}="{_NO_CODE}"))')
        lost = [f'({column}="{_NOTHING}")' for column in codes.values()]
        wrong = [f'({column}="{_NO_CODE}")' for column in codes.values()]
        if made.sum_field:
            value, no_value, bad_value = self._counts_of(made.form, made.sum_field)
            counted.append(value)
            lost.append(no_value)
            wrong.append(bad_value)
        total = f"SUMPRODUCT({'*'.join(counted)})"
        if not lost:
            return total, 0, 0
        open_records = "*".join(possible)
        unreadable = f"IF(SUMPRODUCT({open_records}*({'+'.join(wrong)}))>0,1,0)"
        return total, f"=IF(SUMPRODUCT({open_records}*({'+'.join(lost)}))>0,1-{unreadable},0)", f"={unreadable}"

    def _records_of(self, form: str) -> str:
        """The column that says which rows of a list hold a record; 1 for the one record of a record form."""
        layout = self._printed.layout(form)
        if layout.form.kind == "record":
            return "1"
        columns = sorted(layout.heads.values())
        rows = range(layout.first_body_row, layout.last_body_row + 1)
        areas = [f"'{layout.sheet}'!{a1_address(row, columns[0])}:{a1_address(row, columns[-1])}" for row in rows]
        return self._column(("record", form), [f"=IF(COUNTA({area})>0,1,0)" for area in areas])

    def _codes_of(self, form: str, field: str) -> str:
        """The column of a field's codes, one a record."""
        declared = self._printed.layout(form).form.fields[field]
        formulas = [self._code(cell, declared) for cell in self._cells(form, field)]
        return self._column(("code", form, field), formulas)

    def _code(self, cell: str, declared: Field) -> str:
        code_list = "yes_no" if declared.type == "flag" else declared.code_list
        empty = f'IF(ISERROR({cell}),"{_NO_CODE}",IF({self._is_missing(cell)}=1,"{_NOTHING}",'
        if code_list is None:
            return f'={empty}"{_SOMETHING}"))'
        known = self._codes.get(code_list, {})
        texts = self._column(("texts", code_list), list(known))
        codes = self._column(("codes", code_list), list(known.values()))
        match = f"MATCH(TRIM({cell}),{texts},0)"
        return f'={empty}IF(ISNA({match}),"{_NO_CODE}",INDEX({codes},{match}))))'

    def _counts_of(self, form: str, field: str) -> tuple[str, str, str]:
        """The columns of a count field: value, missing, unreadable, one row a record."""
        cells = self._cells(form, field)
        layout = self._printed.layout(form)
        marks = layout.form.zero_under(field) if layout.form.kind == "list" else ()
        empty = [self._is_missing(cell) for cell in cells]
        if marks:
            is_marked = self._is_marked(layout, marks)
            empty = [f"IF({is_marked},0,{one})" for one in empty]
        missing = self._column(("missing", form, field), [f"={one}" for one in empty])
        states = _cells_of(missing)
        # Under a mark an empty cell is not missing, but no number either.
        unread = [self._is_missing(cell) for cell in cells] if marks else states
        wrong = [f"={_is_unreadable(cell, state, False)}" for cell, state in zip(cells, unread, strict=True)]
        unreadable = self._column(("unreadable", form, field), wrong)
        pairs = zip(cells, states, _cells_of(unreadable), strict=True)
        value = self._column(("value", form, field), [f"=IF({lost}+{bad}=0,N({cell}),0)" for cell, lost, bad in pairs])
        return value, missing, unreadable

    def _cells(self, form: str, field: str) -> list[str]:
        place = self._printed.field_place(form, field)
        assert place is not None
        return [f"'{place.sheet}'!{a1_address(row, place.column)}" for row in range(place.row, place.last_row + 1)]

    def _is_missing(self, cell: str) -> str:
        """A formula without ``=``: 1 where the cell is empty or holds a sign for nothing, else 0."""
        marks = self._column(("nothing",), sorted(mark for mark in words().nothing if mark))
        nothing = f'IF(TRIM({cell})="",1,IF(SUMPRODUCT(({marks}=TRIM({cell}))*1)>0,1,0))'
        return f"IF(ISERROR({cell}),0,IF(ISNUMBER({cell}),0,{nothing}))"

    def _is_marked(self, layout: SheetLayout, marks: Sequence[str]) -> str:
        """A formula without ``=``: true where the sheet's mark says one of ``marks`` and holds."""
        every = self._printed.layouts
        said = [
            self._column(("mark", layout.form.form, mark), [f"=IF({mark_holds(layout, mark, every)},1,0)"])
            for mark in marks
        ]
        return f"{'+'.join(said)}>0"

    def _column(self, name: tuple[str, ...], contents: Sequence[Content]) -> str:
        """The range of a named column, written when first asked for."""
        if name not in self._columns:
            column_no, self._next_column = self._next_column, self._next_column + 1
            letters = column_letters(column_no)
            self._sheet.write_string(0, column_no - 1, ".".join(name))
            for row, content in enumerate(contents, start=1):
                self._put(row, column_no - 1, content)
            self._columns[name] = f"{FIGURES_SHEET}!${letters}$2:${letters}${1 + max(1, len(contents))}"
        return self._columns[name]

    def _put(self, row: int, column: int, content: Content) -> None:
        if isinstance(content, str) and content.startswith("=") and len(content) > 1:
            # Without a stored value every program computes the formula when it opens the workbook.
            self._sheet.write_formula(row, column, content, None, "")
        elif isinstance(content, str):
            self._sheet.write_string(row, column, content)
        else:
            self._sheet.write_number(row, column, content)


def _is_unreadable(cell: str, missing: str, signed: bool) -> str:
    """A formula without ``=``: 1 where the cell holds what cannot be a count (a balance, where ``signed``)."""
    negative = "" if signed else f"{cell}<0,"
    bad = f"OR({negative}{cell}<>INT({cell}),ABS({cell})>={_LARGEST_COUNT})"
    return f"IF(ISERROR({cell}),1,IF(ISNUMBER({cell}),IF({bad},1,0),1-{missing}))"


def _cells_of(column: str) -> list[str]:
    """The single cells of a range of one column."""
    sheet, area = column.split("!")
    first, last = (int(end.rpartition("$")[2]) for end in area.split(":"))
    letters = area.split("$")[1]
    return [f"{sheet}!${letters}${row}" for row in range(first, last + 1)]
