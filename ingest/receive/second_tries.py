"""Refusals are not for ever: a file is tried again by another edition of the reader, and where only time ran out.

A laptop that slept while a file was read, or a machine out of memory, must not refuse a good workbook for good. What
was tried stands in `lake/refusals.json`; losing it costs one more try. Belongs here: which refused files are read
again. Does not belong here: reading them (`ingest.receive.inbox`).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import ingest.reading
from ingest.durable import write_text
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables
from ingest.receive.forgetting import forget_files

MOST_TRIES = 3
"""By one edition of the reader, of a file at which reading overran its time or died."""
_OF_THE_MOMENT = ("reader_timeout", "reader_died")
_LIBRARIES = ("python-calamine", "xlrd", "olefile")


class Refusal(TypedDict):
    """Why a file is refused, by which edition of the reader, and how often that tried."""

    rule: str
    reader: str
    tries: int


@cache
def reader_version() -> str:
    """A hash of the code that reads files and of the libraries it reads them with."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    folder = Path(ingest.reading.__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".yaml"):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def forget_refusals(lake: Path) -> set[str]:
    """Let the lake forget the refused files that are to be tried again; returns their hashes."""
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    refused = submissions.loc[submissions["read_state"] == "unreadable", "file_hash"]
    known = _known(lake)
    again = {name for name in map(str, refused) if _is_due(known.get(name))}
    forget_files(lake, again)
    return again


def note_refusals(lake: Path, again: set[str]) -> None:
    """Write down what is refused now; ``again`` was tried once more in this pass."""
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    refused = set(map(str, submissions.loc[submissions["read_state"] == "unreadable", "file_hash"]))
    known = _known(lake)
    fresh = refused - known.keys() | again & refused
    if not fresh and known.keys() <= refused:
        return
    rules = _rules(lake, fresh)
    now: dict[str, Refusal] = {name: known[name] for name in sorted(refused - fresh)}
    for name in sorted(fresh):
        before = known.get(name)
        tries = before["tries"] + 1 if before and before["reader"] == reader_version() else 1
        now[name] = {"rule": rules.get(name, ""), "reader": reader_version(), "tries": tries}
    write_text(lake / "refusals.json", json.dumps(now, indent=1))


def _is_due(refusal: Refusal | None) -> bool:
    if refusal is None or refusal["reader"] != reader_version():
        return True
    return refusal["rule"] in _OF_THE_MOMENT and refusal["tries"] < MOST_TRIES


def _known(lake: Path) -> dict[str, Refusal]:
    """What was written down; nothing where it is not there or damaged."""
    try:
        known = json.loads((lake / "refusals.json").read_text("utf-8"))
        return {
            str(name): {"rule": str(one["rule"]), "reader": str(one["reader"]), "tries": int(one["tries"])}
            for name, one in known.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _rules(lake: Path, names: set[str]) -> dict[str, str]:
    findings = read_tables(lake / "received_findings", FINDINGS)
    hard = findings[findings["file_hash"].isin(names) & (findings["severity"] == "hard")]
    return dict(zip(hard["file_hash"], hard["rule_id"], strict=True))
