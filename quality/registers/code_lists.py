"""Codes and names: parents that lead somewhere, codes alike, lists of codes, parameters misspelt, empty measures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from ingest.reference import SEEDS_DIR, Reference
from ingest.register_files.declared import declared_registers
from ingest.register_files.mistakes import Mistake
from ingest.rosters import code_key

# The codes people type on covers: read whatever their case, dashes and spaces.
_TYPED = {"organizations": "organization_code", "periods": "period_code", "committees": "committee_code"}


def code_mistakes(reference: Reference) -> Iterator[Mistake]:
    """Unknown parents and circles of parents, codes alike, unknown members of lists, parameters nearly named right."""
    yield from _parents(reference)
    yield from _alike(reference)
    yield from _several(reference)
    yield from _misspelt_parameters(reference)
    yield from _measures_of_nothing(reference)


def _parents(reference: Reference) -> Iterator[Mistake]:
    frame, places = reference.stored("codes").reset_index(drop=True), reference.places_of("codes")
    parents: dict[tuple[str, str], tuple[str | None, int]] = {}
    for row in frame.itertuples():
        if row.parent_code is not None or (row.code_list, row.code) not in parents:
            parents[row.code_list, row.code] = row.parent_code, row.Index
    codes = set(frame["code"]) | set(frame["code_list"])
    for row in frame[frame["parent_code"].notna()].itertuples():
        here = places.of(row.Index, "parent_code")
        if (row.code_list, row.parent_code) not in parents:
            # A code may belong to one of another list: a level of discipline to the level above.
            if row.parent_code not in codes and "codes" not in reference.incomplete:
                yield Mistake("parent_unknown", "codes", here, str(row.parent_code), str(row.code_list))
            continue
        chain, at = [str(row.code)], row.parent_code
        while at is not None and at not in chain:
            chain.append(str(at))
            at = parents.get((row.code_list, at), (None, 0))[0]
        if at == row.code:
            other = places.of(parents[row.code_list, row.parent_code][1], "parent_code")
            yield Mistake("parent_cycle", "codes", here, str(row.code), " → ".join([*chain, str(at)]), (other,))


def _alike(reference: Reference) -> Iterator[Mistake]:
    for name, column in _TYPED.items():
        places = reference.places_of(name)
        first: dict[str, tuple[str, int]] = {}
        for row, code in enumerate(reference[name][column]):
            if code is None:
                continue
            known, line = first.setdefault(code_key(code), (code, row))
            if known != code:
                yield Mistake("codes_alike", name, places.of(row, column), code, known, (places.of(line, column),))


def _several(reference: Reference) -> Iterator[Mistake]:
    for name, declared in declared_registers().items():
        for target in declared.several:
            if target.to in reference.incomplete:
                continue
            known = set(reference[target.to][target.of[0]])
            for row, text in enumerate(reference[name][target.columns[0]]):
                for part in (text or "").split(";"):
                    if part.strip() and part.strip() not in known:
                        place = reference.places_of(name).of(row, target.columns[0])
                        yield Mistake("part_unknown", name, place, part.strip(), f"{target.to}.csv")


def _misspelt_parameters(reference: Reference) -> Iterator[Mistake]:
    """A parameter of the program's that is not there, and one nobody knows whose name is nearly the same."""
    if "rule_parameters" in reference.incomplete:
        return
    named = reference["rule_parameters"]["parameter"]
    missing = _shared_parameters() - set(named)
    strange = [(row, name) for row, name in enumerate(named) if name is not None and name not in _shared_parameters()]
    for row, name in strange if missing else []:
        if near := get_close_matches(name.casefold(), sorted(missing), n=1, cutoff=0.8):
            place = reference.places_of("rule_parameters").of(row, "parameter")
            yield Mistake("parameter_misspelt", "rule_parameters", place, name, near[0])


def _measures_of_nothing(reference: Reference) -> Iterator[Mistake]:
    """A measure that adds up cells, without any: its figure would be missing everywhere, and nobody would be told."""
    if "measure_terms" in reference.incomplete:
        return
    added_up = set(reference["measure_terms"]["measure_code"])
    for row, (measure, kind) in enumerate(reference["measures"][["measure_code", "kind"]].itertuples(index=False)):
        if kind == "additive" and measure not in added_up:
            place = reference.places_of("measures").of(row, "measure_code")
            yield Mistake("measure_without_terms", "measures", place, str(measure), "measure_terms.csv")


@cache
def _shared_parameters() -> frozenset[str]:
    """The parameters that rules and tables of the program ask for."""
    with (SEEDS_DIR / "rule_parameters.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["parameter"] for row in csv.DictReader(file))
