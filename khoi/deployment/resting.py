"""When Python's collector of cycles need not look: while what stays is loaded, and at what stays afterwards.

Libraries, forms, registers and rules are half a million objects that stay as long as the process. The collector goes
through all of them time and again while they are made, and with every few thousand objects of a check: a tenth of what
checking one workbook in a new process takes. Its last look, when the process ends, costs as much again and has to be:
without it DuckDB's binding tells on standard error what it finds still there. Belongs here: these switches. Does not
belong here: anything that would turn the collector off for good.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector() -> Iterator[None]:
    """Nothing is collected in this block, which loads what stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def left_alone() -> Iterator[None]:
    """What is there when this block begins is not looked at by the collector until it ends."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
