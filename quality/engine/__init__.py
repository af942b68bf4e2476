"""The set-wise engines: every rule over every organization and period in a few queries that never change.

`context` says what is evaluated (one row per file version) and which rules hold for it; `linear`, `combination`
and `completeness` each return violations (`VIOLATION_COLUMNS`) and outcome counts; `quality.findings` tells them.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

from ingest.database import open_database

SUBJECT = ["committee_code", "organization_code", "period_code"]
VIOLATION_COLUMNS = [
    *("rule_id", "engine", "severity", *SUBJECT, "file_hash", "file_name", "sheet", "cell", "cell_code", "cells"),
    *("observed", "expected", "difference", "observed_vi", "observed_en", "expected_vi", "expected_en"),
    *("thing_vi", "thing_en", "cells_vi", "cells_en", "suggested"),
]
OUTCOME_COLUMNS = ["rule_id", "committee_code", "period_code", "passed", "failed", "not_assessable"]


@dataclass(frozen=True)
class Verdicts:
    """What an engine found: ``violations`` one row each, ``outcomes`` one row per rule, committee and period."""

    violations: pd.DataFrame
    outcomes: pd.DataFrame


def offline_connection() -> duckdb.DuckDBPyConnection:
    """An in-memory database that neither installs nor loads extensions and answers in a fixed order."""
    return open_database()


def nothing_found() -> Verdicts:
    """The verdicts of an engine that had nothing to judge."""
    return Verdicts(_NOTHING.violations.copy(deep=False), _NOTHING.outcomes.copy(deep=False))


_NOTHING = Verdicts(pd.DataFrame(columns=VIOLATION_COLUMNS), pd.DataFrame(columns=OUTCOME_COLUMNS))
"""Made once: an empty frame of two dozen columns takes as long to make as one of a thousand rows, its copy nothing."""


def together(parts: list[Verdicts], *, counted: bool = True) -> Verdicts:
    """The verdicts of several engines as one; outcome counts of the same rule, committee and period add up.

    Unless ``counted`` there are none: nobody asks a few files before their sender how often a rule held.
    """
    found = [part.violations.reindex(columns=VIOLATION_COLUMNS) for part in parts if len(part.violations)]
    nothing = nothing_found()
    violations = pd.concat(found, ignore_index=True) if found else nothing.violations
    if not counted:
        return Verdicts(violations, nothing.outcomes)
    outcomes = pd.concat([part.outcomes for part in parts], ignore_index=True)
    summed = outcomes.groupby(OUTCOME_COLUMNS[:3], as_index=False, sort=True)[OUTCOME_COLUMNS[3:]].sum()
    return Verdicts(violations, summed)
