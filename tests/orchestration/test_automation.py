"""When the inbox sensor tries again: not at once where the last try has just failed, and whatever the clock did."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration import automation

NOW = dt.datetime.now(dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=400)


def _context(ended: dt.datetime, **tags: str) -> Any:
    """A tick whose last run for the same work ended then; Dagster tells the moment without a zone."""
    run = SimpleNamespace(update_timestamp=ended.replace(tzinfo=None), dagster_run=SimpleNamespace(tags=tags))
    return SimpleNamespace(instance=SimpleNamespace(get_run_records=lambda *_, **__: [run]))


@pytest.mark.parametrize(
    ("ended", "lately"),
    [
        (NOW - dt.timedelta(seconds=5), True),
        (NOW - dt.timedelta(days=2), False),
        (NOW + dt.timedelta(days=7300), False),  # under a clock that was set back since
    ],
)
def test_a_run_is_recent_for_a_while_after_it_ended(
    monkeypatch: pytest.MonkeyPatch, ended: dt.datetime, lately: bool
) -> None:
    monkeypatch.setattr(automation, "_LOADED", LONG_AGO)
    assert automation._failed_lately(_context(ended), "mark") is lately
