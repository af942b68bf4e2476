"""Rules that were found to agree are not held against each other again until something they rest on has changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from khoi_deployment import Deployment

from khoi.deployment.context import load_context
from khoi.deployment.rules import require_agreeing
from quality.audit import report
from quality.audit.report import ContradictoryRules

Asked = Callable[[], int]


@pytest.fixture
def asked(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """How often the rules are held against each other by a run of now."""
    deployment.home.create()
    held: list[object] = []
    monkeypatch.setattr(report, "require_consistent", lambda *told: held.append(told))

    def ask() -> int:
        held.clear()
        require_agreeing(load_context(deployment.home))
        return len(held)

    return ask


def test_it_is_asked_once_and_again_when_a_register_or_a_rule_changes(deployment: Deployment, asked: Asked) -> None:
    assert [asked(), asked()] == [1, 0]
    periods = deployment.home.seeds / "reporting_periods.csv"
    periods.write_text(periods.read_text("utf-8").replace("2099-01-20", "2098-01-20"), "utf-8")
    assert [asked(), asked()] == [1, 0]
    place = deployment.home.config / "rules"
    place.mkdir(parents=True, exist_ok=True)
    (place / "own.yaml").write_text("topic: t\nrules: []\n", "utf-8")
    assert [asked(), asked()] == [1, 0]


def test_a_note_that_is_lost_or_damaged_says_nothing(deployment: Deployment, asked: Asked) -> None:
    assert asked() == 1
    note = deployment.home.lake / "reference" / "rules_agree.txt"
    for spoil in (note.unlink, lambda: note.write_text("", "utf-8")):
        spoil()
        assert [asked(), asked()] == [1, 0]


def test_rules_that_contradict_are_refused_every_time(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment.home.create()

    def refuse(*told: object) -> None:
        raise ContradictoryRules("R001A, X1")

    monkeypatch.setattr(report, "require_consistent", refuse)
    for _ in range(2):
        with pytest.raises(ContradictoryRules):
            require_agreeing(load_context(deployment.home))
