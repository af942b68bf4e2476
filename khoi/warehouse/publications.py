"""Every publication by its number: what it was, which one people read, going back to an earlier one, making room.

What a publication said is kept for good (`khoi.warehouse.vintages`); the warehouses themselves are large, and only the
last are kept whole. Going back points ``current`` at an earlier one of these and is written down with role and reason;
it holds until the inputs are no longer those of the publication that was taken back.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.deciding_roles import DecidingRoles
from ingest.durable import write_text
from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError, require_known
from khoi.warehouse.pointer import point_at, remove_whole, whole_versions
from khoi.warehouse.publish import KEPT_VERSIONS
from khoi.warehouse.versions import PublishedVersion, is_sound, newest_version, published_version, read_version
from khoi.warehouse.vintages import Vintage, vintages

ROLLBACKS = "rollbacks.jsonl"
SCHEMA = 1


@dataclass(frozen=True)
class Publication:
    """One publication. ``changed``: the kinds of input that are not those of the one before.

    ``is_whole``: its warehouse is still there; ``accepted_break``: why it was published although the gate was closed;
    ``taken_back``: why people were led back from it to an earlier one.
    """

    number: int
    version: str
    published_at: str
    workbooks_received: int
    workbooks_counted: int
    changed: tuple[str, ...]
    is_current: bool
    is_whole: bool
    accepted_break: str | None
    taken_back: str | None


@dataclass(frozen=True)
class Rollback:
    """Going back from the publication ``taken_back`` to the version ``version``, by a role, for a reason."""

    decided_at: str
    taken_back: str
    version: str
    by_role: str
    reason: str


def publications(home: Home) -> list[Publication]:
    """Every publication, the first one first. Raises WarehouseError where the record of one is damaged."""
    current = published_version(home)
    whole = whole_versions(home.published)
    reasons = {one.taken_back: one.reason for one in _in_force(home)}
    found: list[Publication] = []
    before: Mapping[str, str] = {}
    for vintage in vintages(home):
        found.append(
            Publication(
                vintage.number,
                vintage.version,
                vintage.published_at,
                vintage.workbooks_received,
                vintage.workbooks_counted,
                _changed(before, vintage) if found else (),
                current is not None and vintage.version == current.version,
                vintage.version in whole,
                vintage.accepted_break or _accepted(home, vintage.version),
                reasons.get(vintage.version),
            )
        )
        before = vintage.fingerprints
    return found


def publication(home: Home, name: str) -> Publication:
    """The publication of this number, version (or its beginning), ``current`` or ``previous``.

    Raises WarehouseError where there is none, or more than one.
    """
    known = publications(home)
    standing = [index for index, one in enumerate(known) if one.is_current]
    if name in ("current", "previous"):
        wanted = [index - (name == "previous") for index in standing]
        found = [known[index] for index in wanted if index >= 0]
    else:
        found = [one for one in known if str(one.number) == name] or [
            one for one in known if len(name) > 3 and one.version.startswith(name)
        ]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{one.number} ({one.published_at[:10]})" for one in known[-5:]) or "–"
    raise WarehouseError(f"{name}: không chỉ rõ một lần công bố / names no one publication; gần đây / last: {listed}")


def roll_back(home: Home, name: str, *, by: str, reason: str, now: dt.datetime | None = None) -> Publication:
    """Let people read the publication ``name`` again; returns it as it is then.

    Raises WarehouseError where its warehouse is no longer kept or not sound, or where it is the one they read, and
    UnknownRole where ``by`` is no role of the list.
    """
    if not by.strip() or not reason.strip():
        raise WarehouseError("--by, --reason: không được để trống / must not be empty")
    role = DecidingRoles.read(home.seeds).required(by)
    target, current = publication(home, name), published_version(home)
    if target.is_current or current is None:
        raise WarehouseError(f"{target.number}: đang là bản được đọc / is the one that is read")
    if not target.is_whole or not is_sound(home.published, read_version(home.published, target.version)):
        kept = ", ".join(str(one.number) for one in publications(home) if one.is_whole)
        raise WarehouseError(
            f"{target.number}: tệp kho của lần này không còn nguyên; còn / its warehouse is not kept; these are: {kept}"
        )
    moment = (now or dt.datetime.now(dt.UTC)).isoformat()
    _append(home, Rollback(moment, current.version, target.version, role, " ".join(reason.split())))
    point_at(home.published, target.version)
    return publication(home, str(target.number))


def unfinished_swap(home: Home) -> PublishedVersion | None:
    """The newest publication where people do not read it although nobody led them back from it, else None.

    A run died after its warehouse was in place and before ``current`` named it.
    """
    newest, current = newest_version(home), published_version(home)
    if newest is None or current is None or newest.version == current.version:
        return None
    return None if newest.version in {one.taken_back for one in rollbacks(home)} else newest


def finish_swap(home: Home) -> bool:
    """Let people read what a run that died had published; True where there was such a publication, and it is sound."""
    newest = unfinished_swap(home)
    if newest is None or not is_sound(home.published, newest):
        return False
    point_at(home.published, newest.version)
    return True


def prune(home: Home, keep: int = KEPT_VERSIONS) -> list[int]:
    """Remove the warehouses of all but the last ``keep`` publications and the one people read; returns their numbers.

    What they said stays. Raises WarehouseError where ``keep`` is less than one.
    """
    if keep < 1:
        raise WarehouseError("--keep: ít nhất 1 / at least 1")
    numbers = {one.version: one.number for one in publications(home)}
    removed = remove_whole(home.published, keep)
    return sorted(numbers[version] for version in removed if version in numbers)


def rollbacks(home: Home) -> list[Rollback]:
    """Every decision to go back, the first one first. Raises WarehouseError where a line cannot be read."""
    return list(_rollbacks(home.published / ROLLBACKS))


def _in_force(home: Home) -> Iterator[Rollback]:
    """The decisions whose publication is not the one that is read now."""
    current = published_version(home)
    for decision in rollbacks(home):
        if current is None or decision.taken_back != current.version:
            yield decision


def _rollbacks(path: Path) -> Iterator[Rollback]:
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except FileNotFoundError:
        return
    except UnicodeDecodeError as error:
        raise WarehouseError(_damaged(path, 1)) from error
    for number, line in enumerate(lines, start=1):
        if line:
            yield _rollback(path, number, line)


def _rollback(path: Path, number: int, line: str) -> Rollback:
    try:
        record = json.loads(line)
        require_known(path, int(record.get("schema", 1)), SCHEMA)
        return Rollback(**{name: str(record[name]) for name in Rollback.__dataclass_fields__})
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise WarehouseError(_damaged(path, number)) from error


def _append(home: Home, decision: Rollback) -> None:
    path = home.published / ROLLBACKS
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    write_text(path, before + json.dumps({"schema": SCHEMA, **vars(decision)}, ensure_ascii=False) + "\n")


def _changed(before: Mapping[str, str], vintage: Vintage) -> tuple[str, ...]:
    kinds = {*before, *vintage.fingerprints}
    return tuple(sorted(kind for kind in kinds if before.get(kind) != vintage.fingerprints.get(kind)))


def _accepted(home: Home, version: str) -> str | None:
    """The reason an edition kept that did not write it into the vintage."""
    return read_version(home.published, version).accepted_break


def _damaged(path: Path, number: int) -> str:
    return (
        f"{path}, dòng / line {number}: sổ quay lại bản trước bị hỏng; hãy phục hồi từ bản sao lưu (`khoi restore`) "
        "hoặc xóa dòng này / the register of rollbacks is damaged; restore it from the backup, or delete the line"
    )
