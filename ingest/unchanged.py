"""By what a file is known to be the one that was read before, so that one process need not read it again.

A run asks for the submissions a dozen times and for the receipts four times, hundreds of files each; between two
questions of one process hardly one of them has changed. Belongs here: telling that a file has not. Does not belong
here: what is remembered of it, and what must be read again whatever it looks like (a disk that lost bits changes no
time: sums are taken anew in each run).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

Facts = tuple[int, int, int, int]
"""Number on the disk, size, when the bytes and when the entry were changed last (ns)."""

_SETTLED_NS = 2_000_000_000
"""A file system counts time in steps of up to two seconds: what was changed just now may be changed once more in the
same step, and would look the same."""


def facts_of(path: Path) -> Facts | None:
    """What tells ``path`` apart from another file of its name; None where it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def settled_facts(path: Path) -> Facts | None:
    """What tells ``path`` apart from what it may become; None where it was changed just now, or is not there."""
    facts = facts_of(path)
    return facts if facts is not None and 0 <= max(facts[2:]) < time.time_ns() - _SETTLED_NS else None
