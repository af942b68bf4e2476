"""Removing what is past its term, class by class; the caller holds the deployment's lock."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from khoi.access import set_aside
from khoi.deployment.home import Home
from khoi.retention.terms import Terms, load_terms
from khoi.warehouse.publications import prune as prune_warehouses
from khoi.warehouse.publications import publications

_DAY = 86_400


@dataclass(frozen=True)
class Pruned:
    """What was removed, or would be: the class, files, bytes. ``kept``: days, or how many of the last."""

    name: str
    label_vi: str
    label_en: str
    kept: int
    files: int
    size_bytes: int


def prune(home: Home, *, dry: bool = False, now: float | None = None) -> list[Pruned]:
    """Remove what is past its term (``dry``: only tell it); one entry per class.

    Raises RetentionError where the deployment's own terms are none.
    """
    terms = load_terms(home.config / "retention.yaml")
    if not dry:
        set_aside(home)
    due = due_files(home, terms, time.time() if now is None else now)
    told = []
    for name, files in due.items():
        size = sum(path.stat().st_size for path in files)
        label = terms[name].label
        told.append(Pruned(name, label.vi, label.en, terms[name].keep, len(files), size))
        if dry:
            continue
        if terms[name].unit == "last" and files:
            prune_warehouses(home, terms[name].keep)
        elif terms[name].unit == "days":
            _remove(files)
    return told


def due_files(home: Home, terms: Mapping[str, Terms], now: float) -> dict[str, list[Path]]:
    """Class -> the files that are past their term at the time ``now``, in name order."""
    return {name: _due(home, term, now) for name, term in terms.items()}


def _due(home: Home, term: Terms, now: float) -> list[Path]:
    kept = {path for pattern in term.exceptions for path in home.root.glob(pattern)}
    files = {path for pattern in term.paths for path in home.root.glob(pattern) if path not in kept and path.is_file()}
    if term.unit == "days":
        return sorted(path for path in files if path.lstat().st_mtime < now - term.keep * _DAY)
    whole = [one for one in publications(home) if one.is_whole]
    past = {one.version for one in whole[: -term.keep] if not one.is_current}
    return sorted(path for path in files if path.stem in past)


def _remove(files: list[Path]) -> None:
    for path in files:
        with suppress(PermissionError):  # on Windows a program has it open: the next time
            path.unlink()
