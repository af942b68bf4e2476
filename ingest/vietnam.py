"""What day it is in Vietnam: due dates, locks and decisions are days there, wherever the computer's clock is set."""

from __future__ import annotations

import datetime as dt

# One time zone and no summer time since 1975, so a fixed offset needs no table of zones (Windows has none).
VIETNAM = dt.timezone(dt.timedelta(hours=7))


def today() -> dt.date:
    """The day it is in Vietnam."""
    return dt.datetime.now(VIETNAM).date()
