"""The four ways to lay two periods beside each other: `--basis as-was|as-is|as-of:DATE|like-for-like`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from khoi.warehouse.errors import WarehouseError

Kind = Literal["as-was", "as-is", "as-of", "like-for-like"]
_TODAY = dt.date(9998, 12, 31)


@dataclass(frozen=True)
class Basis:
    """A basis; ``as_of`` is the day whose organizations both ends are restated to, None where nothing is."""

    kind: Kind
    as_of: dt.date | None = None

    @classmethod
    def parse(cls, text: str) -> Basis:
        """The basis that ``text`` names. Raises WarehouseError where it names none."""
        kind, _, day = text.partition(":")
        try:
            if kind == "as-of":
                return cls("as-of", dt.date.fromisoformat(day))
            if kind in ("as-was", "like-for-like") and not day:
                return cls("as-was" if kind == "as-was" else "like-for-like")
            if kind == "as-is" and not day:
                return cls("as-is", _TODAY)
        except ValueError:
            pass
        raise WarehouseError(f"{text}: --basis nhận / takes as-was, as-is, as-of:YYYY-MM-DD, like-for-like")
