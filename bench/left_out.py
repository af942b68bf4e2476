"""Are the probabilities true for a kind of error that never entered the fit? Every fitted family left out in turn.

    KHOI_HOME=… python -m bench.left_out [--seeds 61 62] [--each 40] [--cases FILE]

The calibration is fitted on the other families (`bench.fit`), then the cases of the one left out are explained with it,
both as they are and as if the kinds of error that stand for the family were not known: what comes in lies between the
two. This is what `UNSEEN_WEIGHT` is decided by, so that no family that `bench.localise` reports as never fitted is
looked at. ``--cases`` is the file of `bench.fit`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.fit import MODELLED, Case, fitted_knots, kept, uncalibrated, weighed, without
from bench.localise import BAND_HEADINGS, Claim, bands
from quality.localise import Weights, load_weights, localise
from quality.localise.calibration import Calibration, load_calibration
from quality.suspects import SHOWN_FROM


def claims(case: Case, weights: Weights, calibration: Calibration) -> Iterator[Claim]:
    """The numbers a person would read of the case: beside a value that of the value, beside a bare cell its own."""
    for component in localise(case.problem, weights, calibration).components:
        for one in component.suspects if component.constraints else ():
            if not one.place or one.probability < SHOWN_FROM:
                continue
            sheet, cell = one.place.split("!")
            wrong, stands = case.truth.holds((sheet, cell)), case.texts.get((sheet, cell))
            valued = one.proposed is not None and one.proposed_probability >= SHOWN_FROM
            stated = one.proposed_probability if valued else one.probability
            so = str(one.proposed) == stands if valued and stands is not None else wrong
            yield Claim(min(round(stated, 2), 0.99), so, wrong)


def left_out(found: list[Case], weights: Weights, present: Calibration) -> tuple[list[Claim], list[Claim]]:
    """Claims about every family by a calibration that never saw it: as it is, and as if it were not known."""
    pairs = weighed(found, weights, uncalibrated(present))
    known: list[Claim] = []
    unknown: list[Claim] = []
    for family in sorted({case.family for case in found}):
        knots = fitted_knots((pair, weight) for pair, weight in pairs if pair.family != family)
        calibration = replace(present, **{name: _as_knots(part) for name, part in knots.items()})
        for case in found:
            if case.family == family:
                known += claims(case, weights, calibration)
                if family in MODELLED:
                    unknown += claims(case, without(weights, MODELLED[family]), calibration)
    return known, unknown


def _as_knots(by_situation: dict[str, list[list[float]]]) -> dict[str, tuple[tuple[float, float], ...]]:
    return {name: tuple((raw, stated) for raw, stated in pairs) for name, pairs in by_situation.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, nargs="+", default=[61, 62])
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--cases", type=Path, help="where the spoilt workbooks are kept")
    options = parser.parse_args()
    found = kept(options.cases, options.seeds, options.each)
    known, unknown = left_out(found, load_weights(), load_calibration())
    print(f"| {BAND_HEADINGS} |\n|{'---|' * (BAND_HEADINGS.count('|') + 1)}")
    print("\n".join([*bands(known, "left out"), *bands(unknown, "left out, its kinds not known")]))


if __name__ == "__main__":
    main()
