"""From simulated returns to the localiser's problems: edits, places on the forms, natures, predictives."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.returns import FORMS, LAST_CLOSING, PERIOD_END, RATING_SUMS, Return
from ingest.catalogue import load_catalogue
from ingest.reference import load_reference
from quality.audit.matrix import rule_edits
from quality.catalogue import load_rules
from quality.catalogue.grammar import REGISTER
from quality.localise import Cell, Edit
from quality.localise.expectation import with_growth
from quality.outliers.predictive import Peers, fit_peers, predictive

EDITS = Path(__file__).with_name("localise_edits.csv")
ACCEPTED_TRUST = 4.0


def edits(rule_set: str = "full") -> list[Edit]:
    """The edits of the benchmark.

    ``full``: localise_edits.csv and the balances of every row of the ratings form, what the domain's rules allow;
    ``catalogue``: the linear rules of the rule catalogue over the simulated forms, registers at zero.
    """
    return _catalogue_edits() if rule_set == "catalogue" else _domain_edits()


def _catalogue_edits() -> list[Edit]:
    rules = load_rules(load_catalogue(), load_reference())
    known = {*places(), LAST_CLOSING}
    found = []
    for edit in rule_edits(rules, PERIOD_END):
        terms = tuple(term for term in edit.terms if not term[0].startswith(REGISTER))
        if known.issuperset(name for name, _ in terms):
            found.append(replace(edit, terms=terms))
    return found


def _domain_edits() -> list[Edit]:
    with EDITS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    named = [
        Edit(
            row["rule_id"],
            tuple((name, int(factor)) for name, factor in (term.rsplit(":", 1) for term in row["terms"].split())),
            row["operator"],  # type: ignore[arg-type]
            tolerance=int(row["tolerance"]),
            weight=float(row["weight"]) if row["weight"] else None,
        )
        for row in rows
    ]
    for subject in ("TCCSD", "CBTT", "TTLD", "DV"):
        for total, parts in RATING_SUMS.items():
            terms = ((f"ratings.{subject}.{total}", -1), *((f"ratings.{subject}.{part}", 1) for part in parts))
            named.append(Edit(f"rt_{subject.lower()}_{total.lower()}", terms))
    return named


def places() -> dict[str, tuple[str, int, int]]:
    """Where every cell stands: (sheet, row, column) by cell code, from the form versions in force."""
    found: dict[str, tuple[str, int, int]] = {}
    catalogue = load_catalogue()
    for form in FORMS:
        version = catalogue.by_name[form].version_at(PERIOD_END)
        if version is None:
            raise LookupError(f"{form} has no version in force on {PERIOD_END}")
        for row, printed in enumerate(version.rows):
            for column, head in enumerate(version.columns):
                suffix = "" if head.column == "value" else f".{head.column}"
                found[f"{form}.{printed.item}{suffix}"] = (form, row, column)
    return found


STOCK_ITEMS = ("OPEN", "CLOSE", "OFFICIAL", "PROBATIONARY", "EXEMPT", "HANDBOOK", "RESIDENCE", "RESIDENCE_DUE")
STOCK_LEVELS = ("ELIGIBLE", "RATED", "HTXS", "HTT", "HTNV")


def nature(code: str) -> str:
    """``stock`` for figures that persist, ``flow`` for events of the period."""
    form, item = code.removeprefix("prev.").split(".")[:2]
    if form == "membership_structure" or code.split(".")[-1] in STOCK_LEVELS:
        return "stock"
    return "stock" if form in ("membership_change", "member_status") and item in STOCK_ITEMS else "flow"


def peers_of(history: list[Return]) -> dict[str, Peers]:
    """The committee's gamma law of every flow, from the last accepted period of all its organizations."""
    members = np.array([one.previous[LAST_CLOSING] for one in history], dtype=float)
    return {
        code: fit_peers(np.array([one.previous[code] for one in history], dtype=float), members)
        for code in history[0].previous
        if nature(code) == "flow"
    }


def cells(
    observed: dict[str, int | None],
    previous: dict[str, int],
    where: dict[str, tuple[str, int, int]],
    peers: dict[str, Peers],
) -> list[Cell]:
    """The localiser's cells of one return; the last closing is accepted and hard to blame."""
    made = []
    for code, value in observed.items():
        sheet, row, column = where.get(code, ("", 0, 0))
        cell = Cell(code, value, previous[code], nature(code), sheet, row, column)
        if code == LAST_CLOSING:
            cell = replace(cell, trust=ACCEPTED_TRUST)
        if code in peers:
            exposure = np.array([previous[LAST_CLOSING]], dtype=float)
            now = np.array([observed[LAST_CLOSING]], dtype=float)
            mean, size = predictive(peers[code], np.array([previous[code]], dtype=float), exposure, now)
            cell = replace(cell, expected=float(mean[0]), size=float(size[0]))
        made.append(cell)
    return with_growth(made)
