"""What follows from declarations alone is derived once for as long as they are held, for any number of workbooks.

Catalogues, registers and rules are read whole and never changed afterwards (a changed file is read into new objects),
so what is derived from them is kept with them and goes when they go. Belongs here: the keeping. Does not belong here:
anything that depends on a workbook or on the day.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import pandas as pd

_KEPT = "_derived_once"
_MOST = 64
"""Answers of one function that are kept with one object: a process may hold a catalogue for weeks, and the registers
beside it change each day."""
_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Kept(dict[Any, Any]):
    """What is kept with an object. It stays behind where the object goes to another process: derived anew there."""

    def __reduce__(self) -> tuple[type[_Kept], tuple[()]]:
        return _Kept, ()


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
        key = tuple(one if isinstance(one, str | tuple) else id(one) for one in others)
        if (answered := kept.get(key)) is None:
            # What an answer was derived from is kept as well: the number of an object that is gone may be given again.
            answered = kept[key] = (derive(holder, *others), others)
            for oldest in list(kept)[:-_MOST]:
                kept.pop(oldest, None)
        found = answered[0]
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

    return cast(_Function, answer)
