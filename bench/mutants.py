"""Would a test notice? Small changes are made to glue and heuristics, one at a time, and the tests nearest to them run.

    python -m bench.mutants [--sample 60] [--seed 1] [--only khoi/stages.py ...] [--seconds 300] [--near] [--again LOG]
                            [--reached FOLDER] [--processes 2]

A mutant is one changed place of one function: a comparison, a boolean, a condition, a number, a call that is left
out, a default that is returned. It is *killed* where a test fails, *argued* where `mutants_argued.yaml` says why no
test can or should see it, *timed out* where the tests did not end (a loop without end and a machine that is too busy
are not told apart), *not tried* where the tests fail without it as well, and it *survives* otherwise; survivors and
what was not tried make the exit code 1. With ``--reached``, the tests that reach the changed line come first, quickest
first (`bench.reached` finds them out in one run of the tests). Then come those of its module's name, those that import
it and those of the folder that mirrors it, nearest first; what passes them meets the tests that run the whole way,
unless ``--near`` asks for what the neighbourhood alone notices. ``--again`` tries those that an earlier run printed,
once more. Each mutant is tried in a copy of the tree, so the checkout is never touched.

The operators are few on purpose: they are the slips that people make in glue code. Larger tools mutate every
operator of every expression, which for code that starts processes and builds warehouses costs days.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bench.reached import Reached, Test

ROOT = Path(__file__).resolve().parents[1]
ARGUED = Path(__file__).with_name("mutants_argued.yaml")
# Glue and heuristics: what decides without computing, and so is seldom tested by its values.
AIMED_AT = (
    "khoi/stages.py",
    "khoi/cli",
    "khoi/deployment",
    "khoi/exchange",
    "khoi/gate",
    "khoi/layouts",
    "khoi/warehouse",
    "ingest/normalise",
    "ingest/receive",
    "ingest/reading",
    "orchestration",
    "quality/check.py",
    "quality/submissions",
    "quality/suspects.py",
)
NEAREST = 6
"""At most so many test files of a mutant's own neighbourhood."""
_QUICK = "not slow and not long"
QUICK_SECONDS = 40.0
QUICK_TESTS = 60
"""Of the tests that reach a line, so many are asked, as long as they take so many seconds together."""
NO_TEST = 5
"""pytest's exit code where it found no test to run."""
WHOLE_WAY = ("tests/khoi/cli", "tests/khoi/stages")
"""What runs the whole way; only a mutant that its neighbourhood let pass is put before these."""

_FLIPPED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}


@dataclass(frozen=True)
class Mutant:
    """One changed place: module, line, what was done, and the module's text with the change."""

    module: str
    function: str
    line: int
    last_line: int
    change: str
    text: str

    @property
    def key(self) -> str:
        """How `mutants_argued.yaml` names it: without the line, which moves."""
        return f"{self.module}:{self.function}: {self.change}"


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module's functions, in order of the text."""
    tree = ast.parse(source)
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]:
        for node in ast.walk(function):
            for old, new in _changes(node):
                text = _replaced(source, old, new)
                if text is not None:
                    change = f"{ast.unparse(old)[:70]!r} → {new[:70]!r}"
                    lines = (old.lineno, old.end_lineno or old.lineno)
                    yield Mutant(module, function.name, *lines, change, text)


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """What can be done to a node: the part to be replaced and its new text."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _FLIPPED:
        yield node, _text(ast.Compare(node.left, [_FLIPPED[type(node.ops[0])]], node.comparators))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield node, _text(ast.BoolOp(other, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, _text(node.operand)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, repr(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield node, repr(node.value + 1)
    elif isinstance(node, ast.If):
        yield node.test, f"not ({_text(node.test)})"
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield node, "return None"
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield node, "pass"


def _text(node: ast.AST) -> str:
    return "(" + ast.unparse(ast.fix_missing_locations(node)) + ")"


def _replaced(source: str, old: ast.expr | ast.stmt, new: str) -> str | None:
    """The source with ``old`` replaced; None where the result is no Python."""
    lines = source.encode().splitlines(keepends=True)
    assert old.end_lineno is not None
    assert old.end_col_offset is not None
    start = sum(map(len, lines[: old.lineno - 1])) + old.col_offset
    end = sum(map(len, lines[: old.end_lineno - 1])) + old.end_col_offset
    text = (source.encode()[:start] + new.encode() + source.encode()[end:]).decode()
    try:
        ast.parse(text)
    except SyntaxError:
        return None
    return text


def nearest_tests(module: str, root: Path) -> list[str]:
    """The test files of a module, nearest first: of its name, those that import it, then those of its room."""
    path = Path(module)
    own = root / "tests" / path.parent / f"test_{path.name}"
    folder = root / "tests" / path.with_suffix("")
    found = [own] if own.exists() else []
    dotted = ".".join(path.with_suffix("").parts)
    parent, _, name = dotted.rpartition(".")
    for test in sorted((root / "tests").rglob("test_*.py")):
        text = test.read_text(encoding="utf-8")
        if f"from {dotted} import" in text or (f"from {parent} import" in text and name in text):
            found.append(test)
    for room in (folder, *(root / "tests" / parent for parent in path.parents if parent != Path())):
        if room.is_dir():
            found += sorted(room.glob("test_*.py"))
    unique = list(dict.fromkeys(found))
    return [test.relative_to(root).as_posix() for test in unique[:NEAREST]]


def sampled(only: list[str], sample: int, seed: int) -> list[Mutant]:
    """``sample`` mutants drawn evenly over the modules aimed at."""
    modules = sorted(
        {
            path.relative_to(ROOT).as_posix()
            for aim in only or AIMED_AT
            for path in ([ROOT / aim] if aim.endswith(".py") else (ROOT / aim).rglob("*.py"))
        }
    )
    chance = random.Random(seed)
    pools = []
    for module in modules:
        pool = list(mutants_of(module, (ROOT / module).read_text(encoding="utf-8")))
        chance.shuffle(pool)
        pools.append(pool)
    chance.shuffle(pools)
    drawn: list[Mutant] = []
    while len(drawn) < sample and any(pools):
        drawn += [pool.pop() for pool in pools if pool]
    return drawn[:sample]


def tried_before(log: Path) -> list[Mutant]:
    """The mutants whose lines an earlier run printed into ``log``, as far as their places are still there."""
    keys = {line.split("  ", 2)[2] for line in log.read_text(encoding="utf-8").splitlines() if "  line " in line}
    modules = sorted({key.partition(":")[0] for key in keys if (ROOT / key.partition(":")[0]).is_file()})
    every = (one for name in modules for one in mutants_of(name, (ROOT / name).read_text(encoding="utf-8")))
    return [mutant for mutant in every if mutant.key in keys]


def tried(mutant: Mutant, tree: Path, seconds: int, reached: Reached | None = None, *, near: bool = False) -> str:
    """``killed``, ``timed out``, ``not tried`` or ``survived`` for one mutant in a copy of the tree."""
    first = _quickest(reached.tests_of(mutant.module, mutant.line, mutant.last_line)) if reached else ()
    target = tree / mutant.module
    before = target.read_text(encoding="utf-8")
    doubted = False
    try:
        for tests in (first, tuple(nearest_tests(mutant.module, tree)), *([] if near else [WHOLE_WAY])):
            target.write_text(mutant.text, encoding="utf-8")
            failed = _failing(tests, tree, seconds)
            target.write_text(before, encoding="utf-8")
            if failed and _passes_unchanged(failed, tree, seconds):
                return "killed"
            doubted = doubted or bool(failed)
    except subprocess.TimeoutExpired:
        return "timed out"
    finally:
        target.write_text(before, encoding="utf-8")
    return "not tried" if doubted else "survived"


def _quickest(tests: Sequence[Test]) -> tuple[str, ...]:
    """The quickest of ``tests`` as pytest calls them, as many as take no more than `QUICK_SECONDS` together."""
    chosen: list[str] = []
    left = QUICK_SECONDS
    for test in tests[:QUICK_TESTS]:
        left -= test.seconds
        if chosen and left < 0:
            break
        chosen.append(test.node)
    return tuple(chosen)


@cache
def _passes_unchanged(tests: tuple[str, ...], tree: Path, seconds: int) -> bool:
    """Whether ``tests`` pass in the tree as it is: what fails anyhow would kill every mutant."""
    return not _failing(tests, tree, seconds)


def _failing(tests: Sequence[str], tree: Path, seconds: int) -> tuple[str, ...]:
    """The first of ``tests`` that fails, all of them where none could begin, nothing where all pass.

    Raises TimeoutExpired where they do not end in time.
    """
    if not tests:
        return ()
    marks = "not long" if "::" in tests[0] else _QUICK
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", marks, *tests]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    if ended.returncode in (0, NO_TEST):
        return ()
    return tuple(re.findall(r"^(?:FAILED|ERROR) (\S+?)(?:\[| |$)", ended.stdout, flags=re.MULTILINE)) or tuple(tests)


def copied_tree(folder: Path) -> Path:
    """What git would take of the project below ``folder``, as a checkout of its own for the tests that ask git."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=folder, check=True)
    return folder


def main() -> int:
    """Draw, try, print a line for each that is not killed and one that counts; 1 where some survive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--near", action="store_true")
    parser.add_argument("--again", type=Path)
    parser.add_argument("--reached", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    argued = yaml.safe_load(ARGUED.read_text(encoding="utf-8")) or {}
    reached = Reached.read(given.reached) if given.reached else None
    chosen = tried_before(given.again) if given.again else sampled(given.only, given.sample, given.seed)
    told: Counter[str] = Counter()
    started = time.monotonic()

    def share(mine: Sequence[Mutant]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            tree = copied_tree(Path(folder))
            for mutant in mine:
                known = mutant.key in argued
                outcome = "argued" if known else tried(mutant, tree, given.seconds, reached, near=given.near)
                told[outcome] += 1
                if outcome in ("survived", "timed out", "not tried"):
                    print(f"{outcome}  line {mutant.line}  {mutant.key}", flush=True)

    with ThreadPoolExecutor(given.processes) as workers:
        list(workers.map(share, [chosen[first :: given.processes] for first in range(given.processes)]))
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(told.items()))
    print(f"{sum(told.values())} mutants of seed {given.seed}: {counts}; {time.monotonic() - started:.0f} s")
    return 1 if told["survived"] or told["not tried"] else 0


if __name__ == "__main__":
    sys.exit(main())
