"""Steps that take long say how far they are, and none ends before its end or beyond it."""

from __future__ import annotations

import pytest
from khoi_deployment import Deployment

from khoi import gate, stages


def test_gate_and_publication_are_one_step_each(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "hold_gate", lambda *_, **__: "held")
    monkeypatch.setattr(stages, "swap_in", lambda *_, **__: "swapped in")
    monkeypatch.setattr(stages, "write_quality_pages", lambda *_, **__: None)
    told: list[tuple[object, ...]] = []
    assert stages.gate(deployment.home, progress=lambda *step: told.append(step)) == "held"
    assert stages.publish(deployment.home, progress=lambda *step: told.append(step)) == "swapped in"
    assert told == [("gate", 1, 1), ("publish", 1, 1)]
