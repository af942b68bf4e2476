"""The partitions of the lake: the pairs of committee and reporting period that exist, from the deployment's calendar.

They are dynamic: a period or committee that is entered while the service runs is there with the next look at the
calendar, without a reload of the code.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from ingest.reference import Reference

_NAME = "committee_and_period"
SUBMISSIONS = dg.DynamicPartitionsDefinition(name=_NAME)
Pair = tuple[str, str]
_BETWEEN = "|"


def key_of(pair: Pair) -> str:
    """``TH|2021H1``."""
    return _BETWEEN.join(pair)


def pairs(keys: Iterable[str]) -> set[Pair]:
    """Dagster's partition keys as (committee, period)."""
    parted = (key.rpartition(_BETWEEN) for key in keys)
    return {(committee, period) for committee, _, period in parted}


def calendar(reference: Reference) -> set[Pair]:
    """The pairs of `reporting_periods.csv`."""
    periods = reference["reporting_periods"]
    return set(zip(periods["committee_code"], periods["period_code"], strict=True))


def keep_current(instance: dg.DagsterInstance, reference: Reference) -> None:
    """Let ``instance`` know the pairs of the calendar, and no others; what was told of others stays in its history."""
    known = set(instance.get_dynamic_partitions(_NAME))
    wanted = {key_of(pair) for pair in calendar(reference)}
    for gone in sorted(known - wanted):
        instance.delete_dynamic_partition(_NAME, gone)
    if wanted - known:
        instance.add_dynamic_partitions(_NAME, sorted(wanted - known))
