"""Checksums of the lake's files, and what is done where one does not hold: the file is named and made again.

A file of the lake has its sum beside it (`<name>.sha256`). A file that was lost, cut or changed by a failing disk is
taken away with all that was written of the same files, so that the stage that made it makes it again from what lies
before it: cells and covers from the landed bytes, observations from the cells. A figure is never published from half a
lake, and nobody is asked to accept that it shrank.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.durable import sum_of
from ingest.lake.files import SUM
from ingest.lake.tables import MANIFEST, TABLES, LakeTable, Stage
from ingest.lake.version import FORMAT, is_of_this_edition, settle_edition


def damaged(lake: Path) -> list[Path]:
    """The files of the lake that were lost, or are not what was written; in name order.

    A lake of an earlier edition is damaged as a whole: its `format.json` stands for it.
    A file without a sum (written by an earlier edition of khoi) is taken for whole.
    """
    if not is_of_this_edition(lake):
        return [lake / FORMAT]
    return sorted(path for table in TABLES for path in _broken(table, lake))


def mend(lake: Path) -> list[str]:
    """Take away what is damaged, and what was made of the same files; returns its names below the lake.

    What is taken away is made again by the stages of the same run.
    """
    names = [FORMAT] if settle_edition(lake) else []
    for path in damaged(lake):
        names.append(path.relative_to(lake).as_posix())
        for gone in _made_together(lake, path):
            gone.unlink(missing_ok=True)
            gone.with_name(gone.name + SUM).unlink(missing_ok=True)
    return names


def _broken(table: LakeTable, lake: Path) -> Iterator[Path]:
    for kept in lake.glob(table.path + SUM):
        path = kept.with_name(kept.name.removesuffix(SUM))
        if not path.is_file() or sum_of(path) != kept.read_text("utf-8", "replace").strip():
            yield path


def _made_together(lake: Path, path: Path) -> list[Path]:
    folder = path.relative_to(lake).parts[0]
    stage = next(table.stage for table in TABLES if table.path.split("/")[0] == folder)
    if stage is Stage.LANDED:
        return [lake / table.name / path.name for table in TABLES if table.stage is Stage.LANDED]
    return [path, path.with_name(MANIFEST)] if stage is Stage.NORMALISED else [path]
