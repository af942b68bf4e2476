"""The order of the whole suite: files with long tests begin, so that no worker is left alone with one at the end.

No example of a property has a deadline: how long one takes is the machine's business, and benchmarks measure it.
"""

from __future__ import annotations

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
