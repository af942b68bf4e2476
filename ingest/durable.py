"""Files that are whole or not there: written beside their place, flushed to the disk, moved over what was there.

A reader sees the old file or the new one, also after a power cut: without the flush a file system may keep the new
name of a file and lose its bytes. What a process that died left behind begins with a dot and ends in ``.tmp``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A place to write what will stand at ``path``; it does once the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        move(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Let ``path`` hold ``content``."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Let ``path`` hold ``text`` in UTF-8, lines ended by a line feed on every system."""
    write_bytes(path, text.encode())


def sum_of(path: Path) -> str:
    """The checksum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def holds(path: Path, text: str) -> bool:
    """True where ``path`` says exactly ``text``; a file that is lost or damaged, whatever it holds, says nothing."""
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def keep_text(path: Path, text: str) -> None:
    """Let ``path`` hold ``text``; where it does already, nothing is written and nothing flushed."""
    if not holds(path, text):
        write_text(path, text)


def move(source: Path, target: Path) -> None:
    """Let the finished file or folder ``source`` stand at ``target``, its bytes on the disk before its name changes."""
    for path in source.rglob("*") if source.is_dir() else [source]:
        if path.is_file():
            _flush(path)
    os.replace(source, target)


def _flush(path: Path) -> None:
    """Have the bytes of ``path`` on the disk; a file system that cannot promise it is taken as it is."""
    # Windows flushes only what is open for writing, and a file that is read-only is opened for reading.
    flags = (os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY) | getattr(os, "O_BINARY", 0)
    with suppress(OSError):
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
