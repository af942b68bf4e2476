"""Which tests reach which line: what one run of the tests under coverage.py remembers, quickest test first.

    python -m bench.reached FOLDER [--tests tests/ingest tests/khoi ...]

runs the ordinary tests once, a context for each test function, and leaves in FOLDER what `bench.mutants --reached
FOLDER` reads: `coverage` (lines and their contexts) and `seconds.xml` (how long each test took). What a fixture runs
before a test begins belongs to no test here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

ROOT = Path(__file__).resolve().parents[1]
ROOMS = "ingest,quality,khoi,orchestration"
TESTS = ("ingest", "quality", "khoi", "orchestration", "dbt", "demo", "deploy", "seeds")
_SETTINGS = "[run]\ndynamic_context = test_function\nsource = {rooms}\ndata_file = {data}\nrelative_files = True\n"


@dataclass(frozen=True)
class Test:
    """A test function with all its parameters: how pytest calls it and the seconds it takes."""

    node: str
    seconds: float


@dataclass(frozen=True)
class Reached:
    """The tests by the lines they reach: module as a path of the tree -> line -> test functions, quickest first."""

    lines: dict[str, dict[int, tuple[Test, ...]]]

    @classmethod
    def read(cls, folder: Path) -> Reached:
        """What `recorded` left in ``folder``; several runs beside each other are joined."""
        tests = _tests(sorted(folder.glob("seconds*.xml")))
        lines: defaultdict[str, defaultdict[int, set[Test]]] = defaultdict(lambda: defaultdict(set))
        for path in sorted(folder.glob("coverage*")):
            data = CoverageData(str(path))
            data.read()
            for measured in data.measured_files():
                module = (ROOT / measured).relative_to(ROOT).as_posix()
                for line, contexts in data.contexts_by_lineno(measured).items():
                    lines[module][line] |= {tests[context] for context in contexts if context in tests}
        return cls(
            {
                module: {line: tuple(sorted(found, key=lambda test: test.seconds)) for line, found in by_line.items()}
                for module, by_line in lines.items()
            }
        )

    def tests_of(self, module: str, first: int, last: int) -> tuple[Test, ...]:
        """The tests that reach any of these lines of ``module``, quickest first; none where no test does."""
        by_line = self.lines.get(module, {})
        found = {test for line in range(first, last + 1) for test in by_line.get(line, ())}
        return tuple(sorted(found, key=lambda test: test.seconds))


def _tests(reports: list[Path]) -> dict[str, Test]:
    """The test functions of pytest's reports, by the name that coverage.py gives them as a context."""
    files = {path.stem: path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):
            module, name = case.get("classname", "").rpartition(".")[2], case.get("name", "").partition("[")[0]
            seconds[module, name] += float(case.get("time", "0"))
    return {
        f"{module}.{name}": Test(f"{files[module]}::{name}", taken)
        for (module, name), taken in seconds.items()
        if module in files
    }


def recorded(folder: Path, tests: list[str]) -> int:
    """Run ``tests`` once and leave in ``folder`` what `Reached.read` reads; pytest's exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "settings.ini"
    settings.write_text(_SETTINGS.format(rooms=ROOMS, data=folder / "coverage"), encoding="utf-8")
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-m", "not long"]
    command += [f"--junitxml={folder / 'seconds.xml'}", *tests]
    # The quick core of newer interpreters keeps no contexts.
    environment = {**os.environ, "COVERAGE_CORE": "ctrace"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    """Run the tests under coverage; pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tests", nargs="*", default=[f"tests/{room}" for room in TESTS])
    given = parser.parse_args()
    return recorded(given.folder.resolve(), given.tests)


if __name__ == "__main__":
    sys.exit(main())
