"""Files that hold files, mail and archives: opened through all their layers, within bounds.

Belongs here: what of an envelope's content is a workbook, and how much may come out. Does not belong here: how one
kind is taken apart (`ingest.reading.envelopes`), and what the workbooks inside say.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ingest.left_behind import is_left_behind
from ingest.reading.container import Envelope, Sniffed
from ingest.reading.containers import containers
from ingest.reading.envelopes import envelope_of
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile
from ingest.reading.preflight import sniff
from ingest.visible import shown

SEPARATOR = " » "
"""Between the names of an envelope and of what lies in it, in `ingest.lake.SUBMISSIONS`."""
_TABLES_AS_TEXT = (".csv", ".tsv")


@dataclass(frozen=True)
class Member:
    """A workbook found inside: its name through all layers, its bytes."""

    name: str
    content: bytes


@dataclass
class Opened:
    """What opening an envelope came to: its kind, the workbooks in it, the names of what is none."""

    kind: str
    members: list[Member] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def opened(file: Sniffed, limits: Limits) -> Opened | None:
    """What lies in an envelope; None where ``file`` is none.

    Raises UnsafeFile where there is more of it, or deeper, than ``limits`` allows, or where it is damaged.
    """
    envelope = envelope_of(file)
    if envelope is None:
        return None
    found = Opened(envelope.name)
    _open(envelope, file, (), found, _Room(limits))
    return found


@dataclass
class _Room:
    """How much may still come out of one envelope, through all its layers."""

    limits: Limits
    files: int = 0
    size: int = 0

    def take(self, content: bytes) -> None:
        self.files += 1
        self.size += len(content)
        if self.files > self.limits.envelope_files:
            raise UnsafeFile("too_large", f"hơn {self.limits.envelope_files} tệp bên trong")
        if self.size > self.limits.envelope_bytes:
            raise UnsafeFile("too_large", f"hơn {self.limits.envelope_bytes:,} byte bên trong")


def _open(envelope: Envelope, file: Sniffed, above: tuple[str, ...], found: Opened, room: _Room) -> None:
    for name, content in envelope.members(file, room.limits):
        path = (*above, _plain(name))
        if is_left_behind(name):
            continue
        if content is None:
            found.others.append(SEPARATOR.join(path))
            continue
        room.take(content)
        inner, is_workbook = _judged(content, path[-1], room.limits)
        if inner is not None and (nested := envelope_of(inner)) is not None:
            if len(path) >= room.limits.envelope_depth:
                raise UnsafeFile("too_large", f"hơn {room.limits.envelope_depth} lớp lồng nhau")
            _open(nested, inner, path, found, room)
        elif is_workbook:
            found.members.append(Member(SEPARATOR.join(path), content))
        else:
            found.others.append(SEPARATOR.join(path))


def _judged(content: bytes, name: str, limits: Limits) -> tuple[Sniffed | None, bool]:
    """The structure of what lies inside, and whether a reader of cells would take it.

    What is damaged in its structure but is called a workbook is taken: reading it says what is wrong, by its name.
    """
    suffix = PurePosixPath(name).suffix.lower()
    try:
        file = sniff(content, limits)
    except UnsafeFile:
        return None, suffix.startswith((".xls", ".ods"))
    claimed = next((one.name for one in containers() if one.claims(file)), None)
    is_protected = "EncryptedPackage" in file.streams
    return file, is_protected or (claimed is not None and (claimed != "csv" or suffix in _TABLES_AS_TEXT))


def _plain(name: str) -> str:
    """The last part of a member's name as people read it."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return shown(unicodedata.normalize("NFC", last)) or "?"
