"""Which inbox file had which hash at which size and time, so that a second run opens nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ingest.durable import write_text


class InboxIndex:
    """The index of one inbox: name -> size in bytes, modification time in nanoseconds, content hash."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[int | str]] = {}
        if path.exists():
            try:
                self._known = json.loads(path.read_text("utf-8"))
            except ValueError:
                # A damaged index only costs hashing again.
                self._known = {}

    @property
    def hashes(self) -> set[str]:
        """The hashes of all files received so far."""
        return {str(entry[2]) for entry in self._known.values()}

    def hash_of(self, name: str, facts: os.stat_result) -> str | None:
        """The remembered hash of an unchanged file, else None."""
        entry = self._known.get(name)
        unchanged = entry is not None and entry[:2] == [facts.st_size, facts.st_mtime_ns]
        return str(entry[2]) if entry is not None and unchanged else None

    def write(self, fresh: dict[str, list[int | str]]) -> None:
        """Remember ``fresh``; nothing is written where nothing changed."""
        if fresh == self._known:
            return
        write_text(self._path, json.dumps(fresh, ensure_ascii=False))
