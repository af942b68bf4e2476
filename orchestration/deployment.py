"""Which deployment the assets work on, and how a run has it to itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from khoi.deployment.context import Context, load_context
from khoi.deployment.home import Home
from khoi.deployment.lock import locked

WAIT_SECONDS = 600.0
"""How long a run waits for another to end."""


class Deployment(dg.ConfigurableResource):
    """The deployment below ``root`` (its KHOI_HOME), for looking: sensors, schedules, checks of what is published."""

    root: str

    @property
    def home(self) -> Home:
        """The deployment's folders."""
        return Home(Path(self.root))


class Turn(dg.ConfigurableResource):
    """The deployment below ``root`` to oneself, from the first step of a run to its last.

    Nothing - no `khoi run`, no other run of Dagster - works on it in between, and all steps are given the one context
    that was read at the start. A run that finds another at work waits for it, ``wait_seconds`` at most. Where an
    executor gives each step a process, the steps take turns, and each reads its context and finds what it rests on.
    """

    root: str
    wait_seconds: float = WAIT_SECONDS
    _context: Context = PrivateAttr()

    @property
    def home(self) -> Home:
        """The deployment's folders."""
        return Home(Path(self.root))

    @property
    def context(self) -> Context:
        """Forms, registers, rules and the day of this run."""
        return self._context

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Turn]:
        """Held while the steps of a run are executed. Raises AnotherRun where the wait was in vain."""
        with locked(self.home, self.wait_seconds):
            self._context = load_context(self.home)
            yield self
