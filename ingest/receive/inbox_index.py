"""Which inbox file had which hash when it was last looked at, so that a second run opens nothing."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from ingest.durable import write_bytes

_SCHEMA = 3
Entry = list[int | str]


class InboxIndex:
    """The index of one inbox: hash of a name -> size, time, change time, file number, content hash.

    Names stay in the inbox: a file may be called by a person's.

    A file that was overwritten by one of the same size and time still has another change time or number; so a
    corrected workbook that kept the time of the one it corrects is seen. A damaged or older index only costs hashing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read(path)
        self._fresh: dict[str, Entry] = {}
        self._keys: dict[str, str] = {}

    def hash_of(self, name: str, facts: os.stat_result) -> str | None:
        """The remembered hash of an unchanged file, else None."""
        key = self._key(name)
        entry = self._fresh.get(key) or self._known.get(key)
        unchanged = entry is not None and entry[:-1] == _marks(facts)
        return str(entry[-1]) if entry is not None and unchanged else None

    def remember(self, name: str, facts: os.stat_result, file_hash: str) -> None:
        """Note the hash of a file as ``facts`` found it."""
        self._fresh[self._key(name)] = [*_marks(facts), file_hash]

    def write(self, names: set[str]) -> None:
        """Keep what was noted of ``names``; nothing is written where nothing changed."""
        keys = set(map(self._key, names))
        fresh = {key: entry for key, entry in self._fresh.items() if key in keys}
        if fresh == self._known:
            return
        write_bytes(self._path, json.dumps({"schema": _SCHEMA, "files": fresh}).encode())

    def _key(self, name: str) -> str:
        """The hash of a name, which is asked for three times in a pass."""
        if (key := self._keys.get(name)) is None:
            key = self._keys[name] = hashlib.sha256(os.fsencode(name)).hexdigest()
        return key


def _marks(facts: os.stat_result) -> Entry:
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino]


def _read(path: Path) -> dict[str, Entry]:
    try:
        index = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    files = index.get("files") if isinstance(index, dict) and index.get("schema") == _SCHEMA else None
    if not isinstance(files, dict):
        return {}
    return {name: entry for name, entry in files.items() if isinstance(entry, list) and len(entry) == 5}
