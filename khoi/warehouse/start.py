"""What a build may start from: the last publication, where only what organizations sent has changed since.

Half of dbt's nodes follow from declarations alone: registers, code lists, measures, forms, rules. While these stand as
they stood when the last publication was built, its tables are theirs still (docs/decisions/0068).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from khoi.deployment.fingerprint import SENT, Fingerprints, changed_kinds
from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.versions import begin_making, is_sound, made_of, newest_version
from khoi.warehouse.vintages import vintages


def base_of(home: Home, inputs: Fingerprints) -> Path | None:
    """The newest published file, where it is whole and rests on the declarations of ``inputs``; else None."""
    newest = newest_version(home)
    if newest is None or not is_sound(home.published, newest):
        return None
    try:
        kept = vintages(home)
    except WarehouseError:
        return None  # a damaged record cannot say what its file rests on
    if not kept or kept[-1].version != newest.version:
        return None
    before = kept[-1].fingerprints
    if before.keys() != inputs.keys() or not SENT.issuperset(changed_kinds(before, inputs)):
        return None
    return home.published / f"{newest.version}.duckdb"


@dataclass(frozen=True)
class _CopyIn:
    """Copies a warehouse into ``folder``."""

    folder: Path

    def __call__(self, base: Path) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(base, self.folder / base.name))


def begin_copy(home: Home, base: Path) -> None:
    """Let the copy of ``base`` that a build begins with be made while the run does something else."""
    from khoi.deployment.memory import spill_folder

    begin_making(_CopyIn(spill_folder(home)), base)


def take_copy(home: Home, base: Path, built: Path) -> None:
    """Let ``built`` be a copy of ``base``, the one that was begun where one was."""
    from khoi.deployment.memory import spill_folder

    copied = made_of(_CopyIn(spill_folder(home)), base)
    if copied.exists():
        copied.replace(built)
    else:  # it was taken before
        shutil.copyfile(base, built)
