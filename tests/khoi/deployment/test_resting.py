"""The collector rests while what stays is loaded, and works again afterwards, whatever happened."""

from __future__ import annotations

import gc
from contextlib import suppress

from khoi.deployment.resting import left_alone, resting_collector


def test_the_collector_is_as_it_was_after_an_error_as_well() -> None:
    assert gc.isenabled()
    with resting_collector():
        assert not gc.isenabled()
        with suppress(ValueError), resting_collector():
            raise ValueError("cannot be read")
        assert not gc.isenabled()
    assert gc.isenabled()
    with suppress(ValueError), resting_collector():
        raise ValueError("cannot be read")
    assert gc.isenabled()


def test_what_is_left_alone_is_looked_at_again() -> None:
    before = gc.get_freeze_count()
    with left_alone():
        assert gc.get_freeze_count() > before
    assert gc.get_freeze_count() == 0
