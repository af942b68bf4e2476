"""Clean returns over the real form catalogue, for the benchmarks: one organization's year-end workbook and its past.

A *world* fixes how organizations differ and how figures move; tuning, calibration and reporting use different worlds.
The returns satisfy every hard constraint by construction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

FORMS = ("membership_change", "member_status", "membership_structure", "ratings", "discipline_summary")
LAST_CLOSING = "prev.membership_change.CLOSE"
PERIOD_END = dt.date(2024, 12, 31)

RATING_SUMS = {
    "ELIGIBLE": ("RATED", "NOT_RATED"),
    "RATED": ("HTXS", "HTT", "HTNV", "KHT"),
    "NOT_RATED": ("NR_NEW", "NR_EXEMPT", "NR_SUSPENDED", "NR_ABSENT", "NR_OTHER"),
}


@dataclass(frozen=True)
class World:
    """Medians and speeds of a simulated committee. Rates are a year's events per member."""

    size: float = 60.0
    size_spread: float = 0.9
    churn: float = 1.0
    variety: float = 2.0
    drift: float = 0.05
    exempt: float = 0.06


TUNING = World()
CALIBRATION = World(size=45.0, size_spread=1.1, churn=0.8, variety=1.5, drift=0.07, exempt=0.08)
REPORTING = World(size=80.0, size_spread=0.8, churn=1.25, variety=2.5, drift=0.06, exempt=0.05)

FLOW_RATES = {
    "IN_ADMIT": 0.030,
    "IN_TR_EXT": 0.006,
    "IN_TR_INT": 0.018,
    "IN_TR_OWN": 0.012,
    "IN_RESTORE": 0.0005,
    "OUT_DEATH": 0.004,
    "OUT_EXPEL": 0.0012,
    "OUT_REMOVE": 0.003,
    "OUT_RESIGN": 0.002,
    "OUT_TR_EXT": 0.006,
    "OUT_TR_INT": 0.016,
    "OUT_TR_OWN": 0.012,
}


@dataclass(frozen=True)
class Return:
    """One clean return: figures by cell code, the same of the last comparable period."""

    values: dict[str, int]
    previous: dict[str, int]


class Simulator:
    """Clean returns of one world from one random stream."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.rng = np.random.default_rng(seed)

    def draw(self) -> Return:
        """One organization: last comparable period, then the current one."""
        habits = self._habits()
        opening = max(4, round(float(np.exp(self.rng.normal(np.log(self.world.size), self.world.size_spread)))))
        previous = self._period(opening, habits)
        habits = {name: min(0.97, value * self._drift()) for name, value in habits.items()}
        closing = previous["membership_change.CLOSE"]
        values = self._period(closing, habits)
        values[LAST_CLOSING] = closing
        previous[LAST_CLOSING] = opening
        return Return(values, previous)

    def _drift(self) -> float:
        return float(np.exp(self.rng.normal(0, self.world.drift)))

    def _habits(self) -> dict[str, float]:
        """Traits of an organization that persist: rates of its flows and shares of its members."""
        rng, variety = self.rng, self.world.variety
        flows = {name: rate * self.world.churn * rng.gamma(variety) / variety for name, rate in FLOW_RATES.items()}
        shares = {
            "PROBATIONARY": rng.beta(2, 40),
            "EXEMPT": self.world.exempt * rng.gamma(2) / 2,
            "RESIDENCE": rng.beta(12, 3),
            "HANDBOOK": rng.beta(10, 3),
            "FEMALE": rng.beta(8, 10),
            "ETHNIC": rng.beta(1, 8),
            "RELIGIOUS": rng.beta(1, 20),
            "ELEMENTARY": rng.beta(6, 10),
            "INTERMEDIATE": rng.beta(4, 14),
            "ADVANCED": rng.beta(2, 20),
            "DISCIPLINE": 0.006 * rng.gamma(1.5) / 1.5,
            "GOOD": rng.beta(16, 4),
            "CELLS": 1 / rng.uniform(9, 20),
        }
        return {name: float(value) for name, value in {**flows, **shares}.items()}

    def _period(self, opening: int, habits: dict[str, float]) -> dict[str, int]:
        flows = {name: int(self.rng.poisson(opening * habits[name])) for name in FLOW_RATES}
        self._keep_positive(opening, flows)
        figures = {f"membership_change.{name}": value for name, value in _change_form(opening, flows).items()}
        figures["membership_change.OUT_REMOVE_PROB"] = int(self.rng.binomial(flows["OUT_REMOVE"], 0.4))
        closing = figures["membership_change.CLOSE"]
        status = self._status(closing, flows, habits)
        figures |= {f"member_status.{name}": value for name, value in status.items()}
        figures |= self._structure(closing, status["PROBATIONARY"], habits)
        figures |= self._ratings(closing, status, habits, flows["IN_ADMIT"])
        figures |= self._discipline(closing, flows["OUT_EXPEL"], habits)
        return figures

    def _keep_positive(self, opening: int, flows: dict[str, int]) -> None:
        for name in ("OUT_TR_INT", "OUT_TR_OWN", "OUT_TR_EXT", "OUT_REMOVE"):
            leaving = sum(value for key, value in flows.items() if key.startswith("OUT"))
            flows[name] -= min(flows[name], max(0, leaving - opening // 2))

    def _share(self, total: int, share: float) -> int:
        return min(total, max(0, round(total * share + self.rng.normal(0, 0.4))))

    def _status(self, closing: int, flows: dict[str, int], habits: dict[str, float]) -> dict[str, int]:
        probationary = min(closing - 1, self._share(closing, habits["PROBATIONARY"]) + flows["IN_ADMIT"] // 2)
        due = self._share(closing, habits["RESIDENCE"])
        return {
            "OFFICIAL": closing - probationary,
            "PROBATIONARY": probationary,
            "EXEMPT": min(closing - probationary, self._share(closing, habits["EXEMPT"])),
            "SUSPENDED": int(self.rng.binomial(closing, 0.001)),
            "RECOGNIZED": int(self.rng.poisson(closing * habits["IN_ADMIT"])),
            "CARDS": int(self.rng.poisson(closing * 0.08)),
            "HANDBOOK": self._share(closing, habits["HANDBOOK"]),
            "RESIDENCE_DUE": due,
            "RESIDENCE": due - int(self.rng.binomial(due, 0.04)),
        }

    def _structure(self, closing: int, probationary: int, habits: dict[str, float]) -> dict[str, int]:
        elementary = self._share(closing, habits["ELEMENTARY"])
        intermediate = min(closing - elementary, self._share(closing, habits["INTERMEDIATE"]))
        advanced = min(closing - elementary - intermediate, self._share(closing, habits["ADVANCED"]))
        form = {
            "TOTAL": closing,
            "FEMALE": self._share(closing, habits["FEMALE"]),
            "ETHNIC_MINORITY": self._share(closing, habits["ETHNIC"]),
            "RELIGIOUS": self._share(closing, habits["RELIGIOUS"]),
            "PROBATIONARY": probationary,
            "THEORY_ELEMENTARY": elementary,
            "THEORY_INTERMEDIATE": intermediate,
            "THEORY_ADVANCED": advanced,
        }
        return {f"membership_structure.{name}": value for name, value in form.items()}

    def _ratings(self, closing: int, status: dict[str, int], habits: dict[str, float], admitted: int) -> dict[str, int]:
        cells = max(1, round(closing * habits["CELLS"]))
        figures: dict[str, int] = {}
        for subject, total in (("TCCSD", 1), ("CBTT", cells), ("TTLD", cells + 1), ("DV", closing)):
            reasons = {"NR_NEW": 0, "NR_EXEMPT": 0, "NR_SUSPENDED": 0, "NR_ABSENT": 0, "NR_OTHER": 0}
            if subject == "DV":
                room = total
                wanted = (
                    ("NR_EXEMPT", status["EXEMPT"]),
                    ("NR_SUSPENDED", status["SUSPENDED"]),
                    ("NR_NEW", admitted // 2),
                    ("NR_ABSENT", int(self.rng.poisson(total * 0.01))),
                    ("NR_OTHER", int(self.rng.poisson(total * 0.003))),
                )
                for name, value in wanted:
                    reasons[name] = min(room, value)
                    room -= reasons[name]
            rated = total - sum(reasons.values())
            levels = self._levels(rated, habits["GOOD"])
            line = {"ELIGIBLE": total, "RATED": rated, **levels, "NOT_RATED": total - rated, **reasons}
            figures |= {f"ratings.{subject}.{name}": value for name, value in line.items()}
        return figures

    def _levels(self, rated: int, good: float) -> dict[str, int]:
        failed = int(self.rng.binomial(rated, 0.006))
        upper = int(self.rng.binomial(rated - failed, good))
        excellent = upper // 5 - int(self.rng.binomial(upper // 5, 0.1))
        return {"HTXS": excellent, "HTT": upper - excellent, "HTNV": rated - failed - upper, "KHT": failed}

    def _discipline(self, closing: int, expelled: int, habits: dict[str, float]) -> dict[str, int]:
        mild = int(self.rng.poisson(closing * habits["DISCIPLINE"]))
        reprimands = int(self.rng.binomial(mild, 0.65))
        removed = int(self.rng.binomial(mild - reprimands, 0.1))
        warnings = mild - reprimands - removed
        by_cell = int(self.rng.binomial(reprimands + warnings, 0.6))
        rest = mild + expelled - by_cell
        by_committee = int(self.rng.binomial(rest, 0.5))
        by_commission = int(self.rng.binomial(rest - by_committee, 0.3))
        form = {
            "MEMBERS": mild + expelled,
            "COMMITTEE_MEMBERS": int(self.rng.binomial(mild, 0.25)),
            "FORM_KT": reprimands,
            "FORM_CC": warnings,
            "FORM_CACH": removed,
            "FORM_KTR": expelled,
            "LEVEL_CB": by_cell,
            "LEVEL_DUCS": by_committee,
            "LEVEL_UBKTCS": by_commission,
            "LEVEL_ABOVE": rest - by_committee - by_commission,
            "ORGANIZATIONS": int(self.rng.binomial(2, 0.03)),
        }
        return {f"discipline_summary.{name}": value for name, value in form.items()}


def _change_form(opening: int, flows: dict[str, int]) -> dict[str, int]:
    moved_in = flows["IN_TR_EXT"] + flows["IN_TR_INT"] + flows["IN_TR_OWN"]
    moved_out = flows["OUT_TR_EXT"] + flows["OUT_TR_INT"] + flows["OUT_TR_OWN"]
    increase = flows["IN_ADMIT"] + moved_in + flows["IN_RESTORE"]
    leaving = ("OUT_DEATH", "OUT_EXPEL", "OUT_REMOVE", "OUT_RESIGN")
    decrease = moved_out + sum(flows[name] for name in leaving)
    closing = opening + increase - decrease
    totals = {
        "OPEN": opening,
        "INC": increase,
        "IN_TR": moved_in,
        "DEC": decrease,
        "OUT_TR": moved_out,
        "CLOSE": closing,
    }
    return {**flows, **totals}
