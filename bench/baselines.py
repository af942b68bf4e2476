"""Minimum change on a solver (HiGHS through scipy): the opponents of the localiser on the same problems.

`random`: fewest cells, ties broken by a random perturbation (what Fellegi-Holt implementations do);
`weighted`: fewest cells weighted by how well each figure agrees with the last period.
What is counted from a list counts as one cell, which the solver may blame; registers it may not.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from quality.localise import Problem

REACH = 100_000.0
"""Figures are repaired by at most this much (a larger big-M makes HiGHS flag wrong cells)."""


def weights_from_last_period(problem: Problem) -> np.ndarray:
    """Weight of blaming each cell: 1 where it equals last period, falling as it departs from it."""
    found = []
    for cell in problem.cells:
        if cell.previous is None:
            found.append(1.0)
            continue
        scale = 0.35 if cell.nature == "stock" else 0.7
        gap = abs(math.sqrt(abs(cell.observed or 0) + 0.375) - math.sqrt(abs(cell.previous) + 0.375)) / scale
        found.append(cell.trust + 1 / (1 + 0.25 * gap))
    return np.array(found)


def minimum_change(problem: Problem, weights: np.ndarray) -> dict[str, int] | None:
    """Proposed figures by cell of the cheapest repair, ties to the last period; None where the solver gave up."""
    count = len(problem.cells)
    index = {cell.key: number for number, cell in enumerate(problem.cells)}
    hard = [constraint for constraint in problem.constraints if constraint.weight is None]
    rows = lil_matrix((len(hard) + 2 * count, 3 * count))
    low, high = np.full(len(hard) + 2 * count, -np.inf), np.zeros(len(hard) + 2 * count)
    for number, constraint in enumerate(hard):
        for name, factor in constraint.terms:
            rows[number, index[name]] = factor
            rows[number, count + index[name]] = -factor
        residual = problem.residual(constraint)
        high[number] = constraint.tolerance - residual
        low[number] = -constraint.tolerance - residual if constraint.operator == "=" else -np.inf
    for i in range(count):
        rows[len(hard) + 2 * i, i] = rows[len(hard) + 2 * i + 1, count + i] = 1.0
        rows[len(hard) + 2 * i, 2 * count + i] = rows[len(hard) + 2 * i + 1, 2 * count + i] = -REACH
    observed = np.array([cell.observed or 0 for cell in problem.cells], dtype=float)
    cost = np.concatenate([np.full(2 * count, 1e-7), weights])
    most = np.concatenate([np.full(count, REACH), np.clip(observed, 0, REACH), np.ones(count)])
    most[count : 2 * count] = np.where(observed < 0, 0.0, most[count : 2 * count])
    counted = {name for counts in problem.counted for name in counts}
    trusted = np.array([cell.fixed and cell.key not in counted for cell in problem.cells])
    most[: 2 * count][np.tile(trusted, 2)] = 0.0
    least = np.concatenate([np.where(observed < 0, -observed, 0.0), np.zeros(2 * count)])
    least[2 * count :] = np.where(observed < 0, 1.0, 0.0)
    integer = np.concatenate([np.zeros(2 * count), np.ones(count)])
    answer = milp(
        cost,
        constraints=LinearConstraint(rows.tocsr(), low, high),
        bounds=Bounds(least, np.maximum(most, least)),
        integrality=integer,
        options={"time_limit": 2.0, "mip_rel_gap": 1e-9},
    )
    if answer.x is None:
        return None
    step = np.round(answer.x[:count] - answer.x[count : 2 * count]).astype(int)
    return {cell.key: int(observed[i]) + int(step[i]) for i, cell in enumerate(problem.cells) if step[i]}
