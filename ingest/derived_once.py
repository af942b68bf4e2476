"""What follows from declarations alone is derived once for as long as they are held, for any number of workbooks.

Catalogues, registers and rules are read whole and never changed afterwards (a changed file is read into new objects),
so what is derived from them is kept with them and goes when they go. Belongs here: the keeping. Does not belong here:
anything that depends on a workbook or on the day.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

import pandas as pd

_KEPT = "_derived_once"
_MOST = 64
"""Answers of one function that are kept with one object: a process may hold a catalogue for weeks, and the registers
beside it change each day."""
_MOST_CARRIED = 4
"""Of them so many go along: what was derived for every period would take longer to read than to derive."""
_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Kept(dict[Any, Any]):
    """What is kept with an object. It stays behind where the object goes to another process: derived anew there.

    In a block of `carried` what was derived by some packages goes along, as far as it can be written.
    """

    def __reduce__(self) -> tuple[Callable[..., _Kept], tuple[Any, ...]]:
        packages = _CARRIED.get()
        mine = {name: kept for name, kept in self.items() if packages and name.startswith(packages)}
        told = {name: list(kept.values())[-_MOST_CARRIED:] for name, kept in mine.items()}
        # Of what cannot go the name does, so that it is known to have been tried.
        return (_taken_up, ({name: rows if _can_go(rows) else [] for name, rows in told.items()},))


_CARRIED: ContextVar[tuple[str, ...]] = ContextVar("_CARRIED", default=())


@contextmanager
def carried(*packages: str) -> Iterator[None]:
    """While the block runs, what functions of these packages derived goes along where its object is written."""
    token = _CARRIED.set(tuple(f"{package}." for package in packages))
    try:
        yield
    finally:
        _CARRIED.reset(token)


def derived_of(holder: object) -> frozenset[str]:
    """The functions of which answers are kept with ``holder``."""
    return frozenset(getattr(holder, "__dict__", {}).get(_KEPT, ()))


def _taken_up(told: dict[str, list[tuple[Any, tuple[Any, ...]]]]) -> _Kept:
    """What was written, by the objects as they are now."""
    return _Kept({name: {_key(others): (answer, others) for answer, others in rows} for name, rows in told.items()})


def _can_go(rows: list[Any]) -> bool:
    """False where an answer cannot be written; what it was derived from is written anyway."""
    with carried():
        try:
            pickle.dumps([answer for answer, _ in rows], protocol=5)
        except (pickle.PicklingError, TypeError, AttributeError):
            return False
    return True


def _key(others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(one if isinstance(one, str | tuple) else id(one) for one in others)


def derived_once(derive: _Function) -> _Function:
    """``derive``, called once for each set of the objects that it is given, as long as the first of them lives.

    The first argument is what the answer is kept with, up to `_MOST` of them. Texts and tuples among the others are
    told apart by what they are, all others by which object they are. A frame is handed out as a copy of its own that
    shares the values; any other answer is shared and must not be changed.
    """
    name = f"{derive.__module__}.{derive.__qualname__}"

    @wraps(derive)
    def answer(holder: Any, *others: Any) -> Any:
        kept = holder.__dict__.setdefault(_KEPT, _Kept()).setdefault(name, {})
        key = _key(others)
        if (answered := kept.get(key)) is None:
            # What an answer was derived from is kept as well: the number of an object that is gone may be given again.
            answered = kept[key] = (derive(holder, *others), others)
            for oldest in list(kept)[:-_MOST]:
                kept.pop(oldest, None)
        found = answered[0]
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

    return cast(_Function, answer)
