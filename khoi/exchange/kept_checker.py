"""The checker of a process that stays: made with the first workbook, made anew where what is declared says otherwise.

Belongs here: when a `Prechecker` is out of date. Does not belong here: what it does (`khoi.exchange.precheck`).
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from khoi.deployment.home import Home
from khoi.exchange.precheck import Prechecker, prechecker


class KeptChecker:
    """The `Prechecker` of one deployment, for as long as the block lasts, or until it is closed.

    A check of this process says what a new process would say: the bytes of every file below `config/` are looked at
    before each, which takes hundredths of the time of a check. What the lake holds is looked at by the checker itself.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._kept = ExitStack()
        self._ready: tuple[bytes, Prechecker] | None = None

    def ready(self) -> Prechecker:
        """The checker for what is declared now. Raises what `prechecker` raises; nothing is kept then."""
        now = content_below(self._home.config)
        if self._ready is None or self._ready[0] != now:
            self.close()
            self._ready = (now, self._kept.enter_context(prechecker(self._home)))
        return self._ready[1]

    def close(self) -> None:
        """End the reading process; the next that asks starts another."""
        self._ready = None
        self._kept.close()

    def __enter__(self) -> KeptChecker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def content_below(folder: Path) -> bytes:
    """A sum over the names and contents of all files below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(os.fsencode(path) + b"\0" + len(content).to_bytes(8, "big") + content)
    return digest.digest()
