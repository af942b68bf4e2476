"""What a deployment says of its machine bounds the databases of its runs, and what does not fit is spilled and goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.database import machine_memory, open_database
from khoi.deployment.home import Home
from khoi.deployment.memory import (
    MachineError,
    bounded,
    clear_spilled,
    database_memory,
    machine_file,
    spill_folder,
)
from khoi.warehouse.build import dbt_environment

TOO_MUCH = "create table numbers as select range as n, md5(range::varchar) as t from range(1_500_000)"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that says nothing of its machine."""
    home = Home(tmp_path / "khoi")
    home.config.mkdir(parents=True)
    return home


def says(home: Home, text: str) -> Home:
    """The home with that in its file."""
    machine_file(home).write_text(text, encoding="utf-8")
    return home


def test_a_share_of_the_machine_unless_the_deployment_says_otherwise(home: Home) -> None:
    assert 10**9 <= database_memory(home) <= max(10**9, machine_memory() / 4)
    assert database_memory(says(home, "database_memory: 3GB\n")) == 3 * 10**9
    assert database_memory(says(home, "database_memory: 800 MB\n")) == 8 * 10**8
    assert dbt_environment(home)["KHOI_DATABASE_MEMORY"] == "800000000B"


@pytest.mark.parametrize(
    "text",
    ["", "3GB", "database_memory:", "database_memory: 0GB", "database_memory: much", "memory: 3GB", "a: [", "- 3"],
)
def test_anything_else_is_told_with_the_file(home: Home, text: str) -> None:
    with pytest.raises(MachineError, match=r"machine\.yaml.*database_memory: 3GB"):
        database_memory(says(home, text))


def test_what_does_not_fit_is_spilled_into_the_deployment_and_goes(home: Home) -> None:
    says(home, "database_memory: 40MB")
    with bounded(home):
        with open_database() as first, open_database() as second:
            for connection in (first, second):
                connection.execute(TOO_MUCH)
            spilled = [path for path in spill_folder(home).rglob("*") if path.is_file()]
            assert len({path.parent for path in spilled}) == 2, "two databases spill into folders of their own"
            for connection in (first, second):
                assert connection.execute("select count(*), count(distinct t) from numbers").fetchone() == (
                    1_500_000,
                    1_500_000,
                )
        assert [path for path in spill_folder(home).rglob("*") if path.is_file()] == []
    assert list(spill_folder(home).iterdir()) == []
    with open_database() as connection:
        (limit,) = connection.execute("select current_setting('memory_limit')").fetchone() or ("",)
    assert limit.endswith("GiB"), "outside of the block DuckDB takes what it takes"


def test_what_a_run_that_died_had_spilled_is_taken_away(home: Home) -> None:
    left = spill_folder(home) / "of-a-dead-run" / "duckdb_temp_storage_DEFAULT-0.tmp"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"0" * 10)
    clear_spilled(home)
    assert not left.exists()
    clear_spilled(home)
