"""The files of `outbox/`: the letters of today, no others; what nobody has to be told any more is taken away.

A letter that says what it said before is not written again, so its time tells when it was due first. Only files that
the manifest names are ever touched: what a person puts there stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ingest.durable import write_bytes, write_text
from ingest.reference import Reference
from khoi.deployment.home import PRIVATE, Home
from khoi.outbox.letters import due_letters

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class OutboxReport:
    """How many letters lie in `outbox/`, how many of them were written now, how many were taken away."""

    letters: int
    written: int
    removed: int


def write_outbox(home: Home, reference: Reference, day: dt.date) -> OutboxReport:
    """Let `outbox/` hold the letters of ``day``. Raises WarehouseError where nothing is published."""
    letters = {letter.name: letter.text.encode() for letter in due_letters(home, reference, day)}
    folder = home.outbox
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    before = _manifest(folder)
    wanted = {name: hashlib.sha256(content).hexdigest() for name, content in letters.items()}
    gone = sorted(before.keys() - wanted.keys())
    new = [name for name in wanted if before.get(name) != wanted[name] or not (folder / name).is_file()]
    if before == wanted and not new and (folder / _MANIFEST).is_file():
        return OutboxReport(len(wanted), 0, 0)
    # Named before they are written: a run that dies in between leaves no letter that nobody takes away.
    write_text(folder / _MANIFEST, json.dumps({**before, **wanted}, indent=1))
    for name in new:
        write_bytes(folder / name, letters[name])
    for name in gone:
        (folder / name).unlink(missing_ok=True)
        _remove_empty((folder / name).parent, folder)
    write_text(folder / _MANIFEST, json.dumps(wanted, indent=1))
    return OutboxReport(len(wanted), len(new), len(gone))


def _manifest(folder: Path) -> dict[str, str]:
    """Name -> sum of every letter written before; names that lead out of the folder are none of ours."""
    try:
        read = json.loads((folder / _MANIFEST).read_bytes())
        named = {str(name): str(value) for name, value in read.items()}
    except (OSError, ValueError, AttributeError):
        return {}
    inside = folder.resolve()
    return {name: value for name, value in named.items() if (folder / name).resolve().is_relative_to(inside)}


def _remove_empty(place: Path, top: Path) -> None:
    """Folders that hold nothing any more, up to ``top``."""
    while place != top and place.is_dir() and not any(place.iterdir()):
        place.rmdir()
        place = place.parent
