"""The order of the whole suite: files that take long begin, so that no worker is left alone with one at the end.

What the long suites tried and survived is said when all is over, whichever process they ran in.

No example of a property has a deadline: how long one takes is the machine's business, and benchmarks measure it.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from khoi.deployment.context import Context
    from khoi.deployment.home import Home
    from khoi.warehouse.dbt_ahead import DbtAhead

settings.register_profile("khoi", deadline=None)
settings.load_profile("khoi")

UNTIL = "KHOI_TESTS_UNTIL"
"""Second since 1970 after which no long test begins, for a machine that is slower than what waits for it."""
_OVER = "the time for the long suites is over"

_SHARED = frozenset({"published", "built_home"})
"""Fixtures that all workers wait for until one has built them: a minute each."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the tests that were asked for: a file that builds what is shared, slow files, files that share, all others.

    So one worker builds while the others have work that waits for nothing. Inside a file nothing moves.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("long")}
    sharing: dict[str, list[Path]] = {}
    for item in items:
        for name in sorted(_SHARED & set(getattr(item, "fixturenames", ()))):
            sharing.setdefault(name, []).append(item.path)
    first = {paths[0] for paths in sharing.values()}
    later = {path for paths in sharing.values() for path in paths}

    def rank(item: pytest.Item) -> int:
        return 0 if item.path in first else 2 if item.path in later else 1 if item.path in slow else 3

    items.sort(key=rank)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out a long test that would begin too late; how many is said at the end."""
    if item.get_closest_marker("long") and time.time() > float(os.environ.get(UNTIL, "inf")):
        pytest.skip(_OVER)


@pytest.fixture(scope="session", autouse=True)
def one_parse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What dbt keeps of a parse names no place: the first home built in a run lends it to those that have none.

    dbt compares it with the files of the home as always. A third of the first build of a small home is parsing.
    """
    from khoi.warehouse import build

    base = tmp_path_factory.getbasetemp()
    lent = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "partial_parse.msgpack"
    begin = build.begin_dbt
    parsed: list[Path] = []

    def lending(home: Home, context: Context, ahead: DbtAhead) -> None:
        for path in (one for one in parsed if one.exists() and not lent.exists()):
            begun = lent.with_suffix(f".{os.getpid()}")
            shutil.copyfile(path, begun)
            begun.replace(lent)
        kept = home.build / "target" / lent.name
        if lent.exists() and not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(lent, kept)
        parsed.append(kept)
        begin(home, context, ahead)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "begin_dbt", lending)
        yield


_TALLY = "tally"


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Takes one line about what a test tried and how often it held, for the end of the run."""
    return lambda told: record_property(_TALLY, told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the lines that tests counted."""
    reports = [one for found in terminalreporter.stats.values() for one in found if isinstance(one, pytest.TestReport)]
    told = [
        str(value)
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == _TALLY
    ]
    left_out = sorted(report.nodeid for report in reports if report.skipped and _OVER in str(report.longrepr))
    if told:
        terminalreporter.section("tried and survived")
        for line in sorted(told):
            terminalreporter.write_line(line)
    if left_out:
        terminalreporter.section(f"not run, {_OVER}: {len(left_out)}")
        for line in left_out:
            terminalreporter.write_line(line)
