"""A folder on a sender's desk: which workbooks are new or changed and lie still, so that they can be checked.

Belongs here: looking. Does not belong here: checking (`khoi.exchange.precheck`) and telling (`khoi.cli.intake`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ingest.left_behind import is_left_behind

COPY = "tra-lai"
"""What stands at the end of a marked copy's name."""
_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv"})
Stamp = tuple[int, int]
"""When a file was last written (nanoseconds) and its size in bytes."""


@dataclass
class WatchedFolder:
    """What was seen in ``folder`` on the last look, and as what every workbook was handed out to be checked."""

    folder: Path
    _seen: dict[Path, Stamp] = field(default_factory=dict)
    _handed_out: dict[Path, Stamp] = field(default_factory=dict)

    def settled(self) -> list[Path]:
        """The workbooks that lie as they lay on the look before and were not handed out so, by name.

        Files that programs keep beside an open workbook, and our own marked copies, are none.
        """
        now = {path: stamp for path in self.folder.iterdir() if _is_workbook(path) and (stamp := _stamp(path))}
        still = sorted(
            path for path, stamp in now.items() if self._seen.get(path) == stamp and self._handed_out.get(path) != stamp
        )
        self._seen = now
        self._handed_out |= {path: now[path] for path in still}
        return still

    def again(self, path: Path) -> None:
        """Hand ``path`` out once more on a later look: another program held it open."""
        self._handed_out.pop(path, None)


def _is_workbook(path: Path) -> bool:
    is_ours = path.stem.rpartition("_")[2] == COPY
    return path.suffix.lower() in _SUFFIXES and not is_left_behind(path.name) and not is_ours


def _stamp(path: Path) -> Stamp | None:
    """None for what is no file, or is gone since the folder was listed."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return (facts.st_mtime_ns, facts.st_size) if path.is_file() else None
