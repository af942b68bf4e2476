"""Where a value sits in a workbook and how its cell is read.

Belongs here: the form catalogue (`ingest.catalogue`, declarations in `ingest/forms/*.yaml`), the registers
and code lists as read from `seeds/` (`ingest.reference`), the blank workbook, receiving and landing files,
normalising cells into canonical tables, and the names and schemas of the lake (`ingest.lake`).

Does not belong here: what must be true of a value (`quality`), Dagster (`orchestration`), dbt.
"""
