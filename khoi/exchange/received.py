"""Which received file a person means: its name, the beginning of its hash, or a path to the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ingest.numerals import day_vi
from ingest.privacy import file_name_without_persons
from ingest.receive.receipts import Receipt
from ingest.told import Told
from ingest.vietnam import VIETNAM

SHORTEST_HASH = 6
_LISTED = 12


class NotReceived(Told, ValueError):
    """What was named is no received file, or more than one; the message says what to name instead."""


def received_file(receipts: Iterable[Receipt], file: str) -> Receipt:
    """The one received file that ``file`` names. Raises NotReceived."""
    known = list(receipts)
    # The journal keeps names without the persons named in them; whoever asks may write the whole name.
    hidden = file_name_without_persons(file)
    found = [one for one in known if hidden == one.name]
    if not found and (bytes_hash := hash_of_path(file)):
        found = [one for one in known if one.file_hash == bytes_hash]
    if not found:
        found = [one for one in known if PurePosixPath(one.name).name == hidden]
    if not found and len(file) >= SHORTEST_HASH:
        found = [one for one in known if one.file_hash.startswith(file.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotReceived(f"{file}: chưa từng nhận tệp này / no such file was received")
    listed = "\n".join(f"  {one.file_hash[:12]}  {_moment(one)}  {one.name}" for one in found[:_LISTED])
    raise NotReceived(
        f"{file}: có {len(found)} tệp cùng tên; hãy ghi mã ở đầu dòng / several files bear this name; give the hash\n"
        + listed
    )


def hash_of_path(file: str) -> str | None:
    """The hash of the bytes at the path ``file``, None where no file lies there."""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if Path(file).is_file() else None


def _moment(receipt: Receipt) -> str:
    moment = receipt.received_at.astimezone(VIETNAM)
    return f"{moment:%H:%M} {day_vi(moment.date())}"
