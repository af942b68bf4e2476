"""Benchmark of the outlier test on small counts against z > 3, modified z and min-max on own history.

    python -m bench.outliers

Clean counts: Poisson with gamma rates per organization, members as exposure, a shared rise in the asked period.
Planted: a figure times ten (or ten too many where it is zero), one in fifty. False: share of clean figures asked
about. Power: share of planted ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quality.outliers.counts import count_flags

Numbers = NDArray[np.float64]
FLOWS = {"flow of 2 %": 0.02, "rare, 0.2 %": 0.002}


def panel(
    rng: np.random.Generator, organizations: int, periods: int, rate: float, rise: float
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """(members, counts with planted errors in the last period, which are planted): organizations x periods."""
    members = np.round(np.exp(rng.normal(np.log(90), 0.8, organizations)))[:, None].repeat(periods, 1)
    members = np.maximum(5.0, np.round(members * np.cumprod(1 + rng.normal(0, 0.03, members.shape), axis=1))).astype(
        float
    )
    rates = (rate * rng.gamma(2.0, 0.5, organizations)[:, None]).astype(float)
    growth = np.ones(periods)
    growth[-1] = rise
    counts = rng.poisson(rates * members * growth).astype(float)
    planted = rng.random(organizations) < 0.02
    last = counts[planted, -1]
    counts[planted, -1] = np.where(last > 0, 10 * last, 10)
    return members.astype(np.float64), counts.astype(np.float64), planted


def negative_binomial(members: Numbers, counts: Numbers) -> NDArray[np.bool_]:
    """Our test over one panel."""
    units, periods = counts.shape
    frame = pd.DataFrame(
        {
            "committee": "C",
            "organization": np.repeat([f"O{i:05d}" for i in range(units)], periods),
            "form": "F",
            "cell_code": "F.X",
            "period": np.tile([f"P{i:02d}" for i in range(periods)], units),
            "members": members.ravel(),
            "value": counts.ravel(),
        }
    )
    flagged = set(count_flags(frame, f"P{periods - 1:02d}")["organization"])
    return np.array([f"O{i:05d}" in flagged for i in range(units)])


def z_score(members: Numbers, counts: Numbers) -> NDArray[np.bool_]:
    """|z| > 3 on own history."""
    past = counts[:, :-1]
    spread = past.std(axis=1, ddof=1)
    return np.abs(counts[:, -1] - past.mean(axis=1)) > 3 * spread


def modified_z(members: Numbers, counts: Numbers) -> NDArray[np.bool_]:
    """Modified z > 3.5 (median and MAD) on own history."""
    past = counts[:, :-1]
    middle = np.median(past, axis=1)
    mad = np.median(np.abs(past - middle[:, None]), axis=1)
    return 0.6745 * np.abs(counts[:, -1] - middle) > 3.5 * mad


def min_max(members: Numbers, counts: Numbers) -> NDArray[np.bool_]:
    """Outside the range of own history."""
    past = counts[:, :-1]
    return (counts[:, -1] < past.min(axis=1)) | (counts[:, -1] > past.max(axis=1))


TESTS: dict[str, Callable[[Numbers, Numbers], NDArray[np.bool_]]] = {
    "negative binomial, BH": negative_binomial,
    "z > 3 on own history": z_score,
    "modified z > 3.5": modified_z,
    "min-max": min_max,
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--organizations", type=int, default=120, help="of one committee")
    parser.add_argument("--committees", type=int, default=100)
    parser.add_argument("--periods", type=int, default=7, help="history and the asked period")
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    for rise in (1.0, 1.6):
        for flow, rate in FLOWS.items():
            print(f"\n{flow} of members, shared rise {rise}, {options.periods - 1} periods of history")
            rng = np.random.default_rng(options.seed)
            panels = [panel(rng, options.organizations, options.periods, rate, rise) for _ in range(options.committees)]
            for name, test in TESTS.items():
                flags = [test(members, counts) for members, counts, _ in panels]
                clean = np.concatenate([flag[~planted] for flag, (_, _, planted) in zip(flags, panels, strict=True)])
                wrong = np.concatenate([flag[planted] for flag, (_, _, planted) in zip(flags, panels, strict=True)])
                print(f"  {name:24s} false {100 * clean.mean():.3f} %   power {wrong.mean():.3f} of {len(wrong)}")


if __name__ == "__main__":
    main()
