"""What must be true, how a failure is located and how it is told.

Belongs here: the rule catalogue (`quality/rules/*.yaml`), its set-wise engine, the pandera schemas, the
states of submissions. Does not belong here: how a cell is read (`ingest`), Dagster, dbt.
"""
