"""What lies in the inbox: settled files with their hashes, those still being written, and what is no file at all."""

from __future__ import annotations

import datetime as dt
import os
import stat
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.findings import shown
from ingest.lake import SUBMISSIONS, read_tables, source_hashes
from ingest.left_behind import is_left_behind
from ingest.privacy import file_name_without_persons
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.landing import InboxUnreadable, StillWritten, hash_of

_KINDS = ((stat.S_ISLNK, "liên kết / a link"), (stat.S_ISFIFO, "ống dẫn / a pipe"), (stat.S_ISSOCK, "socket"))
_DEVICE = "thiết bị / a device"
_OPENED_AT_ONCE = 8

TakeHash = Callable[[Path, os.stat_result], str]
Told = Callable[[int, int], None]
_LOOK_AGAIN_SECONDS = 0.5
_Untaken = str | dict[str, Any]
"""The name of a file that is still being written, or what is told of a path that cannot be received."""
_Begun = tuple[str, str, os.stat_result, "str | Future[str]"]
"""Name, place and facts of a settled file, and its hash, known or being taken."""


@dataclass(frozen=True)
class InboxFile:
    """One settled file of the inbox: relative name as shown, where it is, what `os.lstat` said, hash."""

    name: str
    place: str
    facts: os.stat_result
    file_hash: str

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.place)

    @property
    def size(self) -> int:
        """Size in bytes."""
        return self.facts.st_size

    @property
    def file_time(self) -> dt.datetime | None:
        """When somebody saved or unpacked the file, in UTC; None where its time is no time people use."""
        try:
            return dt.datetime.fromtimestamp(self.facts.st_mtime_ns // 1_000 / 1e6, dt.UTC)
        except (ValueError, OverflowError, OSError):
            return None


@dataclass
class Arrivals:
    """``files`` are settled, ``waiting`` names those still being written, ``told`` what cannot be received."""

    files: list[InboxFile] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)


def settled_arrivals(
    inbox: Path,
    index: InboxIndex,
    settle_seconds: float,
    take_hash: TakeHash,
    wait_seconds: float,
    progress: Told | None = None,
) -> Arrivals:
    """`arrivals`, looked at again for at most ``wait_seconds`` while files are still being written."""
    deadline = time.monotonic() + wait_seconds
    found = arrivals(inbox, index, settle_seconds, take_hash)
    while found.waiting and time.monotonic() < deadline:
        if progress:
            progress(len(found.files), len(found.files) + len(found.waiting))
        time.sleep(min(_LOOK_AGAIN_SECONDS, max(0.0, deadline - time.monotonic())))
        found = arrivals(inbox, index, settle_seconds, take_hash)
    return found


def arrivals(inbox: Path, index: InboxIndex, settle_seconds: float, take_hash: TakeHash) -> Arrivals:
    """Look at everything below ``inbox``; ``take_hash`` opens only what ``index`` does not know.

    Several files are opened at once: most of the time of landing one is waiting for the disk.
    """
    found = Arrivals()
    now = time.time()
    with ThreadPoolExecutor(_OPENED_AT_ONCE) as threads:
        try:
            looks = [
                _look(name, place, index, (now, settle_seconds), lambda *one: threads.submit(take_hash, *one))
                for name, place in _places(inbox)
            ]
            for look in looks:
                _add(found, _taken(look, index) if isinstance(look, tuple) else look)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    return found


def _look(
    name: str,
    place: str,
    index: InboxIndex,
    times: tuple[float, float],
    start: Callable[[Path, os.stat_result], Future[str]],
) -> _Begun | _Untaken:
    """What a first look at ``place`` tells; of a settled file its hash, or that it is being taken."""
    now, settle_seconds = times
    try:
        facts = os.lstat(place)
    except OSError as error:
        return _failed(name, error)
    if not stat.S_ISREG(facts.st_mode):
        return _said("not_a_file", name, next((word for test, word in _KINDS if test(facts.st_mode)), _DEVICE))
    if 0 <= now - facts.st_mtime < settle_seconds:
        return name
    return name, place, facts, index.hash_of(name, facts) or start(Path(place), facts)


def _taken(begun: _Begun, index: InboxIndex) -> InboxFile | _Untaken:
    name, place, facts, known = begun
    try:
        file_hash = known.result() if isinstance(known, Future) else known
    except OSError as error:
        return _failed(name, error)
    index.remember(name, facts, file_hash)
    return InboxFile(name, place, facts, file_hash)


def _failed(name: str, error: OSError) -> _Untaken:
    if isinstance(error, StillWritten | FileNotFoundError):
        return name
    return _said("cannot_open", name, error.strerror or type(error).__name__)


def _add(found: Arrivals, one: InboxFile | _Untaken) -> None:
    if isinstance(one, InboxFile):
        found.files.append(one)
    elif isinstance(one, str):
        found.waiting.append(one)
    else:
        found.told.append(one)


def _said(finding: str, name: str, detail: str) -> dict[str, Any]:
    """A finding of the inbox: it lands, so a person named in the file's name is hidden."""
    hidden = file_name_without_persons(name)
    return {"name": finding, "file_name": hidden, "observed": hidden, "detail": detail}


def unreceived(
    inbox: Path, lake: Path, *, settle_seconds: float = 0.0, erased: Collection[str] = frozenset()
) -> list[str]:
    """The content hashes of the settled files of ``inbox`` that the lake does not know, sorted; nothing is parsed.

    ``erased`` were forgotten on purpose and are not received again.
    """
    index = InboxIndex(lake / "inbox_index.json")
    found = arrivals(inbox, index, settle_seconds, hash_of)
    if not found.files:
        return []
    known = set(source_hashes(read_tables(lake / "submissions", SUBMISSIONS)))
    return sorted({file.file_hash for file in found.files} - known - set(erased))


def _places(inbox: Path) -> Iterator[tuple[str, str]]:
    """Everything below ``inbox`` that is no folder, in name order: its name as shown, and where it is.

    What programs leave behind is left out.
    """
    for folder, folders, names in os.walk(inbox, followlinks=False, onerror=_refuse_folder):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        here = Path(folder)
        below = "" if here == inbox else f"{here.relative_to(inbox).as_posix()}/"
        for name in sorted(names + links):
            if not is_left_behind(name):
                yield shown(f"{below}{name}"), os.path.join(folder, name)


def _refuse_folder(error: OSError) -> None:
    """Raise InboxUnreadable, but for a folder that was removed while it was being listed."""
    if not isinstance(error, FileNotFoundError):
        raise InboxUnreadable(str(error.filename), error.strerror or str(error)) from error
