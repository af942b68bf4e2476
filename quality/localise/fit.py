"""Learning the weights: kinds of error from confirmed corrections, spreads from accepted returns, calibration.

Everything returned is data to be written back to `mechanisms.yaml` or `calibration.yaml` after a look by a person.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import replace

from quality.localise.single_cell_errors import responsibilities
from quality.localise.weights import Confirmed, Weights


def fit_weights(confirmed: Iterable[Confirmed], prior: Weights, filled_cells: int | None = None) -> Weights:
    """Shares of kinds from confirmed corrections, shrunk to ``prior`` by its pseudo count.

    ``filled_cells`` is the number of cells the corrections were found among; where given, the error rate is
    fitted too. A correction without a kind counts for the kinds that explain it, in proportion to how well.
    """
    total = sum(kind.share for kind in prior.kinds.values())
    counts = {name: prior.pseudo_count * kind.share / total for name, kind in prior.kinds.items()}
    events = 0
    for one in confirmed:
        events += 1
        parts = {one.kind: 1.0} if one.kind in prior.kinds else responsibilities(one, prior)
        for name, part in parts.items():
            counts[str(name)] += part
    mass = sum(counts.values())
    kept = {name: min(prior.most_share, max(prior.least_share, count / mass)) for name, count in counts.items()}
    whole = sum(kept.values())
    kinds = {name: replace(kind, share=kept[name] / whole) for name, kind in prior.kinds.items()}
    rate = prior.error_rate
    if filled_cells is not None:
        worth = prior.pseudo_count / prior.error_rate
        rate = (events + prior.pseudo_count) / (filled_cells + worth)
    return replace(prior, kinds=kinds, error_rate=rate)


def fit_spread(moves: Iterable[tuple[str, float, int]], prior: Weights, least: int = 4, enough: int = 50) -> Weights:
    """Scales per nature from clean pairs (nature, expected, value): the mean absolute move on square roots (Laplace).

    Pairs that sum to less than ``least`` say nothing about the spread (most of them are 0 and 0) and are left out; a
    nature with fewer than ``enough`` pairs keeps its scale.
    """
    found: dict[str, list[float]] = {}
    for nature, expected, value in moves:
        if min(expected, value) >= 0 and expected + value >= least:
            found.setdefault(nature, []).append(abs(math.sqrt(value + 0.375) - math.sqrt(expected + 0.375)))
    spread = dict(prior.spread)
    for nature, distances in found.items():
        if nature in spread and len(distances) >= enough:
            scale = max(0.05, statistics.fmean(distances))
            spread[nature] = replace(spread[nature], scale=scale)
    return replace(prior, spread=spread)


def fit_calibration(pairs: Iterable[tuple[float, bool]], least: int = 60) -> list[tuple[float, float]]:
    """Knots (raw, stated) of a rising map: pool-adjacent-violators over blocks of at least ``least`` suspects.

    ``pairs`` are (raw probability, the cell was wrong indeed). The map starts at (0, 0) and ends flat.
    """
    by_raw: dict[float, list[bool]] = {}
    for raw, wrong in pairs:
        by_raw.setdefault(round(raw, 6), []).append(wrong)
    blocks: list[list[float]] = [[0.0, 0.0, 0.0]]
    for raw in sorted(by_raw):
        if blocks[-1][2] >= least:
            blocks.append([0.0, 0.0, 0.0])
        wrong_here = by_raw[raw]
        count = float(len(wrong_here))
        blocks[-1] = [blocks[-1][0] + raw * count, blocks[-1][1] + sum(wrong_here), blocks[-1][2] + count]
    if len(blocks) > 1 and blocks[-1][2] < least:
        last = blocks.pop()
        blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    blocks = _rising([block for block in blocks if block[2]])
    knots = [(raw / count, wrong / count) for raw, wrong, count in blocks]
    return [(0.0, 0.0), *knots, (1.0, knots[-1][1])] if knots else [(0.0, 0.0), (1.0, 1.0)]


def _rising(blocks: list[list[float]]) -> list[list[float]]:
    """Neighbouring blocks (sum of raw, wrong, count) pooled until the share of wrong cells rises."""
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][1] / pooled[-2][2] >= pooled[-1][1] / pooled[-1][2]:
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    return pooled
