"""The gate of a run of the command line is told to Dagster as it was held, and never held for the sake of telling."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from khoi.deployment.home import Home
from khoi.gate.hold import _record
from khoi.gate.outcome import GateReport, Outcome, write_gate
from orchestration.reported import _gate


@pytest.mark.parametrize("met", [True, False])
def test_a_gate_that_was_held_is_told(tmp_path: Path, met: bool) -> None:
    home = Home(tmp_path / "khoi")
    told = Outcome("G001", "volumes", "critical", "Tên", "name", "why", met, 1, [] if met else ["fct_x = 3"])
    _record(home).parent.mkdir(parents=True)
    write_gate(GateReport("1-2", None, [told]), _record(home))
    (event,) = _gate(home)
    assert isinstance(event, dg.AssetCheckEvaluation)
    assert event.passed is met
    assert event.severity is (dg.AssetCheckSeverity.WARN if met else dg.AssetCheckSeverity.ERROR)


def test_without_a_gate_nothing_is_told(tmp_path: Path) -> None:
    assert list(_gate(Home(tmp_path / "khoi"))) == []
