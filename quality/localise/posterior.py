"""From explanations to probabilities: softmax over distinct explanations, then sums per cell and per value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quality.localise.board import Board
from quality.localise.calibration import Calibration
from quality.localise.diagnosis import Alternative, Repair, Suspect
from quality.localise.search import Explanation, Step
from quality.localise.weights import UNIT

SHOWN = 0.02
"""Suspects below this stated probability are not worth a reader's time."""
ALTERNATIVES = 3


@dataclass(slots=True)
class _Share:
    wrong: float
    values: dict[int, float]
    steps: dict[Step, float]


def probabilities(found: list[Explanation], temperature: float) -> list[float]:
    """Softmax over the explanations; the list must not be empty."""
    best = found[0].cost
    masses = [math.exp((best - one.cost) / UNIT / temperature) for one in found]
    total = math.fsum(masses)
    return [mass / total for mass in masses]


def suspects(board: Board, found: list[Explanation], calibration: Calibration) -> tuple[Suspect, ...]:
    """Cells by falling stated probability of being wrong, the key breaking ties."""
    shares: dict[int, _Share] = {}
    for one, chance in zip(found, probabilities(found, calibration.temperature), strict=True):
        for step in one.steps:
            for cell, value in step.changes:
                share = shares.setdefault(cell, _Share(0.0, {}, {}))
                share.wrong += chance
                share.values[value] = share.values.get(value, 0.0) + chance
                share.steps[step] = share.steps.get(step, 0.0) + chance
    named = [_suspect(board, cell, share, calibration) for cell, share in sorted(shares.items())]
    shown = [one for one in named if one.probability >= SHOWN]
    return tuple(sorted(shown, key=lambda one: (-round(one.probability, 9), one.cell)))


def _suspect(board: Board, cell: int, share: _Share, calibration: Calibration) -> Suspect:
    value = min(share.values, key=lambda candidate: (-round(share.values[candidate], 9), candidate))
    step = min(
        (step for step in share.steps if (cell, value) in step.changes),
        key=lambda step: (-round(share.steps[step], 9), step.kind, step.changes),
    )
    stated = calibration.stated(min(1.0, share.wrong))
    vi, en = words(board, step, cell)
    return Suspect(
        cell=board.cells[cell].key,
        observed=board.cells[cell].observed,
        probability=round(stated, 6),
        band=calibration.band(stated),
        proposed=value,
        proposed_probability=round(stated * share.values[value] / share.wrong, 6),
        kind=step.kind,
        reason_vi=vi,
        reason_en=en,
    )


def alternatives(board: Board, found: list[Explanation], calibration: Calibration) -> tuple[Alternative, ...]:
    """The most probable explanations as wholes, at most three."""
    chances = probabilities(found, calibration.temperature)
    return tuple(
        _alternative(board, one, chance) for one, chance in list(zip(found, chances, strict=True))[:ALTERNATIVES]
    )


def _alternative(board: Board, one: Explanation, chance: float) -> Alternative:
    texts = [words(board, step, step.changes[0][0]) for step in one.steps]
    repairs = sorted(change for step in one.steps for change in step.changes)
    return Alternative(
        probability=round(chance, 6),
        repairs=tuple(Repair(board.cells[cell].key, board.cells[cell].observed, value) for cell, value in repairs),
        kinds=tuple(step.kind for step in one.steps),
        reason_vi="; ".join(vi for vi, _ in texts),
        reason_en="; ".join(en for _, en in texts),
    )


def words(board: Board, step: Step, cell: int) -> tuple[str, str]:
    """The step in words (Vietnamese, English), seen from one of its cells."""
    kind = board.weights.kinds[step.kind]
    others = [board.cells[other].label or board.cells[other].key for other, _ in step.changes if other != cell]
    places = {"other": others[0] if others else ""}
    return kind.vi.format(**places), kind.en.format(**places)
