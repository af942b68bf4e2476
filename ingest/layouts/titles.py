"""Whose a printed form is and for which period, from the lines above its table.

An organization is one by its code or, within the committee that the lines name, by its name; a period by what periods
are called, a year only where no half-year is spoken of, last by its last day. Two of either are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.addresses import a1_address
from ingest.catalogue.printed import PrintedTable
from ingest.labels import clean_text, label_key
from ingest.layouts.fit import Fit
from ingest.rosters import Period, Rosters

_MOST_WORDS_BEFORE = 6
_YEAR = re.compile(r"(?<!\d)năm\s*:?\s*(20\d\d)(?!\d)")
_OTHER_SPAN = re.compile(r"tháng|quý|ngày|nhiệm kỳ|cùng kỳ|năm trước")
_WHOLE_YEAR = re.compile(r"(?<!\d)0?1[/.\-]0?1[/.\-](20\d\d).*(?<!\d)31[/.\-]12[/.\-]\1")
Named = tuple[str, int, int]


def named_in_title(fit: Fit, rosters: Rosters, day: str) -> Named | None:
    """The organization that the lines above the table name: code, row, column; else a text that should name one."""
    texts = list(_titles(fit))
    committees = {code for text, _, _ in texts for part in _parts(text) for code in rosters.committees_named(part, day)}
    found: dict[str, Named] = {}
    for text, row, column in texts:
        for code in _organizations(text, rosters, day, committees):
            found.setdefault(code, (code, row, column))
    below = {code: place for code, place in found.items() if not rosters.sends_for_itself(code)} or found
    if below:
        return next(iter(below.values())) if len(below) == 1 else None
    pattern = re.compile(fit.table.organization or "", re.IGNORECASE)
    told = ((match[1].strip(), row, column) for text, row, column in texts if (match := pattern.search(text)))
    return next(told, None)


def period_of_title(fit: Fit, rosters: Rosters) -> tuple[Period, str, str] | None:
    """The period, its sheet and cell; None where the sheet names none, several, or another one over its figures."""
    texts = [*_titles(fit)]
    value = fit.column("value")
    headings = [
        (fit.grid.text((row, value)), row, value)
        for row in range(fit.first_row, fit.last_row + 1)
        if value is not None and (row, value) in fit.grid.keys
    ]
    found = _period(texts, rosters) or _period(headings, rosters)
    codes = _due(found[0], fit, rosters) if found is not None else set()
    if found is None or len(codes) != 1:
        return None
    period = rosters.periods[next(iter(codes))]
    years = {year for text, _, _ in headings for year in re.findall(r"(?<!\d)(20\d\d)(?!\d)", text)}
    if years - {period.end[:4]}:
        return None
    return period, fit.grid.sheet, a1_address(found[1], found[2])


def _due(codes: set[str], fit: Fit, rosters: Rosters) -> set[str]:
    """Of several periods those for which the form is due: the last day of a year is that of its second half as well."""
    kinds = fit.table.due if isinstance(fit.table, PrintedTable) else ()
    return {code for code in codes if rosters.periods[code].kind in kinds} or codes


def _period(texts: list[Named], rosters: Rosters) -> tuple[set[str], int, int] | None:
    for read in (rosters.periods_called, lambda text: _years(text, rosters), lambda text: _last_days(text, rosters)):
        told = [(codes, row, column) for text, row, column in texts if (codes := read(text))]
        if told:
            return {code for codes, _, _ in told for code in codes}, told[0][1], told[0][2]
    return None


def _years(text: str, rosters: Rosters) -> set[str]:
    """The years that a text speaks of as such, reported or not: whoever sends a year is told so."""
    key = label_key(text)
    spoken = [] if _OTHER_SPAN.search(key) else _YEAR.findall(key)
    spoken += _WHOLE_YEAR.findall(key)
    return {period.code for year in spoken if (period := rosters.period(f"năm {year}")) is not None}


def _last_days(text: str, rosters: Rosters) -> set[str]:
    return rosters.periods_ending(text)


def _titles(fit: Fit) -> Iterator[Named]:
    """The texts above the headings, each with its row and column."""
    for (row, column), (kind, _) in sorted(fit.grid.cells.items()):
        if row < fit.first_row and kind == "text" and fit.grid.text((row, column)):
            yield fit.grid.text((row, column)), row, column


def _organizations(text: str, rosters: Rosters, day: str, committees: set[str]) -> set[str]:
    codes, _ = rosters.named_in(text.replace(".", " "))
    found = {code for code in codes if not code.isdigit()}
    whole = {text, clean_text(text.partition(":")[2])}
    for part in _parts(text):
        # A short name stands by itself or behind a colon: the end of a sentence may be of anybody.
        code = rosters.organization(part) or rosters.named(part, day, committees, shortened=part in whole)
        if code is not None:
            return found | {code}
    return found


def _parts(text: str) -> Iterator[str]:
    """A text as it is, what follows a colon, and what is left without its first words."""
    yield text
    if ":" in text:
        yield clean_text(text.partition(":")[2])
    words = text.split(" ")
    for before in range(1, min(len(words), _MOST_WORDS_BEFORE + 1)):
        yield " ".join(words[before:])
