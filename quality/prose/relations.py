"""What a relation between figures is, and what becomes of it when it is recomputed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Verdict = Literal["holds", "cut", "contradicts"]
"""``cut``: the printed share is the computed one with its last digits left off instead of rounded."""

Kind = Literal["share", "parts", "of_which", "growth", "repeated", "date", "anniversary", "warehouse"]


@dataclass(frozen=True)
class Relation:
    """One relation that was recognised and recomputed: where, what is printed, what follows, how sure the reading is.

    ``certainty`` is how sure it is that the sentence means this relation, from 0 to 1; ``page`` counts from 1.
    """

    kind: Kind
    sentence: str
    page: int
    printed: str
    computed: str
    verdict: Verdict
    certainty: float
    reason_vi: str
    reason_en: str


@dataclass(frozen=True)
class ReportFinding:
    """One contradiction: sentence, page, kind, printed, computed, certainty, reason_vi, reason_en."""

    sentence: str
    page: int
    kind: Kind
    printed: str
    computed: str
    certainty: float
    reason_vi: str
    reason_en: str


@dataclass(frozen=True)
class ReportPeriod:
    """The days a report is about, as far as they are known; ``issued_on`` is the day it was signed."""

    start: dt.date | None = None
    end: dt.date | None = None
    issued_on: dt.date | None = None


@dataclass(frozen=True)
class KnownFigure:
    """A figure of the warehouse as a report may print it: the words that name it, its value, its unit's words."""

    measure_code: str
    label_vi: str
    unit_vi: str
    value: Decimal
    is_share: bool = False
