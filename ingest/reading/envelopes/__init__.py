"""The kinds of files that hold files: one module each, which names its `ENVELOPE`. They are found, not listed."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ingest.reading.container import Envelope, Sniffed
from ingest.reading.containers import containers


@cache
def envelopes() -> tuple[Envelope, ...]:
    """One of every module here, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").ENVELOPE for name in names)


def envelope_of(file: Sniffed) -> Envelope | None:
    """The envelope that ``file`` is, None where it is none or a workbook."""
    if any(container.claims(file) for container in containers()):
        return None
    return next((one for one in envelopes() if one.claims(file)), None)
