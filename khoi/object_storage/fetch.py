"""Workbooks that were sent into a bucket, into the inbox: each once, as its bytes are, whole or not at all.

What was taken is noted in ``logs/object_storage.json``. Where that is lost, or a fetch dies before it is written, the
objects are fetched again and are found to be here: nothing is received twice.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from ingest.durable import move, write_text
from ingest.left_behind import is_left_behind
from ingest.reading.limits import Limits
from ingest.visible import shown
from khoi.deployment.home import PRIVATE, Home
from khoi.object_storage.bucket import Bucket, Listed, all_at_once
from khoi.object_storage.names import why_unsafe

INBOX = "inbox"
_SCHEMA = 1
_ONE_NAME = "trùng với tên một thư mục hay tệp khác / a file and a folder of one name"
_MOST_BYTES = Limits().envelope_bytes


@dataclass(frozen=True)
class FetchReport:
    """``fetched``: the files of the inbox that are new; ``known``: objects that were taken before.

    ``changing``: objects that were replaced while they were fetched, for the next time; ``refused``: with the reason.
    """

    fetched: tuple[str, ...]
    known: int
    changing: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Taken:
    """What became of one object: the file of the inbox it is now, or why it is none."""

    file: str | None = None
    refused: str | None = None
    changing: bool = False


def fetch(bucket: Bucket, home: Home) -> FetchReport:
    """Take every object below ``inbox/`` that was not taken yet into the inbox, in folders as there.

    Raises NoRegisters where ``home`` is no deployment, BucketError where the storage fails; what was taken by
    then stays.
    """
    home.require_registers()
    source = bucket.below(INBOX)
    before = _noted(home, source.url)
    sent = [one for one in source.listed() if not one.name.endswith("/") and not is_left_behind(one.name)]
    new = [one for one in sent if before.get(one.name) != one.stamp]
    taken = all_at_once(lambda one: _take(source, home, one), new)
    outcome = list(zip(new, taken, strict=True))
    _note(home, source.url, before | {one.name: one.stamp for one, got in outcome if got.file is not None})
    return FetchReport(
        fetched=tuple(got.file for got in taken if got.file),
        known=len(sent) - len(new),
        changing=tuple(one.name for one, got in outcome if got.changing),
        refused=tuple((shown(one.name), got.refused) for one, got in outcome if got.refused),
    )


def _take(source: Bucket, home: Home, one: Listed) -> _Taken:
    """Let the object be a file of the inbox; ``file`` is empty where the same bytes lie there already."""
    why = why_unsafe(one.name) or _too_large(one)
    if why is not None:
        return _Taken(refused=why)
    target = home.inbox / one.name
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return _Taken(refused=_ONE_NAME)
    try:
        source.fetch(one.name, str(temporary))
        if temporary.stat().st_size != one.size or source.stamp(one.name) != one.stamp:
            return _Taken(changing=True)
        return _Taken(file=_put(temporary, target, one, home))
    except FileNotFoundError:
        return _Taken(changing=True)
    except IsADirectoryError:
        return _Taken(refused=_ONE_NAME)
    finally:
        temporary.unlink(missing_ok=True)


def _put(temporary: Path, target: Path, one: Listed, home: Home) -> str:
    """Give the file its name; a version with other bytes lies beside the first, under a name that tells its stamp."""
    if target.is_dir():
        raise IsADirectoryError(target)
    if target.exists():
        if filecmp.cmp(temporary, target, shallow=False):
            return ""
        version = hashlib.sha256(one.stamp.encode()).hexdigest()[:8]
        target = target.with_name(f"{target.stem}.{version}{target.suffix}")
    move(temporary, target)
    return target.relative_to(home.inbox).as_posix()


def _too_large(one: Listed) -> str | None:
    if one.size <= _MOST_BYTES:
        return None
    return (
        f"{one.size >> 20} MB, lớn hơn mọi tệp được nhận / larger than any file that is read ({_MOST_BYTES >> 20} MB)"
    )


def _journal(home: Home) -> Path:
    return home.logs / "object_storage.json"


def _noted(home: Home, url: str) -> dict[str, str]:
    """Name -> stamp of what was taken from ``url``; nothing where the journal is lost or damaged."""
    return _all_noted(home).get(url, {})


def _all_noted(home: Home) -> dict[str, dict[str, str]]:
    try:
        record = json.loads(_journal(home).read_bytes())
        return {url: dict(names) for url, names in record["taken"].items()} if record["schema"] == _SCHEMA else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _note(home: Home, url: str, taken: dict[str, str]) -> None:
    record = {"schema": _SCHEMA, "taken": _all_noted(home) | {url: taken}}
    write_text(_journal(home), json.dumps(record, ensure_ascii=False))
