"""The partitions of the lake: committee x reporting period, from the deployment's own calendar."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from ingest.reference import Reference

COMMITTEE, PERIOD = "committee", "period"


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
    return {ASSET_PARTITION_RANGE_START_TAG: keys[0], ASSET_PARTITION_RANGE_END_TAG: keys[-1]} if keys else {}
