"""What a run has just done it does not ask again: a check after all periods were normalised, and only then."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from khoi import stages
from khoi.deployment.home import Home


class Checked(Exception):
    """The check was reached, and with what."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A run that normalises nothing and ends where its check begins."""

    def check(*_: Any, **named: Any) -> None:
        raise Checked(named["is_normalised"])

    standing = SimpleNamespace(changed=("workbooks",), is_published=True, has_pages=True)
    stubs = {
        "_alone": lambda _: nullcontext(),
        "load_context": lambda _: None,
        "_mended": lambda *_: [],
        "receive": lambda *_, **__: SimpleNamespace(only_waits=False),
        "normalise": lambda *_, **__: [],
        "standing_of": lambda *_: standing,
        "_begins_to_publish": lambda *_: True,
        "check": check,
    }
    for name, stub in stubs.items():
        monkeypatch.setattr(stages, name, stub)
    return Home(tmp_path)


@pytest.mark.parametrize(("period", "is_normalised"), [(None, True), ("2021H1", False)])
def test_after_a_run_of_one_period_the_check_asks_what_of_the_others_counts(
    home: Home, period: str | None, is_normalised: bool
) -> None:
    """Files of other periods wait; what counts of them may rest on forms and registers of before."""
    with pytest.raises(Checked) as found:
        stages.run(home, period=period)
    assert found.value.args == (is_normalised,)


@pytest.mark.parametrize("is_normalised", [True, False])
def test_a_check_by_itself_normalises_what_counts_first(
    home: Home, monkeypatch: pytest.MonkeyPatch, is_normalised: bool
) -> None:
    monkeypatch.undo()
    asked: list[object] = []

    def ends(*_: Any) -> None:
        raise Checked

    monkeypatch.setattr(stages, "normalise", lambda *_, **named: asked.append(named["partitions"]))
    monkeypatch.setattr(stages, "present_inputs", ends)
    with pytest.raises(Checked):
        stages.check(home, context=SimpleNamespace(), is_normalised=is_normalised)
    assert asked == ([] if is_normalised else [()])
