"""Runs of a service that is gone: a power cut leaves them "started" for ever, and every later run would wait for them.

One service at a time has a deployment (`khoi.service.supervisor.only_service`), and runs are processes of the service.
So what is under way in the records when a service starts is dead.
"""

from __future__ import annotations

import dagster as dg

from orchestration.instance import records

_DEAD = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
"""QUEUED is missing: such a run waits for its turn and is taken up by the new service."""


def settle() -> list[str]:
    """Write down as failed what died with the service before. Returns the ids of the runs."""
    with records() as instance:
        return settle_runs(instance)


def settle_runs(instance: dg.DagsterInstance) -> list[str]:
    """The same for an instance at hand."""
    dead = instance.get_runs(dg.RunsFilter(statuses=_DEAD))
    for run in dead:
        instance.report_run_failed(
            run, "Dịch vụ dừng giữa chừng (mất điện, tắt máy); sẽ chạy lại / the service died under this run"
        )
    return [run.run_id for run in dead]
