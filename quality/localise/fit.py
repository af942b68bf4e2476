"""Learning the weights: kinds of error from confirmed corrections, spreads from accepted returns, calibration.

Everything returned is data to be written back to `mechanisms.yaml` or `calibration.yaml` after a look by a person.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import replace

from scipy.optimize import isotonic_regression

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


MOST_IN_BLOCK, LEAST_IN_BLOCK, BLOCKS = 40.0, 10.0, 10
"""A block of suspects is a tenth of its situation, within these."""


def fit_calibration(pairs: Iterable[tuple[float, bool, float]]) -> list[tuple[float, float]]:
    """Knots (raw, stated) of a rising map: isotonic regression over blocks of suspects.

    ``pairs`` are (raw probability, it was so indeed, weight). The map starts at (0, 0) and ends flat; a share of n is
    told as if one more suspect had been looked at that was not so, because certainty cannot be learnt from examples.
    """
    ordered = sorted((round(raw, 6), right, weight) for raw, right, weight in pairs)
    whole = math.fsum(weight for *_, weight in ordered)
    blocks = _blocks(ordered, min(MOST_IN_BLOCK, max(LEAST_IN_BLOCK, whole / BLOCKS)))
    if not blocks:
        return [(0.0, 0.0), (1.0, 1.0)]
    weights = [math.fsum(weight for *_, weight in block) for block in blocks]
    raws = [math.fsum(raw * weight for raw, _, weight in block) / n for block, n in zip(blocks, weights, strict=True)]
    shares = [
        math.fsum(weight for _, right, weight in block if right) / n for block, n in zip(blocks, weights, strict=True)
    ]
    levels = _rising(shares, weights)
    at_level = {
        level: math.fsum(n for n, other in zip(weights, levels, strict=True) if other == level) for level in levels
    }
    stated = _rising([level * at_level[level] / (at_level[level] + 1) for level in levels], weights)
    return [(0.0, 0.0), *zip(raws, stated, strict=True), (1.0, stated[-1])]


def _blocks(ordered: list[tuple[float, bool, float]], least: float) -> list[list[tuple[float, bool, float]]]:
    """The pairs in order in blocks that weigh enough; equal raw probabilities are never parted."""
    blocks: list[list[tuple[float, bool, float]]] = []
    for pair in ordered:
        same = bool(blocks) and blocks[-1][-1][0] == pair[0]
        if blocks and (same or math.fsum(weight for *_, weight in blocks[-1]) < least):
            blocks[-1].append(pair)
        else:
            blocks.append([pair])
    if len(blocks) > 1 and math.fsum(weight for *_, weight in blocks[-1]) < least:
        blocks[-2:] = [blocks[-2] + blocks[-1]]
    return blocks


def _rising(shares: list[float], weights: list[float]) -> list[float]:
    return [round(float(one), 9) for one in isotonic_regression(shares, weights=weights).x]
