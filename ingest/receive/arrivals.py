"""What lies in the inbox: settled files with their hashes, those still being written, and what is no file at all."""

from __future__ import annotations

import datetime as dt
import os
import stat
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.lake import SUBMISSIONS, read_tables, source_hashes
from ingest.left_behind import is_left_behind
from ingest.privacy import file_name_without_persons
from ingest.receive.inbox_index import InboxFolder, InboxIndex, NotedFolder, folders_below
from ingest.receive.landing import InboxUnreadable, StillWritten, hash_of

_KINDS = ((stat.S_ISLNK, "liên kết / a link"), (stat.S_ISFIFO, "ống dẫn / a pipe"), (stat.S_ISSOCK, "socket"))
_DEVICE = "thiết bị / a device"
_OPENED_AT_ONCE = 8

TakeHash = Callable[[Path, os.stat_result], str]
Told = Callable[[int, int], None]
_LOOK_AGAIN_SECONDS = 0.5
_Untaken = str | dict[str, Any]
"""The name of a file that is still being written, or what is told of a path that cannot be received."""
_Begun = tuple[InboxFolder, str, os.stat_result, "str | Future[str]"]
"""Folder, name in it and facts of a settled file, and its hash, known or being taken."""


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
    """``files`` are settled, ``waiting`` names those still being written, ``told`` what cannot be received.

    ``noted``: the folders of which every file is as it was; theirs are among the files where they are `opened`.
    ``folders``: all of them.
    """

    files: list[InboxFile] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    noted: list[NotedFolder] = field(default_factory=list)
    folders: list[InboxFolder] = field(default_factory=list)

    @property
    def hashes(self) -> list[str]:
        """The hash of every settled file."""
        return [*(one.file_hash for one in self.files), *(one for folder in self.noted for one in folder.hashes)]

    def open_all(self) -> None:
        """Let the files of every folder be among ``files``."""
        self._open(self.noted)

    def open_with(self, hashes: Iterable[str]) -> None:
        """Let the files of every folder in which one has any of ``hashes`` be among ``files``."""
        if wanted := frozenset(hashes):
            self._open([folder for folder in self.noted if not wanted.isdisjoint(folder.hashes)])

    def _open(self, opened: list[NotedFolder]) -> None:
        for one in opened:
            for (name, facts), file_hash in zip(one.folder.entries, one.hashes, strict=True):
                assert not isinstance(facts, OSError)
                self.files.append(_file(one.folder, name, facts, file_hash))
        self.files.sort(key=_in_order)
        self.noted = [one for one in self.noted if one not in opened]


def _in_order(file: InboxFile) -> tuple[list[str], str]:
    """As the folders were gone through: the files of one before those of the folders in it."""
    folder, name = os.path.split(file.place)
    return folder.split(os.sep), name


def _file(folder: InboxFolder, name: str, facts: os.stat_result, file_hash: str) -> InboxFile:
    return InboxFile(folder.name_of(name), os.path.join(folder.place, name), facts, file_hash)


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
            settled = len(found.hashes)
            progress(settled, settled + len(found.waiting))
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
            looks = []
            for folder in folders_below(inbox, is_left_behind, _refuse_folder):
                found.folders.append(folder)
                if (noted := index.noted(folder)) is not None:
                    found.noted.append(noted)
                else:
                    look = _Look(folder, index, now, settle_seconds, lambda *one: threads.submit(take_hash, *one))
                    looks += [look.at(*entry) for entry in folder.entries]
            for one in looks:
                _add(found, _taken(one, index) if isinstance(one, tuple) else one)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    return found


@dataclass(frozen=True)
class _Look:
    """A first look at what lies in a folder; ``start`` opens what ``index`` does not know."""

    folder: InboxFolder
    index: InboxIndex
    now: float
    settle_seconds: float
    start: Callable[[Path, os.stat_result], Future[str]]

    def at(self, name: str, facts: os.stat_result | OSError) -> _Begun | _Untaken:
        """What it tells of one entry; of a settled file its hash, or that it is being taken."""
        if isinstance(facts, OSError):
            return _failed(self.folder.name_of(name), facts)
        if not stat.S_ISREG(facts.st_mode):
            kind = next((word for test, word in _KINDS if test(facts.st_mode)), _DEVICE)
            return _said("not_a_file", self.folder.name_of(name), kind)
        if 0 <= self.now - facts.st_mtime < self.settle_seconds:
            return self.folder.name_of(name)
        known = self.index.hash_of(self.folder, name, facts)
        return self.folder, name, facts, known or self.start(Path(self.folder.place, name), facts)


def _taken(begun: _Begun, index: InboxIndex) -> InboxFile | _Untaken:
    folder, name, facts, known = begun
    try:
        file_hash = known.result() if isinstance(known, Future) else known
    except OSError as error:
        return _failed(folder.name_of(name), error)
    index.remember(folder, name, facts, file_hash)
    return _file(folder, name, facts, file_hash)


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
    hashes = set(found.hashes)
    if not hashes:
        return []
    known = set(source_hashes(read_tables(lake / "submissions", SUBMISSIONS)))
    return sorted(hashes - known - set(erased))


def _refuse_folder(error: OSError) -> None:
    """Raise InboxUnreadable, but for a folder that was removed while it was being listed."""
    if not isinstance(error, FileNotFoundError):
        raise InboxUnreadable(str(error.filename), error.strerror or str(error)) from error
