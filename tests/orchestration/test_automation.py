"""When the inbox sensor tries again: not at once where the last try has just failed, and whatever the clock did."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration import automation

LONG_AGO = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)


def _context(ended: dt.datetime, **tags: str) -> Any:
    """A tick whose last run for the same work ended then; Dagster tells the moment without a zone."""
    run = SimpleNamespace(update_timestamp=ended.replace(tzinfo=None), dagster_run=SimpleNamespace(tags=tags))
    return SimpleNamespace(instance=SimpleNamespace(get_run_records=lambda *_, **__: [run]))


@pytest.mark.parametrize(
    ("ago", "lately"),
    [
        (dt.timedelta(seconds=5), True),
        (dt.timedelta(days=2), False),
        (dt.timedelta(days=-7300), False),  # under a clock that was set back since
    ],
)
def test_a_run_is_recent_for_a_while_after_it_ended(
    monkeypatch: pytest.MonkeyPatch, ago: dt.timedelta, lately: bool
) -> None:
    monkeypatch.setattr(automation, "_LOADED", LONG_AGO)
    assert automation._failed_lately(_context(dt.datetime.now(dt.UTC) - ago), "mark") is lately
