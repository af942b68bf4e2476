"""Which deployment the assets work on, and how they take turns with `khoi run`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from khoi import stages
from khoi.deployment.home import Home

_WAIT_SECONDS = 30
_ATTEMPTS = 20


class Deployment(dg.ConfigurableResource):
    """The deployment below ``root`` (its KHOI_HOME)."""

    root: str

    @property
    def home(self) -> Home:
        """The deployment's folders."""
        return Home(Path(self.root))

    @contextmanager
    def turn(self) -> Iterator[Home]:
        """The deployment to oneself. While another run works on it, the step waits and is tried again."""
        try:
            with stages.locked(self.home):
                yield self.home
        except stages.AnotherRun as busy:
            raise dg.RetryRequested(max_retries=_ATTEMPTS, seconds_to_wait=_WAIT_SECONDS) from busy
