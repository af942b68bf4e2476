"""What the product reads of invented sheets, held against what stands on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.printed.sheet import Sheet
from ingest.catalogue import Catalogue
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from ingest.reference import Reference

_GROUPS = "year_member_groups"
Held = dict[str, set[tuple[float, str, str]]]
"""Cell code -> its values with sheet and address: more than one where the lake holds two figures for one cell."""


def judged(given: Sequence[Sheet], paths: Sequence[Path], catalogue: Catalogue, reference: Reference) -> Counter[str]:
    """right, open and wrong figures of all sheets, and what was open or wrong by name."""
    told: Counter[str] = Counter()
    for one in tallies(given, paths, catalogue, reference).values():
        told.update(one)
    return told


def tallies(
    given: Sequence[Sheet], paths: Sequence[Path], catalogue: Catalogue, reference: Reference
) -> dict[str, Counter[str]]:
    """The same by form.

    A blank cell is right where nothing is held of it and something of its form; "blank" counts these among the right.
    """
    read = read_files(list(paths), catalogue, reference)
    tables = normalise_cells(read.cells, read.submissions, catalogue, reference)
    files: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in given:
        files[sheet.file].append(sheet)
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for file, sheets in files.items():
        mine = read.submissions[read.submissions["file_name"].str.startswith(file)]
        found = _found(tables.observations, tables.entries, set(mine["file_hash"]))
        unidentified = set(mine["read_state"]) == {"unidentified"}
        held = _held(found)
        subjects = {(row.organization_code, row.period_code) for row in found.itertuples()}
        for sheet in sheets:
            own = {code: _taken(held, code, sheet.tab) for code in list(held) if code.startswith(f"{sheet.form}.")}
            own = {code: values for code, values in own.items() if values}
            fits = subjects == {(sheet.organization, sheet.period)}
            seen = unidentified or not found.empty
            told[sheet.label].update(_of_sheet(sheet, own, fits, seen))
        for code in (code for code, values in held.items() if values):  # a figure for a form that the file has not
            told[sheets[0].label].update({"wrong": 1, f"wrong {file} {code}": 1})
    return dict(told)


def _found(observations: pd.DataFrame, entries: pd.DataFrame, hashes: set[str]) -> pd.DataFrame:
    """What the lake holds of files: figures by cell code; of a list by groups by form, group and field."""
    figures = observations[observations["file_hash"].isin(hashes) & (observations["form"] != _GROUPS)]
    listed = entries[entries["file_hash"].isin(hashes) & (entries["form"] == _GROUPS)]
    names = listed[listed["field"] == "GROUP"].set_index(["file_hash", "record_no"])["value_text"]
    keys = zip(listed["file_hash"], listed["record_no"], strict=True)
    groups = [names.get(key) for key in keys]
    codes = [f"{_GROUPS}.{group}.{field}" for group, field in zip(groups, listed["field"], strict=True)]
    listed = listed.assign(cell_code=codes)[listed["field"] != "GROUP"]
    return pd.concat([figures, listed]) if len(listed) else figures


def _taken(held: Held, code: str, tab: str) -> set[tuple[float, str, str]]:
    """The values of a cell that stand on one sheet, taken out of those that are held."""
    mine = {value for value in held[code] if value[1] == tab}
    held[code] -= mine
    return mine


def _held(found: pd.DataFrame) -> Held:
    held: Held = defaultdict(set)
    for row in found.itertuples():
        if row.state in ("value", "zero"):
            held[row.cell_code].add((row.value, row.sheet, row.cell))
    return dict(held)


def _of_sheet(sheet: Sheet, held: Held, fits: bool, seen: bool) -> Counter[str]:
    """One sheet; ``fits``: read for its organization and period; ``seen``: the file was read or is nobody's."""
    told: Counter[str] = Counter()
    some = bool(held)
    for item, (figure, cell) in sheet.truth.items():
        values = held.pop(f"{sheet.form}.{item}", None)
        name = f"{sheet.name} {item} ({sheet.said(cell)})"
        if figure is not None and values == {(figure, sheet.tab, cell)} and fits:
            told["right"] += 1
        elif values is None and figure is None and some:
            told.update({"right": 1, "blank": 1})
        elif values is None and seen:
            told["open"] += 1
            told[f"open {name}"] += figure is not None
        else:
            told.update({"wrong": 1, f"wrong {name}: {values}": 1})
    for code, values in held.items():  # a figure for a line that the sheet has not
        told.update({"wrong": 1, f"wrong {sheet.name} {code}: {values}": 1})
    return told
