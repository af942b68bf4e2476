"""What lies in the inbox: the settled files with their hashes, and what is no file at all."""

from __future__ import annotations

import datetime as dt
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.findings import shown
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.landing import StillWritten, hash_of

_KINDS = ((stat.S_ISLNK, "liên kết / a link"), (stat.S_ISFIFO, "ống dẫn / a pipe"), (stat.S_ISSOCK, "socket"))

TakeHash = Callable[[Path, os.stat_result], str]


@dataclass(frozen=True)
class InboxFile:
    """One settled file of the inbox: relative name as shown, its last part as it is, size in bytes, time, hash."""

    name: str
    last_name: str
    size: int
    mtime_ns: int
    file_hash: str

    @property
    def received_at(self) -> dt.datetime:
        """When the file came in, in UTC."""
        return dt.datetime.fromtimestamp(self.mtime_ns / 1e9, dt.UTC)


@dataclass
class Arrivals:
    """``files`` are settled, ``waiting`` counts those still being written, ``told`` what cannot be received."""

    files: list[InboxFile] = field(default_factory=list)
    waiting: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)


def arrivals(inbox: Path, index: InboxIndex, settle_seconds: float, take_hash: TakeHash) -> Arrivals:
    """Look at everything below ``inbox``; ``take_hash`` opens only what ``index`` does not know."""
    found = Arrivals()
    now = time.time()
    for path in _paths(inbox):
        name = shown(path.relative_to(inbox).as_posix())
        try:
            facts = os.lstat(path)
            if not stat.S_ISREG(facts.st_mode):
                what = next((word for test, word in _KINDS if test(facts.st_mode)), "thiết bị / a device")
                found.told.append({"name": "not_a_file", "file_name": name, "observed": name, "detail": what})
                continue
            if 0 <= now - facts.st_mtime < settle_seconds:
                found.waiting += 1
                continue
            file_hash = index.hash_of(name, facts) or take_hash(path, facts)
        except (StillWritten, FileNotFoundError):
            found.waiting += 1
            continue
        except OSError as error:
            detail = error.strerror or type(error).__name__
            found.told.append({"name": "cannot_open", "file_name": name, "observed": name, "detail": detail})
            continue
        found.files.append(InboxFile(name, path.name, facts.st_size, facts.st_mtime_ns, file_hash))
    return found


def unreceived(inbox: Path, lake: Path, *, settle_seconds: float = 0.0) -> list[str]:
    """The content hashes of the settled files of ``inbox`` that the lake does not know, sorted; nothing is parsed."""
    index = InboxIndex(lake / "inbox_index.json")
    found = arrivals(inbox, index, settle_seconds, hash_of)
    return sorted({file.file_hash for file in found.files} - index.hashes)


def _paths(inbox: Path) -> Iterator[Path]:
    """Everything below ``inbox`` that is no folder, in name order; hidden and lock files left out."""
    for folder, folders, names in os.walk(inbox, followlinks=False):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        for name in sorted(names + links):
            if not name.startswith((".", "~$")):
                yield Path(folder) / name
