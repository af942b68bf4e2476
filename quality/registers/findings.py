"""Mistakes of the registers as findings: against the register's file, never against a sender."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import EVENT_MEMBERS, EVENT_PERIOD, SEED
from quality.registers.checked import register_mistakes
from quality.schemas.run import as_violations

# The kinds that have a rule of their own; all others are told by one.
_RULED = {"event_without_period": EVENT_PERIOD, "event_unknown_members": EVENT_MEMBERS}
_COLUMNS = [
    *("check", "file_name", "sheet", "cell", "cells", "observed", "expected"),
    *("observed_vi", "observed_en", "expected_vi", "expected_en"),
]


def register_violations(reference: Reference, form_cells: frozenset[str], rules: RuleCatalogue) -> pd.DataFrame:
    """One row per mistake (`VIOLATION_COLUMNS`), at its line and column. Soft ones; a hard one keeps a command from
    coming this far unless its registers were not checked."""
    return as_violations(mistake_rows(register_mistakes(reference, form_cells)), rules, reference)


def mistake_rows(mistakes: Iterable[Mistake]) -> pd.DataFrame:
    """One row per mistake: check, file, register, cell, what stands there, what to do in both languages."""
    rows = [
        {
            "check": _RULED.get(one.kind, SEED),
            "file_name": one.place.file,
            "sheet": one.register,
            "cell": one.place.cell,
            "cells": f"{one.place.file}!{one.place.cell or one.place.line or 1}",
            "observed": one.observed,
            "expected": f"{one.told('vi')} / {one.told('en')}",
            "expected_vi": one.told("vi"),
            "expected_en": one.told("en"),
        }
        for one in mistakes
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)
