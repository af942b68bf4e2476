"""Forms, registers and rules as they were read last, kept as data: neither a check nor a run reads them again.

Reading them is strict and takes most of a second; what was found sound once is taken up in some hundredths as long as
every file it came from says the same, and so do the sources that read it. What is kept is derived: lost, damaged or of
another version, it is made anew. Belongs here: the keeping. Does not belong here: what depends on a workbook.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pydantic

from ingest.catalogue import Catalogue
from ingest.derived_once import carried, derived_of
from ingest.durable import write_bytes
from ingest.reference import SEEDS_DIR, Reference
from khoi.deployment.home import Home
from khoi.deployment.product import product_path
from quality.catalogue import RuleCatalogue, load_rules

_DECLARED = ("forms", "layouts", "rules", "seeds")
"""The folders of a deployment's `config/` that are read."""
_READING = ("ingest", "quality")
"""The packages that read them, whose sources the key names: what others derive is not kept."""


@dataclass(frozen=True)
class Prepared:
    """The declarations of a deployment: its forms with their layouts, its registers, its rules."""

    catalogue: Catalogue
    reference: Reference
    rules: RuleCatalogue
    key: bytes | None = None

    @property
    def derived(self) -> frozenset[str]:
        """The functions whose answers are kept with the declarations (`ingest.derived_once`)."""
        return derived_of(self.catalogue) | derived_of(self.reference) | derived_of(self.rules)


def prepared(home: Home) -> Prepared:
    """The declarations of ``home``, taken up where they were kept. Raises what reading them raises."""
    home.require_registers()
    key = _key(home)
    if key and (kept := _kept(_place(home), key)):
        return kept
    catalogue = home.catalogue()
    reference = home.reference(catalogue)
    found = Prepared(catalogue, reference, load_rules(catalogue, reference, home.config / "rules"), key)
    keep(home, found)
    return found


def prepared_before(home: Home) -> Prepared | bytes | None:
    """The declarations of ``home`` where they were kept, else the key to `keep` them under once they are read.

    None where something cannot be read.
    """
    key = _key(home)
    return key and (_kept(_place(home), key) or key)


def keep(home: Home, found: Prepared) -> None:
    """Keep what was read, unless something was saved since its key was taken."""
    if found.key and home.lake.is_dir() and _key(home) == found.key:
        _keep(home, found)


def keep_derived(home: Home, known: Prepared, before: frozenset[str]) -> None:
    """Let the next process take up as well what a check derived from ``known``, where it is more than ``before``.

    By the functions that derived: another period's answers of the same ones are no reason to write again.
    """
    more = any(name.startswith(_READING) for name in known.derived - before)
    if more and known.key and home.lake.is_dir() and _key(home) == known.key:
        with carried(*_READING):
            _keep(home, known)


def _keep(home: Home, found: Prepared) -> None:
    assert found.key is not None
    content = pickle.dumps(found, protocol=5)
    # A desk that may not write here, or has no room left, checks all the same.
    with suppress(OSError):
        write_bytes(_place(home), _head(found.key, content) + content)


def _place(home: Home) -> Path:
    return home.lake / "reference" / "prepared.bin"


def _kept(place: Path, key: bytes) -> Prepared | None:
    """What stands at ``place`` where it is whole and ``key``'s; None where it is not, or is not the user's own."""
    try:
        if not _ours(place):
            return None
        content = place.read_bytes()
    except OSError:
        return None
    size = len(_head(key, b""))
    head, body = content[:size], content[size:]
    if head != _head(key, body):
        return None
    found = pickle.loads(body)
    return found if isinstance(found, Prepared) else None


def _ours(place: Path) -> bool:
    """True unless the system knows owners and another user could have written the file: what it holds is code."""
    if not hasattr(os, "getuid"):
        return True
    return all(told.st_uid == os.getuid() and not told.st_mode & 0o022 for told in (place.stat(), place.parent.stat()))


def _head(key: bytes, content: bytes) -> bytes:
    return key + hashlib.sha256(content).digest()


def _key(home: Home) -> bytes | None:
    """What the declarations rest on: names and contents of their files, the sources and libraries that read them.

    None where something cannot be read: that is told by the reading itself.
    """
    digest = hashlib.sha256(f"{platform.python_version()} {pd.__version__} {pydantic.VERSION}".encode())
    folders = [*(product_path(name) for name in _READING), SEEDS_DIR]
    try:
        for folder in (*folders, *(home.config / name for name in _DECLARED)):
            for path in _files(folder):
                digest.update(os.fsencode(path) + b"\0" + path.read_bytes() + b"\0")
    except OSError:
        return None
    return digest.digest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix != ".pyc" and not path.is_dir():
            yield path
