"""Forms that are wrong as a whole and add up: several cells by one slip, of which only a list or last period tells.

An independent examiner spoilt workbooks in such ways before the localiser knew any of them; the ways are its own, the
code is not. They were looked at since and never entered a fit. Planters as in `errors.py`.
"""

from __future__ import annotations

import numpy as np

from bench.errors import FIGURES_OF_THE_YEAR, Figures, Given, Mechanisms, one_of

CHANGE, SUMMARY = "membership_change", "discipline_summary"
LINES = ("TR_EXT", "TR_INT", "TR_OWN")
FLOWS = ("ADMIT", "TR", *LINES, "RESTORE")
LOSSES = ("DEATH", "EXPEL", "REMOVE", "RESIGN", "TR", *LINES)


def _moved(given: Given, steps: dict[str, int]) -> Figures:
    """The figures with ``steps`` added; nothing where one is not there or would be below zero."""
    if any(name not in given.values or given.values[name] + step < 0 for name, step in steps.items()):
        return {}
    return {name: given.values[name] + step for name, step in steps.items()}


def _in_and_out(rng: np.random.Generator, given: Given) -> Figures:
    """People counted as come and as gone, with every total."""
    line, count = LINES[int(rng.integers(len(LINES)))], int(rng.integers(1, 3))
    names = (f"IN_{line}", "IN_TR", "INC", f"OUT_{line}", "OUT_TR", "DEC")
    return _moved(given, {f"{CHANGE}.{name}": count for name in names})


def _transfer_as_admission(rng: np.random.Generator, given: Given) -> Figures:
    """Somebody who was transferred here stands among the admitted."""
    line = one_of(rng, [one for one in LINES if given.values.get(f"{CHANGE}.IN_{one}")])
    if line is None:
        return {}
    return _moved(given, {f"{CHANGE}.IN_ADMIT": 1, f"{CHANGE}.IN_TR": -1, f"{CHANGE}.IN_{line}": -1})


def _block_of_last_period(_rng: np.random.Generator, given: Given) -> Figures:
    """All lines of who came are still those of the period before."""
    names = [f"{CHANGE}.{name}" for name in ("INC", *(f"IN_{flow}" for flow in FLOWS))]
    return {name: given.previous[name] for name in names if name in given.values and name in given.previous}


def _figures_of_the_year(_rng: np.random.Generator, given: Given) -> Figures:
    """The year's figures in its second half: the opening of the first half, every change with that of the first."""
    names = ["INC", "DEC", *(f"IN_{one}" for one in FLOWS), *(f"OUT_{one}" for one in LOSSES)]
    flows = [f"{CHANGE}.{name}" for name in names if f"{CHANGE}.{name}" in given.values]
    opening = f"{CHANGE}.OPEN"
    if opening not in given.previous or any(name not in given.previous for name in flows):
        return {}
    return {name: given.values[name] + given.previous[name] for name in flows} | {opening: given.previous[opening]}


def _case_without_list(rng: np.random.Generator, given: Given) -> Figures:
    """A case in the summary that the list does not hold."""
    form, level = ("FORM_KT", "FORM_CC")[int(rng.integers(2))], ("LEVEL_CB", "LEVEL_DUCS")[int(rng.integers(2))]
    return _moved(given, {f"{SUMMARY}.{name}": 1 for name in ("MEMBERS", form, level)})


BLOCKS: Mechanisms = {
    "in and out": {"in_and_out": (0.1, _in_and_out)},
    "transfer as admission": {"transfer_as_admission": (0.1, _transfer_as_admission)},
    "block of last period": {"block_of_last_period": (0.1, _block_of_last_period)},
    "figures of the year": {FIGURES_OF_THE_YEAR: (0.1, _figures_of_the_year)},
    "case without list": {"case_without_list": (0.1, _case_without_list)},
}
