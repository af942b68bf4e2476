"""What was written down under a clock that stood too far ahead keeps no sensor and no schedule still."""

from __future__ import annotations

import time
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    InProcessCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from orchestration.future_ticks import forget_future

YEARS = 20 * 365 * 86_400.0
NOW = time.time()


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("instance"))) as made:
        yield made


def _written(instance: dg.DagsterInstance, name: str, data: object, ticks: list[float]) -> InstigatorState:
    """A sensor or schedule that somebody stopped, with its record and its ticks."""
    kind = InstigatorType.SENSOR if isinstance(data, SensorInstigatorData) else InstigatorType.SCHEDULE
    place = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="orchestration.definitions"))
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(place, "khoi"), name)
    state = instance.add_instigator_state(InstigatorState(origin, kind, InstigatorStatus.STOPPED, data))
    for tick in ticks:
        instance.create_tick(
            TickData(state.instigator_origin_id, name, kind, TickStatus.SKIPPED, tick, selector_id=state.selector_id)
        )
    return state


def _read(instance: dg.DagsterInstance, state: InstigatorState) -> InstigatorState:
    found = instance.get_instigator_state(state.instigator_origin_id, state.selector_id)
    assert found is not None
    return found


def test_a_sensor_is_asked_again_at_once_with_its_cursor_and_stays_stopped(instance: dg.DagsterInstance) -> None:
    data = SensorInstigatorData(
        last_tick_timestamp=NOW + YEARS, cursor="mark 2", min_interval=30, last_tick_start_timestamp=NOW + YEARS
    )
    state = _written(instance, "inbox", data, [NOW - 60, NOW + YEARS])
    assert forget_future(instance, NOW) == ["inbox"]
    after = _read(instance, state)
    assert (after.status, after.instigator_data.cursor) == (InstigatorStatus.STOPPED, "mark 2")
    assert after.instigator_data.last_tick_timestamp == after.instigator_data.last_tick_start_timestamp == NOW
    assert forget_future(instance, NOW) == []


def test_a_schedule_begins_again_from_now(instance: dg.DagsterInstance) -> None:
    data = ScheduleInstigatorData("0 7 * * *", start_timestamp=NOW - YEARS, last_iteration_timestamp=NOW + YEARS)
    state = _written(instance, "deadlines", data, [NOW + YEARS - 86_400, NOW + YEARS])
    assert forget_future(instance, NOW) == ["deadlines"]
    after = _read(instance, state).instigator_data
    assert (after.start_timestamp, after.last_iteration_timestamp) == (NOW - YEARS, NOW)
    assert instance.get_ticks(state.instigator_origin_id, state.selector_id) == []


def test_what_lies_behind_the_clock_stays_as_it_is(instance: dg.DagsterInstance) -> None:
    data = SensorInstigatorData(last_tick_timestamp=NOW - 5, cursor="mark 1", last_tick_start_timestamp=NOW + 5)
    state = _written(instance, "inbox", data, [NOW - 60, NOW - 5])
    assert forget_future(instance, NOW) == []
    assert _read(instance, state) == state
    assert len(instance.get_ticks(state.instigator_origin_id, state.selector_id)) == 2
