"""Minimum change on a solver (HiGHS through scipy): the opponents of the localiser on the same problems.

`random`: fewest cells, ties broken by a random perturbation (what Fellegi-Holt implementations do);
`weighted`: fewest cells weighted by how well each figure agrees with the last period.
"""

from __future__ import annotations

import math
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
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
        gap = abs(math.sqrt(abs(cell.observed or 0) + 0.375) - math.sqrt(cell.previous + 0.375)) / scale
        found.append(cell.trust + 1 / (1 + 0.25 * gap))
    return np.array(found)


def minimum_change(problem: Problem, weights: np.ndarray) -> dict[str, int] | None:
    """Proposed figures by cell of the cheapest repair, ties to the last period; None where the solver gave up."""
    count = len(problem.cells)
    index = {cell.key: number for number, cell in enumerate(problem.cells)}
    hard = [
        constraint for constraint in problem.constraints if constraint.weight is None and problem.assessed(constraint)
    ]
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


def banff_flags(problems: list[Problem], interpreter: Path) -> tuple[list[set[str]], float]:
    """(cells flagged by Banff per problem, seconds in all); all problems share their cells and constraints."""
    keys = [cell.key for cell in problems[0].cells if problems[0].constraints_of[cell.key]]
    names = {key: f"c{number}" for number, key in enumerate(keys)}
    lines = []
    for constraint in problems[0].constraints:
        if constraint.weight is None:
            left = " ".join(f"{factor:+d} * {names[key]}" for key, factor in constraint.terms).lstrip("+")
            lines.append(f"{left} {constraint.operator} {constraint.tolerance - constraint.constant};")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "constraints.txt").write_text(" ".join(lines), encoding="utf-8")
        rows = [
            {"unit": f"u{i:06d}", **{names[key]: problem.by_key[key].observed or 0 for key in keys}}
            for i, problem in enumerate(problems)
        ]
        pd.DataFrame(rows).to_csv(folder / "returns.csv", index=False)
        script = Path(__file__).with_name("banff_errorloc.py")
        subprocess.run([str(interpreter), str(script), name], check=True, capture_output=True)
        flagged = pd.read_csv(folder / "flagged.csv")
    cells = {short: key for key, short in names.items()}
    found: list[set[str]] = [set() for _ in problems]
    for unit, cell in zip(flagged["unit"], flagged["cell"], strict=True):
        found[int(unit[1:])].add(cells[cell.lower()])
    return found, float(flagged["seconds"].iloc[0]) if len(flagged) else 0.0
