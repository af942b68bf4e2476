"""The seeds of a new deployment: what all share, and registers without a row."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from ingest.reference import Reference
from khoi.deployment import Home, create_deployment


@cache
def shared_reference() -> Reference:
    """The code lists, calendar, measures and parameters of the product; every register is empty."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "new")
        create_deployment(home)
        return home.reference()
