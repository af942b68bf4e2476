"""Wiring only: assets, partitions, checks, sensors and schedules around `khoi.stages`. The one importer of dagster."""
