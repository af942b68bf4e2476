"""Totals that a workbook adds up by itself: no figures that somebody wrote, so rules speak of their parts instead.

A total that is a formula cannot be wrong by itself and bears no witness: `CLOSE = OPEN + INC - DEC` says of a workbook
that adds up INC no more than what its parts say. Nobody is told to change it, and what the rule over total and parts
says is nothing. Belongs here: constraints rewritten. Does not belong here: which totals are formulas
(`ingest/normalise/sql/totals.sql`), what they add up (the form catalogue).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from quality.localise.problem import Constraint

Parts = Mapping[str, Mapping[str, int]]
"""Code of a total -> code of a part -> 1 or -1."""


def parts_written(totals: Parts, reckoned: Collection[str], written: Collection[str]) -> dict[str, dict[str, int]]:
    """Each total of ``reckoned`` as a sum of cells that are ``written``; left out where a part of it is not there."""
    found: dict[str, dict[str, int]] = {}
    for total in reckoned:
        open_parts, parts = dict(totals.get(total, {})), dict[str, int]()
        while open_parts:
            code, factor = open_parts.popitem()
            inner = totals[code] if code in reckoned else {code: 1}
            if code in reckoned:
                open_parts |= {part: factor * sign for part, sign in inner.items()}
            else:
                parts[code] = parts.get(code, 0) + factor
        if parts and set(parts) <= set(written):
            found[total] = parts
    return found


def over_parts(constraints: Iterable[Constraint], parts: Parts) -> Iterator[Constraint]:
    """``constraints`` with the totals of ``parts`` written out; those of which nothing is left say nothing."""
    for constraint in constraints:
        terms: dict[str, int] = {}
        for name, factor in constraint.terms:
            for part, sign in parts.get(name, {name: 1}).items():
                terms[part] = terms.get(part, 0) + factor * sign
        left = tuple((name, factor) for name, factor in terms.items() if factor)
        if left:
            yield replace(constraint, terms=left)
