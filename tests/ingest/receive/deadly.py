"""Labels that make a reading process die, hang, spin or eat memory where a sheet of its workbook says so.

They travel into the process like honest labels and do there what a reader's bug would do: nothing is pretended.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from dataclasses import fields

from ingest.reading.cover import CoverLabels

DIES, HANGS, SPINS, EATS = "dies", "hangs", "spins", "eats"


class DeadlyLabels(CoverLabels):
    """Labels whose first use on a workbook with a sheet of such a name is the end of the process."""

    def plain_sheets(self, names: Iterable[str]) -> set[str]:
        """What every workbook is asked first."""
        found = set(names)
        if DIES in found:
            os.kill(os.getpid(), signal.SIGKILL)
        if HANGS in found:
            time.sleep(600)
        while SPINS in found:
            pass
        if EATS in found:
            bytearray(10**12)
        return super().plain_sheets(found)


def deadly(labels: CoverLabels) -> DeadlyLabels:
    """``labels`` made deadly."""
    return DeadlyLabels(**{field.name: getattr(labels, field.name) for field in fields(CoverLabels)})


def dies_at_start(memory_bytes: int, handed_over: object) -> None:
    """An initializer under which no reading process lives."""
    os._exit(memory_bytes % 7 + 1)
