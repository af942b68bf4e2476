"""Errors in the records of lists: a row missing or twice, a list cut short, a wrong code or amount, two exchanged.

A planter changes a `Spoilt` in place and says whether it found something to spoil. As in `errors.py` some families may
enter the fit and the others never do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.workbooks import LISTS, STUDY, Record, Spoilt
from ingest.reference import Reference

ListPlanter = Callable[[np.random.Generator, Spoilt, Reference], bool]
CODE_LISTS = {
    "transfers": {"DIRECTION": "transfer_direction", "SCOPE": "transfer_scope"},
    "discipline_cases": {"DISCIPLINE_FORM": "discipline_form", "DISCIPLINE_LEVEL": "discipline_level"},
}
IN_USE = {
    "transfer_scope": ("NGOAI_TINH", "TRONG_TINH"),
    "transfer_direction": ("IN", "OUT"),
    "discipline_form": ("KT", "CC", "CACH", "KTR"),
    "discipline_level": ("L_CB", "L_DUCS", "L_UBKTCS"),
}


def _list(rng: np.random.Generator, spoilt: Spoilt, least: int = 1) -> tuple[str, tuple[Record, ...]] | None:
    filled = [(form, spoilt.source.lists.get(form, ())) for form in LISTS]
    filled = [(form, records) for form, records in filled if len(records) >= least]
    return filled[int(rng.integers(len(filled)))] if filled else None


def _row_missing(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    chosen = _list(rng, spoilt)
    if chosen is None:
        return False
    form, records = chosen
    spoilt.removed.append((form, records[int(rng.integers(len(records)))].row_no))
    return True


def _cut_short(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    chosen = _list(rng, spoilt, least=3)
    if chosen is None:
        return False
    form, records = chosen
    kept = int(rng.integers(1, len(records) - 1))
    spoilt.removed += [(form, record.row_no) for record in records[kept:]]
    return True


def _row_twice(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    chosen = _list(rng, spoilt)
    if chosen is None:
        return False
    form, records = chosen
    record, row_no = records[int(rng.integers(len(records)))], records[-1].row_no + 1
    for field, cell in record.cells.items():
        letters = cell.rstrip("0123456789")
        text = record.values.get(field)
        if text is not None:
            spoilt.written[record.sheet, f"{letters}{row_no}"] = f"{text}B" if field == "CASE_NO" else text
    spoilt.added += [(form, row_no), (form, record.row_no)]
    return True


def _amount(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    records = spoilt.source.lists.get("transfers", ())
    if not records:
        return False
    record = records[int(rng.integers(len(records)))]
    true = int(record.values["MEMBERS"])
    wrong = int(rng.choice([true + 1, max(1, true - 1), true * 10, true + 2, int(f"{true}{rng.integers(10)}")]))
    if wrong == true:
        wrong = true + 1
    spot = record.sheet, record.cells["MEMBERS"]
    spoilt.written[spot], spoilt.truth[spot] = str(wrong), str(true)
    return True


def _code(field: str) -> ListPlanter:
    def plant(rng: np.random.Generator, spoilt: Spoilt, reference: Reference) -> bool:
        fields = [
            (form, name, code_list)
            for form, lists in CODE_LISTS.items()
            for name, code_list in lists.items()
            if spoilt.source.lists.get(form) and (name == "DIRECTION") == (field == "direction")
        ]
        if not fields:
            return False
        form, name, code_list = fields[int(rng.integers(len(fields)))]
        records = [one for one in spoilt.source.lists[form] if one.values.get(name) in IN_USE[code_list]]
        if not records:
            return False
        record = records[int(rng.integers(len(records)))]
        others = [code for code in IN_USE[code_list] if code != record.values[name]]
        wrong = others[int(rng.integers(len(others)))]
        spot = record.sheet, record.cells[name]
        labels = reference["codes"].query("code_list == @code_list").set_index("code")["label_vi"]
        spoilt.written[spot], spoilt.truth[spot] = str(labels[wrong]), str(labels[record.values[name]])
        return True

    return plant


def _amounts_exchanged(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    records = spoilt.source.lists.get("transfers", ())
    pairs = [(a, b) for a in records for b in records if a.values.get("MEMBERS") != b.values.get("MEMBERS")]
    if not pairs:
        return False
    first, second = pairs[int(rng.integers(len(pairs)))]
    for one, other in ((first, second), (second, first)):
        spot = one.sheet, one.cells["MEMBERS"]
        spoilt.written[spot], spoilt.truth[spot] = other.values["MEMBERS"], one.values["MEMBERS"]
    return True


def _fields_exchanged(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    """Who had to come and who came, in each other's cell of one row."""
    fields = ("ELIGIBLE", "ATTENDED")
    rows = [
        record
        for record in spoilt.source.lists.get(STUDY, ())
        if all(name in record.values for name in fields) and len({record.values[name] for name in fields}) == 2
    ]
    if not rows:
        return False
    record = rows[int(rng.integers(len(rows)))]
    for name, other in (fields, fields[::-1]):
        spot = (record.sheet, record.cells[name])
        spoilt.written[spot], spoilt.truth[spot] = record.values[other], record.values[name]
    return True


FITTED_LISTS: dict[str, dict[str, ListPlanter]] = {
    "list row missing": {"row_missing": _row_missing},
    "list amount": {"amount": _amount},
    "list row twice": {"row_twice": _row_twice},
    "list code": {"code": _code("code")},
    "list amounts exchanged": {"amounts_exchanged": _amounts_exchanged},
}
UNFITTED_LISTS: dict[str, dict[str, ListPlanter]] = {
    "list cut short": {"cut_short": _cut_short},
    "list direction": {"direction": _code("direction")},
    "list fields exchanged": {"fields_exchanged": _fields_exchanged},
}
