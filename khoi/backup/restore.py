"""Putting a backup back: into a new folder, every sum looked at, all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.durable import move
from ingest.told import Told
from khoi.backup.store import DamagedBackup, Kept, Manifest, Store, free_space
from khoi.deployment.home import PRIVATE, Home

Progress = Callable[[int, int], None]
_NAMED = 10


class CannotRestore(Told):
    """The place is taken or too small; the message says what to do."""


@dataclass(frozen=True)
class RestoreReport:
    """What was put back, or only looked at (``home`` None). ``left_out``: what the backup itself could not hold."""

    number: int
    made_at: str
    home: Path | None
    files: int
    size_bytes: int
    left_out: tuple[tuple[str, str], ...]


def check_backup(folder: Path, number: int | None = None, progress: Progress | None = None) -> RestoreReport:
    """Look at every byte of a backup (the last one) and write nothing. Raises DamagedBackup naming what is damaged."""
    store = Store.at(folder)
    manifest = store.read(number)
    _require_whole(store, manifest, _damaged(store, manifest, None, progress))
    return _report(manifest, None)


def restore_backup(
    folder: Path, home: Home, number: int | None = None, progress: Progress | None = None
) -> RestoreReport:
    """Put a backup (the last one) back at ``home``, which appears whole or not at all.

    Raises CannotRestore where ``home`` holds something or the disk is too small, DamagedBackup naming every file whose
    bytes are lost or damaged. Nothing is overwritten; times of files are not put back, nothing depends on them.
    """
    store = Store.at(folder)
    manifest = store.read(number)
    _require_room(home, manifest)
    unfinished = home.root.with_name(f".{home.root.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    home.root.parent.mkdir(parents=True, exist_ok=True)
    unfinished.mkdir(mode=PRIVATE)
    try:
        Home(unfinished).create()
        (unfinished / "config").mkdir(mode=PRIVATE)
        _require_whole(store, manifest, _damaged(store, manifest, unfinished, progress))
        if home.root.exists():
            home.root.rmdir()  # it is empty, and Windows moves no folder onto another
        move(unfinished, home.root)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return _report(manifest, home.root)


def _damaged(store: Store, manifest: Manifest, target: Path | None, progress: Progress | None) -> list[Kept]:
    """Write every file below ``target`` (None: only look at it); returns those whose bytes are not what was kept."""
    damaged = []
    for number, kept in enumerate(manifest.files, start=1):
        place = None if target is None else target / kept.name
        if not store.take_out(kept, place):
            damaged.append(kept)
        elif place is not None:
            place.chmod(0o400 if kept.name.startswith("landed/") and "/receipts/" not in kept.name else 0o600)
        if progress is not None:
            progress(number, len(manifest.files))
    return damaged


def _require_whole(store: Store, manifest: Manifest, damaged: list[Kept]) -> None:
    if not damaged:
        return
    listed = "\n".join(f"  - {kept.name} ({store.object_path(kept.sha256)})" for kept in damaged[:_NAMED])
    more = f"\n  … (+{len(damaged) - _NAMED})" if len(damaged) > _NAMED else ""
    raise DamagedBackup(
        f"{store.folder}, bản sao số {manifest.number}: {len(damaged)} tệp mất hoặc hỏng nên chưa phục hồi gì; "
        f"hãy dùng bản trước (`--number`) hoặc bản sao ở đĩa khác. "
        f"Lần `khoi backup` tới chép lại những tệp còn nguyên ở nơi gốc.\n"
        f"files of this backup are lost or damaged, nothing was restored; use an earlier one or another disk's\n"
        f"{listed}{more}"
    )


def _require_room(home: Home, manifest: Manifest) -> None:
    if home.root.exists() and (not home.root.is_dir() or any(home.root.iterdir())):
        raise CannotRestore(
            f"{home.root}: đã có nội dung; chỉ phục hồi vào thư mục mới hoặc trống / holds something already; "
            "restore into a new or empty folder"
        )
    needed, free = sum(kept.size for kept in manifest.files), free_space(home.root)
    if needed > free:
        raise CannotRestore(
            f"{home.root}: cần {needed >> 20} MB, đĩa chỉ còn {free >> 20} MB / the disk is too small for this backup"
        )


def _report(manifest: Manifest, home: Path | None) -> RestoreReport:
    size = sum(kept.size for kept in manifest.files)
    return RestoreReport(manifest.number, manifest.made_at, home, len(manifest.files), size, manifest.left_out)
