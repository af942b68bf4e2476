"""The orchestration UI as a service of one person's machine: its processes, its settings, who may talk to it.

Belongs here: what `khoi serve` needs around Dagster. Does not belong here: Dagster itself, which only `orchestration`
imports; it is started as processes of its own.
"""
