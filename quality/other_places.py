"""Other places that belong to a suspect: the cell it was exchanged with, rows that read the same as its own.

Belongs here: what is said beside a suspect's reason of other cells of its workbook. Does not belong here: the reasons
themselves (`quality.localise`), which suspects are told at which finding (`quality.own_suspects`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from quality.localise import Component, Suspect
from quality.localise.lists import ListRecord, RecordList

_ANOTHER = ("một ô khác", "another cell")
_PERHAPS = ("(có thể là {})", "(perhaps {})")
_ALIKE = (" (một trong các dòng {} ghi giống nhau)", " (one of the rows {}, which read the same)")


def with_other_places(one: Suspect, component: Component, lists: Iterable[RecordList]) -> Suspect:
    """The suspect, its reasons with the cell it was exchanged with and with the rows that may be meant as well."""
    partner = _partner(one, component)
    reasons = [one.reason_vi, one.reason_en]
    if partner:
        told = zip(reasons, _ANOTHER, _PERHAPS, strict=True)
        reasons = [reason.replace(other, f"{other} {perhaps.format(partner)}") for reason, other, perhaps in told]
    rows = ", ".join(str(row) for row in _alike(one, lists))
    if rows:
        reasons = [reason + alike.format(rows) for reason, alike in zip(reasons, _ALIKE, strict=True)]
    return replace(one, reason_vi=reasons[0], reason_en=reasons[1])


def _partner(one: Suspect, component: Component) -> str | None:
    """The cell it was probably exchanged with, where its reason names none.

    That is the other cell of the first explanation that blames it in this way, on its row where there are several.
    """
    if _ANOTHER[0] not in one.reason_vi:
        return None
    for whole in component.alternatives:
        places = [repair.place for repair in whole.repairs if repair.place]
        others = [place for place in places if place != one.place]
        if one.kind not in whole.kinds or others == places:
            continue
        beside = [place for place in others if _row(place) == _row(one.place)]
        for found in (others, beside):
            if len(found) == 1:
                return found[0]
    return None


def _row(place: str) -> tuple[str, str]:
    """The sheet and the row of a cell."""
    sheet, _, cell = place.rpartition("!")
    return sheet, re.sub("[A-Z]", "", cell)


def _alike(one: Suspect, lists: Iterable[RecordList]) -> Iterator[int]:
    """The rows of all records that hold what the blamed one holds, itself among them; nothing where it is alone."""
    form, _, rest = one.cell.partition("#")
    number = rest.partition(".")[0]
    for records in (each.records for each in lists if each.form == form and number.isdigit()):
        own = [record.values for record in records if record.number == int(number)]
        alike = [record for record in records if record.values in own]
        if len(alike) > 1:
            yield from sorted(_row_no(record) for record in alike)


def _row_no(record: ListRecord) -> int:
    return min(int(re.sub("[^0-9]", "", cell)) for cell in record.cells.values())
