"""The localiser's knowledge as numbers: kinds of error with probabilities, and how far clean figures move.

All of it stands in `mechanisms.yaml`; `fit.py` learns it anew from confirmed corrections and accepted returns.
Costs are whole micro log units, so that sums never depend on the order of summing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.program_yaml import declared_in

MECHANISMS = Path(__file__).with_name("mechanisms.yaml")
NUMBERS = (
    "error_rate",
    "pseudo_count",
    "least_share",
    "most_share",
    "soft_rule",
    "accepted_before",
    "unknown",
    "agreement",
    "goes_on",
    "taken_over",
    "unlike",
    "same_wrong",
    "made_up_for",
)
UNIT = 1_000_000
"""Micro log units in one log unit (nat)."""


class WeightsError(ValueError):
    """Weights that cannot be used; the message names what to change."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to get a number wrong: its share of all errors and its words."""

    name: str
    share: float
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class RatedKind:
    """One way to get something wrong whose rate stands for itself (`mechanisms.yaml` says per what), and its words."""

    name: str
    rate: float
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a clean figure of one nature moves: Laplace scale on square roots, share of free moves."""

    scale: float
    tail: float
    negative: float


@dataclass(frozen=True)
class Weights:
    """Everything the ranking depends on."""

    kinds: Mapping[str, Kind]
    rated_kinds: Mapping[str, RatedKind]
    spread: Mapping[str, Spread]
    error_rate: float
    pseudo_count: float
    least_share: float
    most_share: float
    soft_rule: float
    accepted_before: float
    unknown: float
    agreement: float
    goes_on: float
    taken_over: float
    unlike: float
    same_wrong: float
    made_up_for: float

    def kind_cost(self, name: str) -> int:
        """-log P(an error of this kind happens at a cell), micro log units."""
        return round(-math.log(self.error_rate * self.kinds[name].share) * UNIT)

    def share_cost(self, name: str) -> int:
        """-log P(this kind), given that an error has happened, micro log units."""
        return round(-math.log(self.kinds[name].share) * UNIT)

    def worded(self, name: str) -> Kind | RatedKind:
        """The kind of error of a name, with its words."""
        if name in self.kinds:
            return self.kinds[name]
        return self.rated_kinds[name]

    def as_data(self) -> dict[str, Any]:
        """The content of a mechanisms file."""
        return {
            "version": 1,
            "error_rate": round(self.error_rate, 6),
            "pseudo_count": self.pseudo_count,
            "least_share": self.least_share,
            "most_share": self.most_share,
            "soft_rule": self.soft_rule,
            "accepted_before": self.accepted_before,
            "unknown": self.unknown,
            "agreement": self.agreement,
            "goes_on": self.goes_on,
            "taken_over": self.taken_over,
            "unlike": self.unlike,
            "same_wrong": self.same_wrong,
            "made_up_for": self.made_up_for,
            "kinds": {
                kind.name: {"share": round(kind.share, 5), "vi": kind.vi, "en": kind.en} for kind in self.kinds.values()
            },
            "rated_kinds": {
                kind.name: {"rate": round(kind.rate, 6), "vi": kind.vi, "en": kind.en}
                for kind in self.rated_kinds.values()
            },
            "spread": {
                name: {"scale": round(one.scale, 4), "tail": round(one.tail, 4), "negative": one.negative}
                for name, one in self.spread.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One confirmed correction: the kind the person chose, or the two values from which it is inferred."""

    observed: int | None
    corrected: int
    previous: int | None = None
    kind: str | None = None


def load_weights(path: Path = MECHANISMS) -> Weights:
    """Read a mechanisms file. Raises WeightsError where shares or spreads are not usable."""
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _load(path: Path, _stamp: int) -> Weights:
    data = declared_in(path)
    try:
        kinds = {name: Kind(name, float(row["share"]), row["vi"], row["en"]) for name, row in data["kinds"].items()}
        records = {
            name: RatedKind(name, float(row["rate"]), row["vi"], row["en"]) for name, row in data["rated_kinds"].items()
        }
        spread = {name: Spread(**row) for name, row in data["spread"].items()}
        numbers = [float(data[name]) for name in NUMBERS]
        weights = Weights(kinds, records, spread, *numbers)
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path}: {error}") from error
    if any(kind.share <= 0 for kind in kinds.values()) or not 0 < weights.error_rate < 1:
        raise WeightsError(f"{path}: shares must be positive and error_rate between 0 and 1")
    return weights
