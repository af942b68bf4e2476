"""Making a backup: every owned file under its sum, then the manifest. Readers go on; a run is waited for.

What was kept before and did not change is not read again: a landed file is known by its name, any other by size and
time of its last change, but for the configuration, which is small and is read every time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.durable import write_text
from khoi.backup.owned import CannotBackUp, OwnedFile, owned_files
from khoi.backup.store import DamagedBackup, Kept, Manifest, Slipped, Store
from khoi.deployment.home import Home

Progress = Callable[[int, int], None]
_ATTEMPTS = 3


@dataclass(frozen=True)
class BackupReport:
    """One backup: files and bytes of all it holds, and of what was new; ``left_out``: files with the reason.

    ``freed_bytes``: what went with earlier backups that are no longer kept.
    """

    number: int
    files: int
    size_bytes: int
    new_files: int
    new_bytes: int
    left_out: tuple[tuple[str, str], ...]
    freed_bytes: int


@dataclass
class _Taken:
    """What one pass over the owned files has kept."""

    kept: list[Kept] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    new_files: int = 0
    new_bytes: int = 0


def make_backup(home: Home, folder: Path, *, keep: int | None = None, progress: Progress | None = None) -> BackupReport:
    """Back up what ``home`` owns into ``folder``; the caller holds the deployment's lock.

    ``keep``: how many backups are kept, this one among them. Raises CannotBackUp where something owned cannot be read
    or will not stand still, DamagedBackup where ``folder`` holds something else.
    """
    home.require_registers()
    _require_apart(home.root.resolve(), folder.resolve())
    if keep is not None and keep < 1:
        raise CannotBackUp("--keep: ít nhất 1 / at least 1")
    store = Store.make(folder)
    try:
        with FileLock(folder / ".lock", timeout=0):
            taken = _standing_still(home, store, progress)
            number = max(store.numbers(), default=0) + 1
            made_at = dt.datetime.now(dt.UTC).isoformat()
            store.write(Manifest(number, made_at, metadata.version("khoi"), tuple(taken.kept), tuple(taken.left_out)))
            freed = store.keep_last(keep) if keep else 0
            _note(home, folder, number, made_at)
    except Timeout as error:
        raise CannotBackUp(f"{folder}: một bản sao khác đang được ghi / another backup is being written") from error
    size = sum(kept.size for kept in taken.kept)
    left_out = tuple(taken.left_out)
    return BackupReport(number, len(taken.kept), size, taken.new_files, taken.new_bytes, left_out, freed)


def _note(home: Home, folder: Path, number: int, made_at: str) -> None:
    """Leave word in the home of when it was last backed up; `khoi doctor` reminds by it."""
    record = {"schema": 1, "made_at": made_at, "folder": str(folder), "number": number}
    write_text(home.logs / "backup.json", json.dumps(record, ensure_ascii=False))


def _standing_still(home: Home, store: Store, progress: Progress | None) -> _Taken:
    """All that is owned, with a configuration that nobody saved meanwhile: its files belong together."""
    before = _last(store)
    for _ in range(_ATTEMPTS):
        owned = owned_files(home)
        taken = _take(home, store, owned, before, progress)
        if _configuration(owned_files(home)) == _configuration(owned):
            return taken
    raise CannotBackUp(
        f"{home.config}: sổ đăng ký đang được ghi; hãy chạy lại khi đã ghi xong / registers are being saved; run again"
    )


def _take(
    home: Home, store: Store, owned: list[OwnedFile], before: Mapping[str, Kept], progress: Progress | None
) -> _Taken:
    taken = _Taken()
    for number, file in enumerate(owned, start=1):
        known = _known(store, file, before.get(file.name))
        try:
            sha256, size, is_new = (known, file.size, False) if known else store.put(home.root / file.name)
        except OSError as error:
            _leave_out(home, file, error, taken)
            continue
        if file.landed_hash not in (None, sha256):
            taken.left_out.append((file.name, _NOT_AS_RECEIVED))
            continue
        taken.kept.append(Kept(file.name, sha256, size, file.changed_ns))
        taken.new_files += is_new
        taken.new_bytes += size if is_new else 0
        if progress is not None:
            progress(number, len(owned))
    return taken


def _known(store: Store, file: OwnedFile, before: Kept | None) -> str | None:
    """The sum of the file's bytes where it needs not be read for it."""
    named = file.landed_hash
    if named is None and before is not None and not file.name.startswith("config/"):
        named = before.sha256 if (before.size, before.changed_ns) == (file.size, file.changed_ns) else None
    return named if named is not None and store.has(named, file.size) else None


def _leave_out(home: Home, file: OwnedFile, error: OSError, taken: _Taken) -> None:
    """Note a file of the inbox that cannot be read now. Raises CannotBackUp for any other, or on a full disk."""
    readable_place = not isinstance(error, Slipped) and error.filename not in (None, str(home.root / file.name))
    if not file.is_sent or readable_place or error.errno in (28, 122):
        why = error.strerror or str(error)
        raise CannotBackUp(
            f"{home.root / file.name}: không sao lưu được ({why}); hãy cấp quyền đọc, đóng chương trình đang ghi hoặc "
            "dọn đĩa rồi chạy lại / cannot be backed up; give the right to read it, close what writes it or free "
            "the disk"
        ) from error
    taken.left_out.append((file.name, error.strerror or "đang được ghi / being written"))


def _last(store: Store) -> dict[str, Kept]:
    """The files of the last backup by name; none where there is none, or it is damaged: then all is read again."""
    try:
        return {kept.name: kept for kept in store.read().files}
    except DamagedBackup:
        return {}


def _configuration(owned: Iterable[OwnedFile]) -> list[OwnedFile]:
    return [file for file in owned if file.name.startswith("config/")]


def _require_apart(home: Path, folder: Path) -> None:
    if folder == home or folder.is_relative_to(home) or home.is_relative_to(folder):
        raise CannotBackUp(
            f"{folder}: phải nằm ngoài {home}, tốt nhất trên đĩa khác / must lie outside, best on another disk"
        )


_NOT_AS_RECEIVED = (
    "nội dung không còn như khi nhận (đĩa hỏng?); hãy đặt lại tệp gốc vào inbox/ / no longer what was received; "
    "put the original into inbox/ again"
)
