"""Benchmark of the localiser against minimum change: known and unknown kinds of error over the real forms.

    python -m bench.localise --returns 1500            # report
    python -m bench.localise --fit --returns 3000      # refit mechanisms.yaml and calibration.yaml on other worlds

Printed: share of failing returns where exactly the wrong cells are named, precision, recall, right proposals,
truth of the stated probabilities, time, and whether the answer is the same in other orders.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from bench.baselines import banff_flags, minimum_change, weights_from_last_period
from bench.errors import GENERIC, KNOWN, UNKNOWN, plant
from bench.problems import cells, edits, peers_of, places
from bench.returns import CALIBRATION, REPORTING, TUNING, Return, Simulator, World
from quality.localise import Confirmed, Diagnosis, Problem, Weights, load_weights, localise
from quality.localise.calibration import CALIBRATION as CALIBRATION_FILE
from quality.localise.calibration import Calibration, load_calibration
from quality.localise.fit import fit_calibration, fit_spread, fit_weights
from quality.localise.weights import MECHANISMS

SETS = {"known": KNOWN, "generic": GENERIC, "unknown": UNKNOWN}
REPORTED = ("known", "unknown")
ORGANIZATIONS = 120
"""Organizations of a committee whose last period the peers' rates are learnt from."""
SEEDS = {"tuning": 11, "calibration": 23, "report": 71}


@dataclass(frozen=True)
class Case:
    """One failing return: what was written, what was true, which cells are wrong and how."""

    problem: Problem
    truth: Return
    wrong: dict[str, str]


def cases(world: World, seed: int, count: int, set_name: str, rule_set: str = "full") -> Iterator[Case]:
    """``count`` returns with planted errors that violate at least one edit."""
    simulator, where, rules = Simulator(world, seed), places(), edits(rule_set)
    peers = peers_of([simulator.draw() for _ in range(ORGANIZATIONS)])
    rng = np.random.default_rng([seed, 1 + list(SETS).index(set_name)])
    made = 0
    while made < count:
        clean = simulator.draw()
        observed, wrong = plant(rng, clean, where, SETS[set_name], set_name)
        problem = Problem.of(cells(observed, clean.previous, where, peers), rules)
        if any(problem.edits[edit].weight is None for edit in problem.violated):
            made += 1
            yield Case(problem, clean, wrong)


@dataclass
class Score:
    """Counts over failing returns of one method."""

    returns: int = 0
    exact: int = 0
    flagged: int = 0
    right: int = 0
    wrong: int = 0
    proposed_right: int = 0
    times: list[float] = field(default_factory=list)

    def add(self, case: Case, proposed: dict[str, int], seconds: float) -> None:
        """Count one answer: proposed figures by flagged cell."""
        hits = [name for name in proposed if name in case.wrong]
        self.returns += 1
        self.exact += set(proposed) == set(case.wrong)
        self.flagged += len(proposed)
        self.right += len(hits)
        self.wrong += len(case.wrong)
        self.proposed_right += sum(proposed[name] == case.truth.values[name] for name in hits)
        self.times.append(seconds)

    def line(self, name: str) -> str:
        """One row of the table."""
        ms = np.array(self.times) * 1000
        return (
            f"{name:34s} exact {self.exact / self.returns:.3f}  precision {self.right / max(1, self.flagged):.3f}  "
            f"recall {self.right / self.wrong:.3f}  value right {self.proposed_right / max(1, self.right):.3f}  "
            f"ms mean {ms.mean():.1f} p50 {np.percentile(ms, 50):.1f} p95 {np.percentile(ms, 95):.1f} "
            f"max {ms.max():.0f}"
        )


def flags(diagnosis: Diagnosis) -> dict[str, int]:
    """Cells shown as likely or near certain, with their proposals."""
    return {one.cell: one.proposed for one in diagnosis.suspects(0.5) if one.proposed is not None}


def best_answer(diagnosis: Diagnosis) -> dict[str, int]:
    """The cells of every component's best explanation: what a method that must answer would say."""
    return {
        repair.cell: repair.proposed
        for component in diagnosis.components
        if component.alternatives and (component.edits or component.outcome != "cannot_tell")
        for repair in component.alternatives[0].repairs
    }


Answering = Callable[[Diagnosis], dict[str, int]]


def run_localiser(
    sample: list[Case], weights: Weights, calibration: Calibration, answering: Answering = flags
) -> tuple[Score, list[Diagnosis]]:
    """The localiser over a sample."""
    score, answers = Score(), []
    for case in sample:
        start = time.perf_counter()
        fresh = Problem(case.problem.cells, case.problem.edits)
        answer = localise(fresh, weights, calibration)
        score.add(case, answering(answer), time.perf_counter() - start)
        answers.append(answer)
    return score, answers


def run_baseline(sample: list[Case], weigh: Callable[[Problem], np.ndarray]) -> Score:
    """Minimum change over a sample; no answer counts as nothing flagged."""
    score = Score()
    for case in sample:
        start = time.perf_counter()
        answer = minimum_change(case.problem, weigh(case.problem))
        score.add(case, answer or {}, time.perf_counter() - start)
    return score


def run_banff(sample: list[Case], interpreter: Path) -> Score:
    """Banff over a sample in one call; its time is the mean, it proposes no figures."""
    flagged, seconds = banff_flags([case.problem for case in sample], interpreter)
    score = Score()
    for case, names in zip(sample, flagged, strict=True):
        score.add(case, dict.fromkeys(names, 0), seconds / len(sample))
    return score


def stated(sample: list[Case], answers: list[Diagnosis]) -> list[tuple[float, bool, bool]]:
    """(stated probability, cell is wrong, proposal is right) of every suspect shown."""
    return [
        (one.probability, one.cell in case.wrong, one.proposed == case.truth.values[one.cell])
        for case, answer in zip(sample, answers, strict=True)
        for one in answer.suspects(0.0)
    ]


FINE = ((0.95, 1.01), (0.8, 0.95), (0.65, 0.8), (0.5, 0.65), (0.3, 0.5), (0.1, 0.3), (0.02, 0.1))
BANDS = ((0.95, 1.01), (0.5, 0.95), (0.02, 0.5))


def print_bands(pairs: list[tuple[float, bool, bool]], wrong: int) -> None:
    """Stated against true probability, by the three bands people see and by finer ones."""
    for low, high in (*BANDS, *FINE[1:]):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            mean = sum(pair[0] for pair in inside) / len(inside)
            true = sum(pair[1] for pair in inside) / len(inside)
            value = sum(pair[2] for pair in inside) / len(inside)
            print(
                f"    p {low:.2f}-{min(high, 1):.2f}: {len(inside):5d} cells, stated {mean:.3f}, "
                f"wrong indeed {true:.3f} ({true - mean:+.3f}), proposal right {value:.3f}, "
                f"covers {sum(p[1] for p in inside) / wrong:.2f}"
            )


def shuffled_alike(sample: list[Case], answers: list[Diagnosis], weights: Weights, calibration: Calibration) -> int:
    """How many answers are identical when cells and edits come in another order."""
    dice = random.Random(5)
    same = 0
    for case, answer in zip(sample, answers, strict=True):
        given_cells, given_edits = list(case.problem.cells), list(case.problem.edits)
        dice.shuffle(given_cells)
        dice.shuffle(given_edits)
        same += localise(Problem.of(given_cells, given_edits), weights, calibration) == answer
    return same


def report(count: int, baselines: int, by_kind: bool, rule_set: str, banff: Path | None, seed: int) -> None:
    """Both sets on the reporting world."""
    weights, calibration = load_weights(), load_calibration()
    dice = np.random.default_rng(3)
    for set_name in REPORTED:
        sample = list(cases(REPORTING, seed, count, set_name, rule_set))
        score, answers = run_localiser(sample, weights, calibration)
        print(f"\n{set_name} kinds, {count} failing returns, {score.wrong} wrong cells")
        forced = Score()
        for case, answer in zip(sample, answers, strict=True):
            forced.add(case, best_answer(answer), 0.0)
        print(forced.line("  edit operations, best explanation"))
        print(score.line("  edit operations, shown at p >= .5"))
        part = sample[:baselines]
        if part:
            forced, _ = run_localiser(part, weights, calibration, best_answer)
            print(forced.line(f"  best explanation, first {len(part)}"))
            plain = run_baseline(part, lambda problem: 1 + 1e-3 * dice.random(len(problem.cells)) + trusts(problem))
            print(plain.line("  minimum change, random choice"))
            print(run_baseline(part, weights_from_last_period).line("  minimum change, last period"))
        if banff:
            print(run_banff(part, banff).line("  Banff (value and time not compared)"))
        print_bands(stated(sample, answers), score.wrong)
        outcomes = [one.outcome for answer in answers for one in answer.components]
        print("    components:", {name: outcomes.count(name) for name in sorted(set(outcomes))})
        same = shuffled_alike(sample[:200], answers[:200], weights, calibration)
        print(f"    identical in another order: {same} of {min(200, count)}")
        if by_kind:
            print_kinds(sample, answers)


def trusts(problem: Problem) -> np.ndarray:
    """The accepted last closing is as hard to blame for the baselines as for the localiser."""
    return np.array([cell.trust for cell in problem.cells])


def print_kinds(sample: list[Case], answers: list[Diagnosis]) -> None:
    """Recall by planted kind, in returns where it was the only event."""
    for kind in sorted({kind for case in sample for kind in case.wrong.values()}):
        pure = [
            (case, flags(answer))
            for case, answer in zip(sample, answers, strict=True)
            if set(case.wrong.values()) == {kind}
        ]
        if pure:
            exact = sum(set(named) == set(case.wrong) for case, named in pure) / len(pure)
            print(f"    {kind:18s} {len(pure):4d} returns, exact {exact:.2f}")


def fit(count: int, spread: bool) -> None:
    """Kinds and spreads from the tuning world, calibration from a third world with both sets of errors."""
    sample = list(cases(TUNING, SEEDS["tuning"], count, "known"))
    confirmed = [
        Confirmed(case.problem.by_key[name].observed, case.truth.values[name], case.truth.previous[name], kind)
        for case in sample
        for name, kind in _events(case.wrong).items()
    ]
    filled = sum(len(case.problem.cells) for case in sample)
    weights = fit_weights(confirmed, load_weights(), filled_cells=filled)
    moves = [
        (cell.nature, cell.expected if cell.expected is not None else 0.0, case.truth.values[cell.key])
        for case in sample
        for cell in case.problem.cells
    ]
    weights = fit_spread(moves, weights) if spread else weights
    _write(MECHANISMS, {**weights.as_data(), "reason": "fitted by bench/localise.py --fit on simulated returns"})
    raw = Calibration(load_calibration().temperature, ((0.0, 0.0), (1.0, 1.0)), load_calibration().bands)
    pairs = []
    for set_name, share in (("known", count), ("generic", count // 4)):
        sample = list(cases(CALIBRATION, SEEDS["calibration"], share, set_name))
        _, answers = run_localiser(sample, weights, raw)
        pairs += [(probability, wrong) for probability, wrong, _ in stated(sample, answers)]
    data = yaml.safe_load(CALIBRATION_FILE.read_text(encoding="utf-8"))
    data["knots"] = [[round(x, 4), round(y, 4)] for x, y in fit_calibration(pairs)]
    _write(CALIBRATION_FILE, data)


def _events(wrong: dict[str, str]) -> dict[str, str]:
    """One cell per event: an exchange, a move or a shift counts once."""
    several = {"swapped_near", "swapped_far", "wrong_place", "shifted"}
    seen: set[str] = set()
    kept = {}
    for name, kind in wrong.items():
        if kind not in several or kind not in seen:
            kept[name] = kind
            seen.add(kind)
    return kept


def _write(path: Path, data: dict[str, object]) -> None:
    comment = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    body = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
    path.write_text("\n".join(comment) + "\n" + body, encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--returns", type=int, default=1000)
    parser.add_argument("--baselines", type=int, default=400, help="returns given to the slow baselines")
    parser.add_argument("--kinds", action="store_true", help="also by planted kind")
    parser.add_argument("--rules", choices=["full", "catalogue"], default="full", help="edits: the domain's or today's")
    parser.add_argument("--seed", type=int, default=SEEDS["report"])
    parser.add_argument("--banff", type=Path, help="an interpreter that has Banff installed")
    parser.add_argument("--spread", action="store_true", help="with --fit: also how far clean figures move")
    parser.add_argument("--fit", action="store_true", help="write mechanisms.yaml and calibration.yaml")
    options = parser.parse_args()
    if options.fit:
        fit(options.returns, options.spread)
    else:
        report(options.returns, options.baselines, options.kinds, options.rules, options.banff, options.seed)


if __name__ == "__main__":
    main()
