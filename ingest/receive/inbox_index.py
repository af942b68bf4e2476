"""Which inbox file had which hash when it was last looked at, so that a second run opens nothing.

A folder of which every file is as it was is known as a whole: of the fifty thousand files of an inbox a run then looks
at each one's facts, and goes through those of the folders where something is new.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.durable import write_bytes
from ingest.findings import shown

_SCHEMA = 4
_Marks = tuple[str, ...]


@dataclass(frozen=True)
class InboxFolder:
    """One folder of an inbox: how it is called below the inbox (with a slash behind), where it is, what lies in it.

    ``entries``: name and what `os.lstat` said, in name order; an error where it said nothing.
    """

    below: str
    place: str
    entries: tuple[tuple[str, os.stat_result | OSError], ...]

    @cached_property
    def key(self) -> str:
        """What the folder is known by; its name may be a person's."""
        return _hashed(self.below)

    @cached_property
    def mark(self) -> str | None:
        """What tells the folder from one in which a file is another; None where a file could not be looked at."""
        lines = []
        for name, facts in self.entries:
            if isinstance(facts, OSError):
                return None
            lines.append(f"{name}\0{facts.st_mode}:{':'.join(_marks(facts))}\n")
        return _hashed("".join(lines))

    def name_of(self, name: str) -> str:
        """The file ``name`` of this folder as it is shown."""
        return shown(f"{self.below}{name}")


@dataclass(frozen=True)
class NotedFolder:
    """A folder of which every file is as it was; ``hashes`` in the order of its entries."""

    folder: InboxFolder
    hashes: tuple[str, ...]


class InboxIndex:
    """The index of one inbox: hash of a name -> size, time, change time, file number, content hash; by folder.

    Names stay in the inbox: a file may be called by a person's.

    A file that was overwritten by one of the same size and time still has another change time or number; so a
    corrected workbook that kept the time of the one it corrects is seen. A damaged or older index only costs hashing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.journal, self._known = _read(path)
        self._before: dict[str, dict[str, tuple[_Marks, str]]] = {}
        self._fresh: dict[str, dict[str, tuple[_Marks, str]]] = {}

    def noted(self, folder: InboxFolder) -> NotedFolder | None:
        """``folder`` with the hashes of its files where all are as they were when it was written down whole."""
        mark, hashes, _ = self._known.get(folder.key, ("", "", ""))
        if not mark or mark != folder.mark:
            return None
        listed = tuple(hashes.split())
        return NotedFolder(folder, listed) if len(listed) == len(folder.entries) else None

    def hash_of(self, folder: InboxFolder, name: str, facts: os.stat_result) -> str | None:
        """The remembered hash of an unchanged file, else None."""
        if (before := self._before.get(folder.key)) is None:
            before = self._before[folder.key] = _entries(self._known.get(folder.key))
        key = _hashed(name)
        marks, file_hash = self._fresh.get(folder.key, {}).get(key) or before.get(key) or ((), None)
        return file_hash if marks == _marks(facts) else None

    def remember(self, folder: InboxFolder, name: str, facts: os.stat_result, file_hash: str) -> None:
        """Note the hash of a file as ``facts`` found it."""
        self._fresh.setdefault(folder.key, {})[_hashed(name)] = (_marks(facts), file_hash)

    def write(self, folders: Iterable[InboxFolder], noted: Collection[str], journal: str) -> None:
        """Keep what was noted of ``folders``, those of the keys ``noted`` as they stand; nothing where it is the same.

        ``journal`` says what the journal of receipts said when every file noted here stood in it.
        """
        told = {one.key: self._known[one.key] if one.key in noted else self._told(one) for one in folders}
        if (told, journal) != (self._known, self.journal):
            said = {"schema": _SCHEMA, "journal": journal, "folders": told}
            write_bytes(self._path, json.dumps(said).encode())

    def _told(self, folder: InboxFolder) -> tuple[str, str, str]:
        fresh = self._fresh.get(folder.key, {})
        keys = [key for key in map(_hashed, (name for name, _ in folder.entries)) if key in fresh]
        hashes = " ".join(fresh[key][1] for key in keys)
        return folder.mark or "", hashes, " ".join(f"{key}:{':'.join(fresh[key][0])}" for key in keys)


def folders_below(
    inbox: Path, left_out: Callable[[str], bool], refuse: Callable[[OSError], None]
) -> Iterator[InboxFolder]:
    """Every folder below ``inbox`` in name order, with all that lies in it and is no folder.

    ``left_out`` says of a name that nobody sent it, ``refuse`` is told of a folder that cannot be listed.
    """
    for folder, folders, names in os.walk(inbox, followlinks=False, onerror=refuse):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        here = Path(folder)
        below = "" if here == inbox else f"{here.relative_to(inbox).as_posix()}/"
        taken = [name for name in sorted(names + links) if not left_out(name)]
        yield InboxFolder(below, folder, tuple((name, _facts(os.path.join(folder, name))) for name in taken))


def _facts(place: str) -> os.stat_result | OSError:
    try:
        return os.lstat(place)
    except OSError as error:
        return error


def _marks(facts: os.stat_result) -> _Marks:
    return str(facts.st_size), str(facts.st_mtime_ns), str(facts.st_ctime_ns), str(facts.st_ino)


def _hashed(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()


def _entries(told: tuple[str, str, str] | None) -> dict[str, tuple[_Marks, str]]:
    """Hash of a name -> its marks and its content hash."""
    if told is None:
        return {}
    _, hashes, marks = told
    split = [one.split(":") for one in marks.split()]
    return {key: (tuple(rest), file_hash) for (key, *rest), file_hash in zip(split, hashes.split(), strict=False)}


def _read(path: Path) -> tuple[str, dict[str, tuple[str, str, str]]]:
    """What the journal of receipts said, and by folder its mark, the hashes of its files, and what marks these."""
    try:
        index = json.loads(path.read_bytes())
        if index["schema"] != _SCHEMA:
            return "", {}
        folders = {key: (str(mark), str(hashes), str(marks)) for key, (mark, hashes, marks) in index["folders"].items()}
        return str(index["journal"]), folders
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", {}
