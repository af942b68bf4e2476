"""The kinds of files with cells in them: one module each, which names its `CONTAINER`. They are found, not listed."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ingest.reading.container import Container


@cache
def containers() -> tuple[Container, ...]:
    """One of every module here, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").CONTAINER for name in names)


def container_named(name: str) -> Container:
    """The container of that name. Raises KeyError where there is none."""
    return {container.name: container for container in containers()}[name]
