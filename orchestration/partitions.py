"""The partitions of the lake: committee x reporting period, from the deployment's own calendar."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from ingest.reference import Reference

COMMITTEE, PERIOD = "committee", "period"
_FIRST, _LAST = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def submission_partitions(reference: Reference) -> dg.MultiPartitionsDefinition:
    """One partition per committee and reporting period of `reporting_periods.csv`.

    Dagster's grid also holds pairs no committee reports for; they are empty and cost nothing.
    """
    calendar = reference["reporting_periods"]
    return dg.MultiPartitionsDefinition(
        {
            COMMITTEE: dg.StaticPartitionsDefinition(sorted(set(calendar["committee_code"]))),
            PERIOD: dg.StaticPartitionsDefinition(sorted(set(calendar["period_code"]))),
        }
    )


def pairs(keys: Iterable[str], partitions: dg.MultiPartitionsDefinition) -> set[tuple[str, str]]:
    """Dagster's partition keys as (committee, period)."""
    by_dimension = [partitions.get_partition_key_from_str(key).keys_by_dimension for key in keys]
    return {(key[COMMITTEE], key[PERIOD]) for key in by_dimension}


def whole_grid(partitions: dg.MultiPartitionsDefinition) -> dict[str, str]:
    """The tags of one run over every partition; none where the calendar is still empty."""
    keys = partitions.get_partition_keys()
    return {_FIRST: keys[0], _LAST: keys[-1]} if keys else {}
