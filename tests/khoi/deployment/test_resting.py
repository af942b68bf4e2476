"""The collector rests while what stays is loaded, and works again afterwards, whatever happened."""

from __future__ import annotations

import gc
import subprocess
import sys
from contextlib import suppress

from khoi.deployment.resting import left_alone, resting_collector, seldom_collected


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
    gc.unfreeze()  # a command that another test ran in this process has loaded for good
    with left_alone():
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0


def test_the_collector_looks_seldom_within_a_run_and_as_before_after_it() -> None:
    before = gc.get_threshold()
    with suppress(ValueError), seldom_collected():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > 10 * before[0]
        raise ValueError("the run failed")
    assert gc.get_threshold() == before


_ENDS = """
import gc
from khoi.deployment.resting import left_alone, load_for_good
load_for_good()
at_rest = gc.get_freeze_count()
import ingest.database
with left_alone(), ingest.database.small_database() as connection:
    assert connection.execute("select 42").fetchone() == (42,)
    assert len(gc.get_objects()) > 1_000  # DuckDB and what came with it
assert at_rest - 1_000 < gc.get_freeze_count() <= at_rest
"""


def test_what_is_loaded_for_good_is_never_looked_at_and_duckdb_ends_without_a_word() -> None:
    ended = subprocess.run([sys.executable, "-c", _ENDS], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("", "")


def test_nothing_that_is_loaded_for_good_loads_duckdb() -> None:
    says = (
        "import sys; from khoi.deployment.resting import load_for_good; load_for_good(); print('duckdb' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
