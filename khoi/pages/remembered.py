"""What was asked of one publication: a publication never changes, so neither do its answers.

Belongs here: keeping answers within a bound, the least recently asked given up first. Does not belong here: anything
that can change while the same publication is read (decisions, uploads, the folders of a deployment).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

MOST_ROWS = 200_000
"""So many rows are remembered at most; an answer of more than a quarter of them is asked again each time."""


class Remembered:
    """The answers of the publication people read; safe to ask from several threads."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most = most_rows
        self._lock = threading.Lock()
        self._version = ""
        self._rows = 0
        self._answers: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, version: str, question: Hashable) -> tuple[Any, bool]:
        """The answer of ``version`` to ``question`` and whether it is there; another version forgets the last one's."""
        with self._lock:
            if version != self._version:
                self._answers.clear()
                self._version, self._rows = version, 0
            found = self._answers.get(question)
            if found is None:
                return None, False
            self._answers.move_to_end(question)
            return found[0], True

    def put(self, version: str, question: Hashable, answer: Any, rows: int) -> None:
        """Remember an answer of so many ``rows``, unless it is of a version that is read no more or too large."""
        weight = max(rows, 1)
        with self._lock:
            if version != self._version or weight * 4 > self._most or question in self._answers:
                return
            self._answers[question] = (answer, weight)
            self._rows += weight
            while self._rows > self._most:
                _, (_, given_up) = self._answers.popitem(last=False)
                self._rows -= given_up
