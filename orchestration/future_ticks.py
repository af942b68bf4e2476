"""What a clock that stood too far ahead has left in Dagster's records: sensors and schedules that wait for that day.

A sensor is asked again some seconds after its last tick, a schedule at its first time after the last one. Ticks that
were written down with a date in 2046 would keep both still until then, with no error anywhere. So what lies ahead of
the clock is taken back to now before the daemon starts; whether a person stopped a sensor, and its cursor, stay.
"""

from __future__ import annotations

import time
from typing import Any

import dagster as dg

from orchestration.instance import records

_DRIFT_SECONDS = 60.0
"""So much the clocks of two processes and of a network may differ; waiting that long harms nobody."""


def forget() -> list[str]:
    """The same for the instance of DAGSTER_HOME and the clock of this machine."""
    with records() as instance:
        return forget_future(instance, time.time())


def forget_future(instance: dg.DagsterInstance, now: float) -> list[str]:
    """Take back what was written down after ``now`` (seconds since 1970); the names of the sensors and schedules."""
    moved = []
    for state in instance.all_instigator_state():
        data: Any = state.instigator_data
        times = {name: value for name, value in _times(data).items() if value > now + _DRIFT_SECONDS}
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, after=now + _DRIFT_SECONDS, limit=1)
        if times:
            instance.update_instigator_state(state.with_data(data._replace(**dict.fromkeys(times, now))))
        if ticks:
            # Ticks can be removed up to a moment only; what the earlier ones told, the runs tell as well.
            instance.purge_ticks(state.instigator_origin_id, state.selector_id, before=ticks[0].timestamp + 1)
        if times or ticks:
            moved.append(state.instigator_name)
    return moved


def _times(data: Any) -> dict[str, float]:
    """The moments of a sensor's or a schedule's record; none where it has none yet."""
    fields = getattr(data, "_fields", ())
    found = {name: getattr(data, name) for name in fields if name.endswith("_timestamp")}
    return {name: value for name, value in found.items() if value is not None}
