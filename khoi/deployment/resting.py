"""When Python's collector of cycles need not look: while what stays is loaded, and at what stays afterwards.

Libraries, forms, registers and rules are half a million objects that stay as long as the process. The collector goes
through all of them time and again while they are made, and with every few thousand objects of a check: a tenth of what
checking one workbook in a new process takes. Its last look, when the process ends, costs as much again; what was loaded
before DuckDB can be left out of it, DuckDB cannot: its binding tells on standard error what it finds still there.
Belongs here: these switches. Does not belong here: anything that would turn the collector off for good.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_FOR_GOOD = ("numpy", "pandas", "pyarrow.compute", "pyarrow.parquet", "pydantic", "yaml", "pebble")

_SELDOM = (50_000, 20, 20)


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
def seldom_collected() -> Iterator[None]:
    """In this block the collector looks seldom: one that makes rows by the ten thousand, which all stay a while.

    Looking at every 700 new objects, as Python does, takes an eighth of such a block's time.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def load_for_good() -> None:
    """Load the libraries that a check needs, and let the collector never look at them, not at the end either.

    For a process that does one thing and ends. DuckDB is not among them: of its objects its binding expects that they
    are collected when the process ends, and says so on standard error where they are not. Everything that loads
    DuckDB is loaded after this.
    """
    for library in _FOR_GOOD:
        import_module(library)
    gc.freeze()


@contextmanager
def left_alone() -> Iterator[None]:
    """What is there when this block begins is not looked at by the collector until it ends.

    In a process that called `load_for_good` nothing more is left alone: letting go would let go of all.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
