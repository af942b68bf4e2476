"""Judging linear rules: figures as a matrix, one row per cell that a rule names and one column per workbook.

What a rule sums up are whole rows of this matrix, so all rules over many workbooks are a few operations on arrays; a
query that joins every cell with every term of every rule takes longer, and a group in memory for each rule and
workbook. Belongs here: arithmetic and outcomes. Does not belong here: where cells come from, what is said of
a broken rule (`quality.engine.linear`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

COUNTS, MISSING, UNREADABLE = 1, 2, 4
"""What a cell, or one side of a rule, holds, as bits: something that counts, a gap, something nobody can read."""
STATE_BITS = {
    **{"value": COUNTS, "zero": COUNTS, "missing": COUNTS | MISSING, "unreadable": COUNTS | UNREADABLE},
    **{"not_applicable": 0, "register": 0, "register_unknown": UNREADABLE},
}
PASS, FAIL, NOT_ASSESSABLE = "pass", "fail", "not_assessable"
_OUTCOMES = np.array(["", PASS, FAIL, NOT_ASSESSABLE], dtype=object)
_NUMBER = {name: number for number, name in enumerate(_OUTCOMES)}
_THERE, _TARGET, _RIGHT = 8, 64, 3
"""The bit of a cell that is there at all, the bit of a target that is; by how much a right side is shifted."""
_AT_ONCE = 4_000_000
"""How many terms of rules are laid side by side at once: 32 MB an array."""


@dataclass(frozen=True)
class Terms:
    """The terms of the rules of a scope, rule by rule, as arrays.

    ``cells``: one row per cell that is named (cell_code, lag, cell_no); ``rules``: one row per rule in the order of
    its number (operator, constants, how gaps count); ``first``: where the terms of each rule begin.
    """

    cells: pd.DataFrame
    rules: pd.DataFrame
    first: np.ndarray
    cell: np.ndarray
    left: np.ndarray
    right: np.ndarray
    shift: np.ndarray
    target: np.ndarray
    lag: np.ndarray

    @classmethod
    def of(cls, rules: pd.DataFrame, terms: pd.DataFrame) -> Terms:
        """``terms``: one row per term, rule by rule (rule_no, cell_code, lag, coefficients, on_left, is_target)."""
        cells = terms[["cell_code", "lag"]].drop_duplicates(ignore_index=True)
        cells = cells.assign(cell_no=np.arange(len(cells), dtype="int32"))
        return cls(
            cells=cells,
            rules=rules,
            first=np.searchsorted(terms["rule_no"].to_numpy(), np.arange(len(rules))),
            cell=terms.merge(cells, on=["cell_code", "lag"], how="left")["cell_no"].to_numpy(),
            left=terms["left_coefficient"].to_numpy("float64")[:, None],
            right=terms["right_coefficient"].to_numpy("float64")[:, None],
            shift=np.where(terms["on_left"], 0, _RIGHT).astype("uint8")[:, None],
            target=np.where(terms["is_target"], _TARGET, 0).astype("uint8")[:, None],
            lag=terms["lag"].to_numpy("uint8")[:, None],
        )

    def rule(self, name: str) -> np.ndarray:
        """A column of ``rules``, to be held against one row per rule and one column per workbook."""
        return self.rules[name].to_numpy()[:, None]

    @cached_property
    def looks_back(self) -> bool:
        """True where a term is of the period before."""
        return bool(self.lag.any())


@dataclass(frozen=True)
class Figures:
    """The cells that rules name: ``values`` and ``states`` with one row per cell and one column per workbook."""

    values: np.ndarray
    states: np.ndarray

    @classmethod
    def of(cls, points: Iterable[pa.RecordBatch], cells: int, workbooks: int) -> Figures:
        """``points``: batches of (workbook_no, cell_no, value, bits), in any order."""
        values, states = np.zeros(cells * workbooks), np.zeros(cells * workbooks, dtype="uint8")
        for batch in points:
            cell, workbook, value, bits = (batch.column(name) for name in ("cell_no", "workbook_no", "value", "bits"))
            place = cell.to_numpy().astype("int64") * workbooks + workbook.to_numpy()
            np.add.at(values, place, value.fill_null(0).to_numpy())
            np.bitwise_or.at(states, place, bits.to_numpy() | np.uint8(_THERE))
        return cls(values.reshape(cells, workbooks), states.reshape(cells, workbooks))


@dataclass(frozen=True)
class Holding:
    """Which rules hold for which workbooks, and how: one row per rule and one column per kind of workbook.

    ``severity`` is a number of ``severities``, -1 where the rule does not hold.
    """

    kind: np.ndarray
    severity: np.ndarray
    tolerance: np.ndarray
    severities: np.ndarray

    @classmethod
    def of(cls, applicable: pd.DataFrame, kinds: pd.Series, rules: int) -> Holding:
        """``applicable``: rule_no, workbook_kind, severity, tolerance; ``kinds``: the kind of each workbook."""
        known, kind = np.unique(kinds.to_numpy(), return_inverse=True)
        mine = applicable[applicable["workbook_kind"].isin(known)]
        codes, severities = pd.factorize(mine["severity"])
        severity, tolerance = np.full((rules, len(known)), -1, dtype="int8"), np.zeros((rules, len(known)))
        where = mine["rule_no"].to_numpy(), np.searchsorted(known, mine["workbook_kind"].to_numpy())
        severity[where], tolerance[where] = codes, mine["tolerance"]
        return cls(kind, severity, tolerance, np.asarray(severities, dtype=object))


@dataclass(frozen=True)
class Judged:
    """The verdicts on the workbooks ``first``, ``first`` + 1 ...: one row per rule and one column per workbook.

    ``outcome``: 0 where the rule does not hold or its target is not there, else the number of an outcome.
    """

    first: int
    outcome: np.ndarray
    gap: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    severity: np.ndarray
    severities: np.ndarray

    def count(self, name: str) -> np.ndarray:
        """True where the outcome is ``name``."""
        return self.outcome == _NUMBER[name]

    def rows(self, *names: str) -> pd.DataFrame:
        """One row per verdict of the outcomes ``names``: rule_no, workbook_no, severity, observed, expected, gap,

        outcome.
        """
        where = np.nonzero(np.logical_or.reduce([self.count(name) for name in names]))
        return pd.DataFrame(
            {
                "rule_no": where[0],
                "workbook_no": where[1] + self.first,
                "severity": self.severities[self.severity[where]],
                "observed": self.observed[where],
                "expected": self.expected[where],
                "gap": self.gap[where],
                "outcome": _OUTCOMES[self.outcome[where]],
            }
        )


def judged(terms: Terms, figures: Figures, holding: Holding, at_once: int = _AT_ONCE) -> Iterator[Judged]:
    """The verdicts of all rules, so many workbooks at a time as have ``at_once`` terms together."""
    workbooks = figures.values.shape[1]
    step = max(1, at_once // len(terms.cell))
    for first in range(0, workbooks, step):
        yield _judged(terms, figures, holding, slice(first, min(workbooks, first + step)))


def _judged(terms: Terms, figures: Figures, holding: Holding, part: slice) -> Judged:
    values, states = figures.values[:, part][terms.cell], figures.states[:, part][terms.cell]
    observed = np.add.reduceat(values * terms.left, terms.first) + terms.rule("left_constant")
    expected = np.add.reduceat(values * terms.right, terms.first) + terms.rule("right_constant")
    there = states // _THERE
    bits = np.bitwise_or.reduceat(((states % _THERE) << terms.shift) | (there * terms.target), terms.first)
    undecided, gap = _undecided(terms, bits)
    if terms.looks_back:
        undecided |= np.add.reduceat(there * terms.lag, terms.first) < terms.rule("lagged")
    kind = holding.kind[part]
    severity, tolerance = holding.severity[:, kind], holding.tolerance[:, kind]
    failed = gap | _broken(terms.rule("operator"), observed - expected, tolerance)
    outcome = np.where(undecided, _NUMBER[NOT_ASSESSABLE], np.where(failed, _NUMBER[FAIL], _NUMBER[PASS])).astype(
        "int8"
    )
    outcome[((bits & _TARGET) == 0) | (severity < 0)] = 0
    return Judged(part.start, outcome, gap, observed, expected, severity, holding.severities)


def _undecided(terms: Terms, bits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which rules cannot be assessed as far as the states of cells say, and which fail because of a gap."""
    left, right = bits & 7, (bits >> _RIGHT) & 7
    undecided = ((left | right) & UNREADABLE > 0) | (left == 0) | ((right == 0) & terms.rule("right_needs_cells"))
    gap = np.zeros(bits.shape, dtype=bool)
    for side, missing in ((left, terms.rule("missing_left")), (right, terms.rule("missing_right"))):
        lacks = side & MISSING > 0
        undecided |= lacks & (missing == "skip")
        gap |= lacks & (missing == "fail")
    return undecided, gap


def _broken(operator: np.ndarray, difference: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    over, under = difference > tolerance, difference < -tolerance
    return (over & (operator != ">=")) | (under & (operator != "<="))
