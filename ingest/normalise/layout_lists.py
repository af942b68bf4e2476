"""The records of lists in files of others: their numbers, their headings, and the codes that words there stand for.

Words are those of the code list (code, label or alias), whatever their case; where they are none of these, what the
layout declares for its column, then the one code of the list that they spell without accents or with short words
written out. Where two codes are spelled so, none is taken. Belongs here: the fields of list forms. Does not belong
here: which rows are records (`ingest.layouts.records`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ingest.catalogue import Catalogue
from ingest.catalogue.model import FLAG_LIST
from ingest.catalogue.printed import PrintedLine
from ingest.catalogue.printed_sheets import PrintedGroups
from ingest.labels import label_key
from ingest.layouts import LayoutReading, Part
from ingest.layouts.fit import Fit
from ingest.layouts.records import BELOW_FOOT
from ingest.layouts.spelling import spellings
from ingest.layouts.terms import Term
from ingest.normalise.contents import CodeWords
from ingest.normalise.expected import valid_codes
from ingest.reference import Reference


def record_numbers(terms: Iterable[Term]) -> dict[tuple[str, int], int]:
    """(form, row of the record) -> its number in the list, from 1 in the order of the sheet; what is no list is 1."""
    numbers: dict[tuple[str, int], int] = {}
    counted: dict[str, int] = {}
    for term in sorted(terms, key=lambda term: term.record):
        form = term.cell_code.partition(".")[0]
        if (form, term.record) not in numbers:
            counted[form] = counted.get(form, 0) + 1
            numbers[form, term.record] = counted[form] if term.record else 1
    return numbers


def heads_of(reading: LayoutReading, part: Part) -> Iterator[tuple[str, str, str, int, int, bool]]:
    """Form, field, sheet, row and column of the first cell below each heading of the lists that ``part`` has; last
    whether records stand below the foot of the list: whose they are is not read, so the list of nobody on it is whole.
    """
    sheets = {term.sheet for term in part.terms} or {part.sheet}
    for rows in reading.lists:
        fit = rows.fit
        if fit.grid.sheet in sheets:
            form, is_cut = str(fit.table.form), BELOW_FOOT in rows.kinds.values()
            for number, field in sorted(rows.fields.items()):
                yield form, field, fit.grid.sheet, fit.last_row + 1, number, is_cut
            for field, place in sorted(fit.said.items()):
                yield form, field, fit.grid.sheet, *place, is_cut
    for fit in reading.tables:
        if isinstance(fit.table, PrintedGroups) and fit.grid.sheet in sheets:
            for number, column in sorted(fit.columns.items()):
                told = fit.table.groups_form.field if column.role == "label" else column.member
                if told:
                    yield fit.table.form, told, fit.grid.sheet, fit.last_row + 1, number, False


class SpokenCodes:
    """What the words in the lists of one file stand for, by the codes that are valid on its period's last day."""

    def __init__(self, reading: LayoutReading, catalogue: Catalogue, reference: Reference) -> None:
        self._codes = valid_codes([reading.period.code], reference)[reading.period.code]
        self._fits = {(str(fit.table.form), fit.grid.sheet): fit for fit in reading.tables if fit.is_list}
        self._forms = catalogue.by_name
        self._names = {
            (fit.grid.sheet, row, fit.column("label")): line.item
            for fit in reading.tables
            if isinstance(fit.table, PrintedGroups)
            for row, line in fit.lines.items()
            if isinstance(line, PrintedLine)
        }

    def code(self, term: Term) -> str | None:
        """The code that ``term`` means, None where it says a code itself, none at all, or more than one."""
        form, _, name = term.cell_code.partition(".")
        field = self._forms[form].fields[name]
        code_list = FLAG_LIST if field.type == "flag" else field.code_list
        if term.text is None or term.kind not in ("text", "number") or code_list is None:
            return None
        codes = self._codes.get(code_list, CodeWords())
        if term.is_name:  # how its line was told (`ingest.layouts.printed_groups`)
            return codes.keys.get(label_key(self._names[term.sheet, term.row_no, term.column_no]))
        declared = _declared(self._fits[form, term.sheet], name, term)
        if declared is not None:
            return codes.keys.get(label_key(declared))
        return spoken_code(term.text, codes.keys)


def _declared(fit: Fit, field: str, term: Term) -> str | None:
    """The code that the layout says a text, or the title, stands for."""
    if fit.said.get(field) == (term.row_no, term.column_no):
        return next(said.code for said in fit.table.said if said.field == field)
    words = fit.columns[term.column_no].words
    key = label_key(str(term.text))
    return next((code for text, code in words.items() if label_key(text) == key), None)


def spoken_code(text: str, keys: Mapping[str, str]) -> str | None:
    """The one code of a list (``keys``: code, label or alias as key -> code) that ``text`` spells in another way."""
    key = label_key(text)
    if not key or key in keys:
        return None
    known = _spelled(tuple(sorted(keys.items())))
    found = {code for said in spellings(key) for code in known.get(said, ())}
    return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=200)
def _spelled(keys: tuple[tuple[str, str], ...]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key, code in keys:
        for said in spellings(key, code):
            found[said] = found.get(said, frozenset()) | {code}
    return found
