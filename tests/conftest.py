"""The order of the whole suite: files with long tests begin, so that no worker is left alone with one at the end.

What the long suites tried and survived is said when all is over, whichever process they ran in.

No example of a property has a deadline: how long one takes is the machine's business, and benchmarks measure it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings

settings.register_profile("khoi", deadline=None)
settings.load_profile("khoi")

_DEPLOYMENTS = frozenset({"deployment", "published", "built_home", "warehouse"})
"""Fixtures that run stages or dbt: half a minute each where nothing is built yet."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a slow test, then files with a deployment, then all others; inside a file nothing moves."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("long")}
    deployed = {item.path for item in items if _DEPLOYMENTS & set(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: (item.path not in slow, item.path not in deployed))


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
    if told:
        terminalreporter.section("tried and survived")
        for line in sorted(told):
            terminalreporter.write_line(line)
