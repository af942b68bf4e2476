"""A dbt that is begun before its build: it waits, it builds what it is told, and it ends with the run that began it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from khoi.deployment.home import Home
from khoi.warehouse import dbt_ahead
from khoi.warehouse.dbt_ahead import DbtAhead

# Stands for dbt: reads (or cannot), then builds what it is told and writes what became of the nodes.
_PROGRAM = """
import json, sys
reading = json.loads(sys.argv[1])
print("read", *reading, flush=True)
if "broken" in reading:
    sys.exit(2)
if told := sys.stdin.readline():
    arguments, results = json.loads(told)
    print("built", *arguments, flush=True)
    open(results, "w").write("{}")
    sys.exit("failing" in arguments)
"""


def test_what_it_has_read_is_left_alone_until_it_has_built(tmp_path: Path) -> None:
    """Nobody looks for what may go among what was read; at the end all is let go, else DuckDB's binding complains."""
    for place in ("dbt", "dbt/cli"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "__init__.py").touch()  # before the installed one, which has none
    (tmp_path / "dbt" / "cli" / "main.py").write_text(_STANDS_FOR_DBT, "utf-8")
    told = json.dumps([["build"], str(tmp_path / "results.json")])
    said = subprocess.run(
        [sys.executable, "-c", dbt_ahead._PROGRAM, json.dumps(["parse"])],
        input=f"{told}\n",
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines() == ["parse False 0", "build True much", "end True 0"]


_STANDS_FOR_DBT = """
import atexit, gc

class dbtRunner:
    def __init__(self, **_): pass

    def invoke(self, arguments):
        print(arguments[0], gc.isenabled(), "much" if gc.get_freeze_count() > 1_000 else gc.get_freeze_count())
        self.success, self.result, self.results = True, self, []
        return self

atexit.register(lambda: print("end", gc.isenabled(), gc.get_freeze_count()))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(dbt_ahead, "_PROGRAM", _PROGRAM)
    home = Deployment(tmp_path / "khoi").home
    home.create()
    home.build.mkdir(parents=True, exist_ok=True)
    return home


def process_of(home: Home) -> int:
    """The number of the process that was written down."""
    return int(json.loads((home.build / "dbt.json").read_bytes())["pid"])


def is_there(number: int) -> bool:
    return Path(f"/proc/{number}/cmdline").exists() and b"readline" in Path(f"/proc/{number}/cmdline").read_bytes()


@pytest.mark.parametrize(("arguments", "code"), [(["build"], 0), (["failing"], 1)])
def test_it_builds_what_it_is_told_when_it_is_told(home: Home, arguments: list[str], code: int) -> None:
    results = home.build / "results.json"
    with DbtAhead(home) as ahead:
        ahead.begin(home.build, ["parse"], {})
        ahead.begin(home.build, ["again"], {})  # it has begun
        assert not results.exists()
        lines = list(ahead.build(arguments, results))
        assert ahead.ended() == code
    quietly = "--no-write-json --log-level none"
    assert lines == [f"read {quietly} parse\n", f"built {quietly} {arguments[0]}\n"]
    assert results.exists()
    assert not (home.build / "dbt.json").exists()


def test_one_that_could_not_read_the_project_says_so_where_it_is_told_to_build(home: Home) -> None:
    with DbtAhead(home) as ahead:
        ahead.begin(home.build, ["broken"], {})
        time.sleep(0.5)
        assert list(ahead.build(["build"], home.build / "results.json")) == [
            "read --no-write-json --log-level none broken\n"
        ]
        assert ahead.ended() == 2


def test_it_builds_on_where_nobody_reads_what_it_says_yet(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe holds 64 KiB; what a run does beside the build takes longer than dbt needs to fill it."""
    monkeypatch.setattr(dbt_ahead, "_PROGRAM", _PROGRAM.replace('print("built"', 'print("x" * 300_000, "built"'))
    results = home.build / "results.json"
    with DbtAhead(home) as ahead:
        ahead.begin(home.build, ["parse"], {})
        lines = ahead.build(["build"], results)
        end = time.monotonic() + 20
        while not results.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert results.exists()
        assert [len(line) > 300_000 for line in lines] == [False, True]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_it_ends_with_a_run_that_builds_nothing_after_all(home: Home) -> None:
    with DbtAhead(home):
        pass
    with DbtAhead(home) as ahead:
        ahead.begin(home.build, ["parse"], {})
        number = process_of(home)
        assert is_there(number)
    assert not is_there(number)
    assert not (home.build / "dbt.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_it_ends_where_the_run_that_began_it_is_killed(home: Home) -> None:
    """It is told nothing then; and the next run finds it written down and ends it, should it still read."""
    program = f"""
import time
from khoi.deployment.home import Home
from khoi.warehouse import dbt_ahead
from pathlib import Path
dbt_ahead._PROGRAM = {_PROGRAM!r}
home = Home(Path({str(home.root)!r}))
ahead = dbt_ahead.DbtAhead(home)
ahead.begin(home.build, ["parse"], {{}})
print("begun", flush=True)
time.sleep(60)
"""
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    with run:
        assert run.stdout.readline() == "begun\n"
        number = process_of(home)
        assert is_there(number)
        run.kill()
    end = time.monotonic() + 20
    while is_there(number) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_there(number)
