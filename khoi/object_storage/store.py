"""What a deployment holds, into a bucket: only what is new there, and a state that is whole whenever somebody reads.

    objects/ab/<sha256>     the bytes of a file under their sum, sent once
    states/000012.json      one state: every file by its name below the home, with its sum; the format of a backup's
    current                 the number of the state to read, written last

An object is there whole or not at all, none is ever written over with other bytes, and ``current`` changes last: a
store that dies leaves the state before, and the next one sends what is missing. One deployment stores below a prefix.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from importlib import metadata

from ingest.durable import sum_of
from khoi.backup.owned import OwnedFile, owned_files
from khoi.backup.store import DamagedBackup, Kept, Manifest, manifest_said, manifest_text
from khoi.deployment.home import Home
from khoi.object_storage.bucket import Bucket, BucketError, Listed, all_at_once
from khoi.object_storage.marts import MARTS, write_marts

CURRENT = "current"
_STATES, _OBJECTS = "states", "objects"


@dataclass(frozen=True)
class StoreReport:
    """One state: files and bytes of all it names, and of what was sent for it; ``left_out``: with the reason."""

    number: int
    files: int
    size_bytes: int
    sent_files: int
    sent_bytes: int
    left_out: tuple[tuple[str, str], ...]
    removed: int


def store(bucket: Bucket, home: Home, *, keep: int | None = None) -> StoreReport:
    """Let the bucket hold landed files, lake and published marts of ``home``; the caller holds the deployment's lock.

    ``keep``: how many states are kept, this one among them; of older ones nothing is left. Raises BucketError.
    """
    home.require_registers()
    if keep is not None and keep < 1:
        raise BucketError("--keep: ít nhất 1 / at least 1")
    write_marts(home)
    before = current_state(bucket)
    files = stored_files(home)
    there = {one.name: one.size for one in bucket.listed(_OBJECTS)}
    sums = _sums(home, files, before)
    kept = [Kept(file.name, sums[file.name], file.size, file.changed_ns) for file in files]
    wrong = {file.name for file in files if file.landed_hash not in (None, sums[file.name])}
    whole = [one for one in kept if one.name not in wrong]
    missing = {one.sha256: one for one in whole if there.get(object_name(one.sha256)) != one.size}
    all_at_once(lambda one: bucket.send(str(home.root / one.name), object_name(one.sha256)), missing.values())
    left_out = tuple((name, _NOT_AS_RECEIVED) for name in sorted(wrong))
    number = (before.number if before else 0) + 1
    made_at = dt.datetime.now(dt.UTC).isoformat()
    state = Manifest(number, made_at, metadata.version("khoi"), tuple(whole), left_out)
    bucket.write(_state_name(number), manifest_text(state).encode())
    bucket.write(CURRENT, str(number).encode())
    removed = _keep_last(bucket, keep) if keep else 0
    sent_bytes, size = (sum(one.size for one in some) for some in (missing.values(), whole))
    return StoreReport(number, len(whole), size, len(missing), sent_bytes, left_out, removed)


def stored_files(home: Home) -> list[OwnedFile]:
    """What is sent: landed files with their receipts, every table of the lake, the marts of what is published."""
    landed = [file for file in owned_files(home) if file.name.startswith("landed/")]
    tables = [*home.lake.rglob("*.parquet"), *(home.root / MARTS).glob("*.parquet")]
    facts = ((path.relative_to(home.root).as_posix(), path.stat()) for path in sorted(tables))
    made = [OwnedFile(name, told.st_size, told.st_mtime_ns) for name, told in facts if "/." not in name]
    return sorted([*landed, *made], key=lambda file: file.name)


def object_name(sha256: str) -> str:
    """The object that holds the bytes of that sum."""
    return f"{_OBJECTS}/{sha256[:2]}/{sha256}"


def current_state(bucket: Bucket) -> Manifest | None:
    """The state to read, or None where nothing was stored yet. Raises BucketError where it is named and not whole."""
    number = bucket.read(CURRENT)
    return None if number is None else _state(bucket, _number(bucket, number))


def _number(bucket: Bucket, content: bytes) -> int:
    try:
        return int(content)
    except ValueError as error:
        raise _damaged(bucket, CURRENT) from error


def _state(bucket: Bucket, number: int) -> Manifest:
    name = _state_name(number)
    content = bucket.read(name)
    if content is None:
        raise _damaged(bucket, name)
    try:
        return manifest_said(f"{bucket.url}/{name}", content)
    except DamagedBackup as error:
        raise _damaged(bucket, name) from error


def _state_name(number: int) -> str:
    return f"{_STATES}/{number:06d}.json"


def _damaged(bucket: Bucket, name: str) -> BucketError:
    return BucketError(
        f"{bucket.url}/{name}: thiếu hoặc hỏng; hãy xóa “{CURRENT}” trong thư mục đó rồi gửi lại (`store`), tệp đã gửi "
        f"không gửi lại / lost or damaged; remove “{CURRENT}” there and store again, what was sent is not sent again"
    )


def _sums(home: Home, files: Collection[OwnedFile], before: Manifest | None) -> dict[str, str]:
    """The sum of every file; one of the last state that has its size and time yet is not read again."""
    known = {one.name: one for one in before.files} if before else {}

    def of(file: OwnedFile) -> str:
        one = known.get(file.name)
        if one is not None and (one.size, one.changed_ns) == (file.size, file.changed_ns):
            return one.sha256
        return sum_of(home.root / file.name)

    return dict(zip((file.name for file in files), all_at_once(of, files), strict=True))


def _keep_last(bucket: Bucket, most: int) -> int:
    """Remove all but the last ``most`` states and the objects that none of these names; returns how many objects."""
    states = sorted((one.name for one in bucket.listed(_STATES)), reverse=True)
    stay = {object_name(one.sha256) for name in states[:most] for one in _state(bucket, _number_of(name)).files}
    bucket.remove(states[most:])
    gone: list[Listed] = [one for one in bucket.listed(_OBJECTS) if one.name not in stay]
    bucket.remove(one.name for one in gone)
    return len(gone)


def _number_of(state: str) -> int:
    return int(state.rpartition("/")[2].removesuffix(".json"))


_NOT_AS_RECEIVED = (
    "nội dung không còn như khi nhận; hãy phục hồi từ bản sao lưu / no longer what was received; restore it from the "
    "backup"
)
