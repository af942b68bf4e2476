"""The format of a backup: bytes under their sums, and a manifest of every backup, written last.

    DIR/khoi-backup.json          what this folder is
    DIR/objects/ab/<sha256>       the bytes of a file, as they are: readable without khoi
    DIR/manifests/000001.json     one backup: every file with its sum; a sum of the manifest itself

Bytes that are there already are not written again, so a second backup is as large as what is new. A backup that dies
leaves bytes that no manifest names; the next one uses or removes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.durable import move, write_text
from ingest.told import Told

SCHEMA = 1
_MARK = "khoi-backup.json"
_CHUNK = 1 << 20
_MANIFEST = re.compile(r"(\d{6,})\.json")
_PRIVATE = 0o700


class DamagedBackup(Told):
    """A backup that is not what was written, or is none; the message names the file and what to do."""


class Slipped(OSError):
    """A file changed while it was read."""


@dataclass(frozen=True)
class Kept:
    """One file of a backup: its name below the home, the sum of its bytes, size, time of its last change (ns)."""

    name: str
    sha256: str
    size: int
    changed_ns: int = 0


@dataclass(frozen=True)
class Manifest:
    """One backup. ``left_out``: files that could not be read then, each with the reason."""

    number: int
    made_at: str
    khoi: str
    files: tuple[Kept, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    schema: int = field(default=SCHEMA)


@dataclass(frozen=True)
class Store:
    """The folder of the backups of one deployment."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Store:
        """The backups in ``folder``. Raises DamagedBackup where it holds none, or those of a newer khoi."""
        try:
            mark = json.loads((folder / _MARK).read_bytes())
            newer = mark["schema"] > SCHEMA
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedBackup(
                f"{folder}: không phải thư mục sao lưu của khoi (thiếu hoặc hỏng {_MARK}) / no folder of khoi's backups"
            ) from error
        if newer:
            raise DamagedBackup(f"{folder}: do bản khoi mới hơn ghi; hãy dùng bản đó / written by a newer khoi; use it")
        return cls(folder)

    @classmethod
    def make(cls, folder: Path) -> Store:
        """The backups in ``folder``, which is made one where it is new or empty. Raises DamagedBackup where not."""
        if not folder.exists() or not any(folder.iterdir()):
            folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            write_text(folder / _MARK, json.dumps({"format": "khoi-backup", "schema": SCHEMA}))
        return cls.at(folder)

    def object_path(self, sha256: str) -> Path:
        """Where the bytes of that sum lie."""
        return self.folder / "objects" / sha256[:2] / sha256

    def has(self, sha256: str, size: int) -> bool:
        """True where bytes of that sum and size are kept; their content is looked at by `Store.take_out` only."""
        path = self.object_path(sha256)
        return path.is_file() and path.stat().st_size == size

    def put(self, path: Path) -> tuple[str, int, bool]:
        """Keep the bytes of ``path``; returns their sum, their size, and whether they are new here.

        Raises Slipped where it changed meanwhile, OSError where it cannot be read.
        """
        objects = self.folder / "objects"
        objects.mkdir(mode=_PRIVATE, exist_ok=True)
        temporary = objects / f".{os.getpid()}.tmp"
        try:
            with path.open("rb") as source, temporary.open("wb") as copy:
                before = os.fstat(source.fileno())
                sha256 = _copied(source, copy)
                after = os.fstat(source.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise Slipped(f"{path}: đang được ghi / still being written")
            if self.has(sha256, after.st_size):
                return sha256, after.st_size, False
            target = self.object_path(sha256)
            target.parent.mkdir(mode=_PRIVATE, exist_ok=True)
            temporary.chmod(0o600)
            move(temporary, target)
            return sha256, after.st_size, True
        finally:
            temporary.unlink(missing_ok=True)

    def take_out(self, kept: Kept, target: Path | None) -> bool:
        """Write the bytes of ``kept`` to ``target`` (None: only look at them); False where they are lost or damaged.

        Damaged ones are set aside, so that the next backup keeps them anew where they are still whole in the home.
        """
        path = self.object_path(kept.sha256)
        try:
            with path.open("rb") as source:
                found = _looked_at(source) if target is None else _written(source, target)
        except FileNotFoundError:
            return False
        if found != kept.sha256:
            with suppress(OSError):  # a medium that is only read stays as it is
                path.replace(path.with_name(f"{path.name}.damaged"))
            return False
        return True

    def numbers(self) -> list[int]:
        """The numbers of all backups, the first one first."""
        names = (_MANIFEST.fullmatch(path.name) for path in (self.folder / "manifests").glob("*.json"))
        return sorted(int(match[1]) for match in names if match)

    def read(self, number: int | None = None) -> Manifest:
        """The backup of that number, or the last one. Raises DamagedBackup where it is not there or not whole."""
        numbers = self.numbers()
        if not numbers or number not in (None, *numbers):
            listed = ", ".join(map(str, numbers[-5:])) or "–"
            raise DamagedBackup(
                f"{self.folder}: không có bản sao số {number if number is not None else 1}; có / no such backup; "
                f"these are: {listed}"
            )
        return _read(self._path(number if number is not None else numbers[-1]))

    def write(self, manifest: Manifest) -> None:
        """Let the backup be there: its manifest names everything it holds, and is written after all of that."""
        write_text(self._path(manifest.number), manifest_text(manifest))

    def keep_last(self, most: int) -> int:
        """Remove all but the last ``most`` backups and the bytes that none of these names; returns how many bytes.

        Raises DamagedBackup where one that stays cannot be read: what it holds is then not known.
        """
        numbers = self.numbers()
        named = {kept.sha256 for number in numbers[-most:] for kept in self.read(number).files}
        for number in numbers[:-most]:
            self._path(number).unlink()
        gone = [path for path in (self.folder / "objects").glob("??/*") if path.name not in named]
        freed = sum(path.stat().st_size for path in gone)
        for path in gone:
            path.chmod(0o600)
            path.unlink()
        return freed

    def _path(self, number: int) -> Path:
        return self.folder / "manifests" / f"{number:06d}.json"


def _looked_at(source: Any) -> str:
    return hashlib.file_digest(source, "sha256").hexdigest()


def _written(source: Any, target: Path) -> str:
    target.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    with target.open("wb") as copy:
        return _copied(source, copy)


def _copied(source: Any, copy: Any) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        copy.write(chunk)
    return digest.hexdigest()


def _sum(record: Any) -> str:
    """The sum of a manifest as JSON reads and writes it."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def manifest_text(manifest: Manifest) -> str:
    """A manifest as it is written, with a sum of itself."""
    record = asdict(manifest) | {"files": [list(asdict(kept).values()) for kept in manifest.files]}
    return json.dumps({**record, "sum": _sum(record)}, indent=None, separators=(",", ":"))


def manifest_said(place: str, content: bytes) -> Manifest:
    """The manifest that ``content`` is; ``place`` is told where it is none.

    Raises DamagedBackup where it is not whole, of a newer khoi, or names a file outside a deployment.
    """
    try:
        record = json.loads(content)
        if record["schema"] > SCHEMA:
            raise DamagedBackup(f"{place}: do bản khoi mới hơn ghi; hãy dùng bản đó / written by a newer khoi; use it")
        if record.pop("sum") != _sum(record):
            raise ValueError("sum")
        files = tuple(Kept(*entry[:4]) for entry in record["files"])
        left_out = tuple((str(name), str(why)) for name, why in record["left_out"])
        manifest = Manifest(int(record["number"]), str(record["made_at"]), str(record["khoi"]), files, left_out)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(place) from error
    require_inside(place, (kept.name for kept in files))
    return manifest


def _read(path: Path) -> Manifest:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(str(path)) from error
    return manifest_said(str(path), content)


def _damaged(place: str) -> DamagedBackup:
    return DamagedBackup(
        f"{place}: bản kê của bản sao này bị hỏng; hãy dùng bản trước (`--number`) / the manifest of this backup is "
        "damaged; use the one before"
    )


def require_inside(path: str, names: Iterable[str]) -> None:
    """Raises DamagedBackup where a name of the manifest at ``path`` would lead out of the home it is restored to."""
    for name in names:
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name.split("/")[0] or not place.parts:
            raise DamagedBackup(f"{path}: {name!r}: tên tệp không hợp lệ / no name of a file of a deployment")


def free_space(folder: Path) -> int:
    """Bytes that are free where ``folder`` is or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
