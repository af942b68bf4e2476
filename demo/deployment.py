"""The demo's registers in a home, as any committee's are: `khoi init` with rows of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingest.reference import SEEDS_DIR, Reference
from khoi.deployment import Home, create_deployment

REGISTERS = Path(__file__).with_name("seeds")
"""The registers, published figures and targets of the demo's committees."""
_ADDED = Path(__file__).with_name("rule_parameters.csv")
"""Rows of the demo's committees at the end of a list that every deployment shares."""


def create_demo_deployment(home: Home, planned: Mapping[str, bytes] | None = None) -> None:
    """Make ``home`` a deployment with the demo's registers. Raises DeploymentExists where it has some already.

    ``planned``: registers of another plan in place of those of `demo/seeds/`, by name.
    """
    registers = {path.stem: path.read_bytes() for path in REGISTERS.glob("*.csv")} | dict(planned or {})
    _, _, added = _ADDED.read_bytes().partition(b"\n")
    registers[_ADDED.stem] = (SEEDS_DIR / _ADDED.name).read_bytes() + added
    create_deployment(home, registers)


@cache
def demo_reference() -> Reference:
    """The seeds of a new demo, without a home to keep."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "demo")
        create_demo_deployment(home)
        return home.reference()
