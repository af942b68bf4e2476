"""What a deployment owns: the files that nothing else could make again. Everything else follows from them.

    config/                  registers, corrections, decisions, withdrawals, own forms, rules, layouts, suites
    landed/                  every received file with the receipts; answers of senders come in such files
    inbox/                   what lies there, received or not
    published/<version>/     what every publication said (`khoi.warehouse.vintages`)
    published/*.json, rollbacks.jsonl, logs/gate.jsonl    records and reasons of publications

Not owned: the lake, the build, the published warehouses, `published/bi`, returned copies, pages, logs.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.told import Told
from khoi.deployment.home import Home

_FOLDERS = ("config", "landed", "inbox")
_RECORDS = ("published/*.json", "published/rollbacks.jsonl", "logs/gate.jsonl", ".demo.json", "*.md")
_VINTAGES = "published/*/manifest.json"
_LANDED = re.compile(r"landed/[0-9a-f]{2}/([0-9a-f]{64})(\.\w+)?")


class CannotBackUp(Told):
    """Something that is owned cannot be read; the message names it and what to do."""


@dataclass(frozen=True)
class OwnedFile:
    """One file: its name below the home, size in bytes, time of its last change in nanoseconds."""

    name: str
    size: int
    changed_ns: int

    @property
    def landed_hash(self) -> str | None:
        """The hash its bytes had when they were received, for a landed file."""
        match = _LANDED.fullmatch(self.name)
        return match[1] if match else None

    @property
    def is_sent(self) -> bool:
        """True where it lies in the inbox: others write there, and one file of theirs must not stop a backup."""
        return self.name.startswith("inbox/")


def owned_files(home: Home) -> list[OwnedFile]:
    """Every owned file in name order. Raises CannotBackUp where a folder cannot be listed or is a link."""
    paths = {path for folder in _FOLDERS for path in _below(home.root / folder)}
    paths |= {path for pattern in _RECORDS for path in home.root.glob(pattern)}
    paths |= {path for manifest in home.root.glob(_VINTAGES) for path in _below(manifest.parent)}
    found = (_owned(home, path) for path in paths)
    return sorted((file for file in found if file is not None), key=lambda file: file.name)


def _owned(home: Home, path: Path) -> OwnedFile | None:
    """``path`` as an owned file; None for a link, a pipe, and for what a process that died left behind."""
    if path.name.startswith(".") and path.name.endswith(".tmp"):
        return None
    name = path.relative_to(home.root).as_posix()
    # A register may be a link to a share; what was sent is never followed (`ingest.receive.landing`).
    try:
        facts = path.stat() if name.startswith("config/") else path.lstat()
    except FileNotFoundError:
        return None
    return OwnedFile(name, facts.st_size, facts.st_mtime_ns) if stat.S_ISREG(facts.st_mode) else None


def _below(folder: Path) -> Iterator[Path]:
    """Every file below ``folder``. Raises CannotBackUp where something below it would be passed over silently."""

    def stop(error: OSError) -> None:
        raise CannotBackUp(
            f"{error.filename}: không đọc được thư mục ({error.strerror}); hãy cấp quyền đọc rồi chạy lại / "
            "the folder cannot be read; give the right to read it and run again"
        ) from error

    if not folder.is_dir():
        return
    for place, folders, files in os.walk(folder, onerror=stop):
        for name in folders:
            if (Path(place) / name).is_symlink():
                raise CannotBackUp(
                    f"{Path(place) / name}: là liên kết tới thư mục khác nên không sao lưu được; hãy chép thư mục thật "
                    "vào đây / a link to another folder is not backed up; put the folder itself here"
                )
        yield from (Path(place) / name for name in files)
