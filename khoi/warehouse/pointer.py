"""Which publication people read: the text file ``current``, and the names of the publications beside it.

    published/current             the version people read
    published/<version>.duckdb    its warehouse; the last few are kept
    published/<version>.json      its record (`khoi.warehouse.versions`)
    published/<version>/          what it said, kept for good (`khoi.warehouse.vintages`)

A version's name sorts after every one before it, whatever the clock does. The pointer is made of nothing but a name:
damaged, it is taken for the last whole publication.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from pathlib import Path

from ingest.durable import write_text

_POINTER = "current"
_NAME = "%Y%m%dT%H%M%S%f"
_VERSION = re.compile(r"\d{8}T\d{12}")
_TICK = dt.timedelta(microseconds=1)


def read_pointer(folder: Path) -> str | None:
    """The version people read: the one ``current`` names, else the last whole one; None where there is none."""
    named, whole = _named(folder), whole_versions(folder)
    return named if named in whole else max(whole, default=None)


def point_at(folder: Path, version: str) -> None:
    """Let people read ``version`` from now on. A folder that somebody made in the pointer's place is set aside."""
    pointer = folder / _POINTER
    if pointer.is_dir() and not pointer.is_symlink():
        pointer.rename(folder / f"{_POINTER}.{version}.set-aside")
    write_text(pointer, version)


def whole_versions(folder: Path) -> set[str]:
    """The versions whose warehouses are there."""
    return {path.stem for path in folder.glob("*.duckdb") if _VERSION.fullmatch(path.stem)}


def version_time(version: str) -> dt.datetime:
    """When ``version`` was published, in UTC, as its name says."""
    return dt.datetime.strptime(version, _NAME).replace(tzinfo=dt.UTC)


def next_version(folder: Path, now: dt.datetime) -> str:
    """A name by the time it is, or just after the last one where the clock stands before that."""
    names = {path.name.removesuffix(".duckdb").removesuffix(".json") for path in folder.iterdir()}
    last = max((name for name in names if _VERSION.fullmatch(name)), default="")
    name = now.strftime(_NAME)
    return name if name > last else (dt.datetime.strptime(last, _NAME) + _TICK).strftime(_NAME)


def remove_whole(folder: Path, keep: int) -> list[str]:
    """Remove all but the last ``keep`` warehouses and the one people read; returns the versions that are gone.

    One that a reader holds open on Windows goes the next time.
    """
    current = read_pointer(folder)
    removed = []
    for version in sorted(whole_versions(folder))[:-keep]:
        if version == current:
            continue
        with contextlib.suppress(PermissionError):
            (folder / f"{version}.duckdb").unlink()
            (folder / f"{version}.json").unlink(missing_ok=True)
            removed.append(version)
    return removed


def _named(folder: Path) -> str | None:
    """The version ``current`` names, None where it names none."""
    try:
        text = (folder / _POINTER).read_bytes().decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if _VERSION.fullmatch(text) else None
