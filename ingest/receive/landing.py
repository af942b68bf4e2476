"""Bytes kept for ever: every received file unchanged, read-only, under its hash."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ingest.durable import move
from ingest.findings import shown
from ingest.landed import landed_path
from ingest.told import Told

_CHUNK = 1 << 20
_NAMED = 10
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class StillWritten(OSError):
    """The file changed while it was read: it is taken on the next run."""


class InboxUnreadable(Told, OSError):
    """A folder of the inbox cannot be listed: what lies in it would look like workbooks that were never sent."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            f"{shown(folder)}: thư mục này trong hộp thư không đọc được ({reason}); biểu trong đó sẽ bị coi là chưa "
            "gửi. Hãy cấp quyền đọc rồi chạy lại / this folder of the inbox cannot be read; give the right to read it"
        )


class BytesMissing(Told, OSError):
    """Bytes that were landed are gone, and no file of the inbox holds them; the message names their files."""

    def __init__(self, landed: Path, names: list[str]) -> None:
        self.names = names
        listed = ", ".join(names[:_NAMED]) + (f" (+{len(names) - _NAMED})" if len(names) > _NAMED else "")
        super().__init__(
            f"{landed}: mất nội dung của {len(names)} tệp đã nhận: {listed}. Hãy phục hồi thư mục này từ bản sao lưu "
            "(`khoi restore`) hoặc đặt lại các tệp đó vào inbox/, rồi chạy lại.\n"
            f"the bytes of {len(names)} received files are gone; restore the folder from the backup (`khoi restore`) "
            "or put these files into inbox/ again, and run again"
        )


def land(path: Path, facts: os.stat_result, landed: Path, name: str | None = None) -> str:
    """Copy the bytes of ``path`` under their hash and return it. ``facts`` is what `os.lstat` said before.

    ``name``: the one whose extension they are kept with, where it is not the file's own.

    Raises StillWritten where size or time changed meanwhile, OSError where the file cannot be opened.
    """
    landed.mkdir(parents=True, exist_ok=True)
    temporary = landed / f".{os.getpid()}.{threading.get_ident()}.tmp"
    try:
        with temporary.open("wb") as copy:
            file_hash = _read(path, facts, copy)
        target = landed_path(landed, file_hash, name or path.name)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            temporary.chmod(0o400)
            with _unless_there(target):
                move(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return file_hash


@contextmanager
def _unless_there(target: Path) -> Iterator[None]:
    """Windows does not put a file over one that is read-only: of two with the same bytes the first was quicker."""
    try:
        yield
    except PermissionError:
        if not target.exists():
            raise


def hash_of(path: Path, facts: os.stat_result) -> str:
    """The hash under which ``path`` would be landed. Raises like `land`."""
    return _read(path, facts, None)


def _read(path: Path, facts: os.stat_result, copy: BinaryIO | None) -> str:
    """Read ``path`` once, without following a link or waiting at a pipe, into ``copy``; returns the hash."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | _AS_IT_IS), "rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            if copy is not None:
                copy.write(chunk)
        after = os.fstat(source.fileno())
    if (after.st_size, after.st_mtime_ns) != (facts.st_size, facts.st_mtime_ns):
        raise StillWritten(f"{path}: still being written")
    return digest.hexdigest()
