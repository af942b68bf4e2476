"""From raw to stated probabilities, situation by situation, and from probabilities to the three bands people read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.program_yaml import declared_in

CALIBRATION = Path(__file__).with_name("calibration.yaml")


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of stated probability and its words."""

    name: str
    low: float
    vi: str
    en: str


Knots = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Calibration:
    """Temperature of the softmax, bands from high to low, and monotone knots (raw, stated) for places and for values.

    Knots are told by what speaks for a suspect (`situations.SITUATIONS`). ``most``: what is stated at most in a
    situation, however often it was so among examples; ``most_value``: the same of a proposed value; ``most_bare``: of a
    place for which no value is likely; ``most_kind``: of a place that is wrong by a kind of slip.
    """

    temperature: float
    knots: Mapping[str, Knots]
    value_knots: Mapping[str, Knots]
    bands: tuple[Band, ...]
    most: Mapping[str, float]
    most_value: Mapping[str, float]
    most_bare: Mapping[str, float]
    most_kind: Mapping[str, float]

    def stated(self, raw: float, situation: str, kind: str = "") -> float:
        """The calibrated probability that a place is wrong by a ``kind`` of slip, from a raw one."""
        return min(_between(self.knots[situation], raw), self.most.get(situation, 1.0), self.most_kind.get(kind, 1.0))

    def stated_beside(self, stated: float, of_value: float, situation: str) -> float:
        """``stated`` of a place, no more than may be said where no value of it is as probable as not."""
        return stated if of_value >= 0.5 else min(stated, self.most_bare.get(situation, 1.0))

    def stated_value(self, raw: float, situation: str) -> float:
        """The calibrated probability that a proposed value is the true one, from a raw one."""
        most = min(self.most.get(situation, 1.0), self.most_value.get(situation, 1.0))
        return min(_between(self.value_knots[situation], raw), most)

    def band(self, probability: float) -> Band:
        """The band a stated probability lies in."""
        return next(band for band in self.bands if probability >= band.low)


def _between(knots: Knots, raw: float) -> float:
    """Straight lines between knots."""
    position = bisect_right(knots, (raw, 2.0))
    if position == 0:
        return knots[0][1]
    if position == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[position - 1], knots[position]
    return y0 + (y1 - y0) * (raw - x0) / (x1 - x0) if x1 > x0 else y1


def load_calibration(path: Path = CALIBRATION) -> Calibration:
    """Read a calibration file."""
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _load(path: Path, _stamp: int) -> Calibration:
    data = declared_in(path)
    bands = [Band(name, float(row["from"]), row["vi"], row["en"]) for name, row in data["bands"].items()]
    knots, values = (
        {
            situation: tuple((float(raw), float(stated)) for raw, stated in pairs)
            for situation, pairs in data[name].items()
        }
        for name in ("knots", "value_knots")
    )
    most = (
        {of: float(stated) for of, stated in data[name].items()}
        for name in ("most", "most_value", "most_bare", "most_kind")
    )
    ordered = tuple(sorted(bands, key=lambda band: -band.low))
    return Calibration(float(data["temperature"]), knots, values, ordered, *most)
