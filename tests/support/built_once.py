"""What is long to build is built once for all workers of a pytest run: each has a copy of its own, or all read one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """A folder of this worker's own with what ``build`` made in one that all workers of the run share."""
    own = factory.mktemp(name) / "khoi"
    shutil.copytree(shared_by_all(factory, name, build), own, symlinks=True)
    return own


def shared_by_all(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """The folder with what ``build`` made in it, the same for all workers of the run: for reading only."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"built-once-{name}"
    with FileLock(f"{shared}.lock"):
        done = shared.with_name(f"{shared.name}.done")
        if not done.exists():
            shutil.rmtree(shared, ignore_errors=True)  # left by a worker that died
            shared.mkdir()
            build(shared)
            done.touch()
    return shared


class Resettable:
    """A folder that is made once and put back as it was before every test, at its own place.

    Files that are as they were stay untouched: where and since when they lie there a deployment knows.
    """

    def __init__(self, place: Path, kept: Path) -> None:
        self.place, self._kept = place, kept
        shutil.copytree(place, kept, symlinks=True)

    def put_back(self) -> None:
        """Undo whatever was done to the folder."""
        for path in sorted(self.place.rglob("*"), reverse=True):
            if not os.path.lexists(self._kept / path.relative_to(self.place)):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        for kept in sorted(self._kept.rglob("*")):
            path = self.place / kept.relative_to(self._kept)
            if kept.is_dir() and not kept.is_symlink():
                path.mkdir(exist_ok=True)
            elif not path.exists() or _facts(path) != _facts(kept):
                path.unlink(missing_ok=True)
                shutil.copy2(kept, path, follow_symlinks=False)


def _facts(path: Path) -> tuple[int, int]:
    told = path.lstat()
    return told.st_size, told.st_mtime_ns
