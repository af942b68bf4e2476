"""How much memory the databases of a run may hold: a deployment's own number, or a share of the machine's.

    config/machine.yaml    database_memory: 3GB

Left alone DuckDB takes four fifths of the machine, and a check of the country 9 GB. What does not fit is written below
`build/spill` while it is needed. Belongs here: the number and where the rest goes. Does not belong here: what a single
question may hold (`khoi.warehouse.query`), what a process may that opens a sender's file (`ingest.reading.limits`).
"""

from __future__ import annotations

import re
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import yaml

from ingest.database import bounded_databases, machine_memory
from ingest.told import Told
from khoi.deployment.home import Home

_SHARE = 6
"""A sixth of the machine: beside a database a run holds frames and processes, and an office other programs."""
_LEAST = 1_000_000_000
_SIZE = re.compile(r"([1-9]\d{0,5})\s*(MB|GB)")
_BYTES = {"MB": 10**6, "GB": 10**9}
_KEY = "database_memory"


class MachineError(Told, ValueError):
    """What a deployment says of its machine is none; the message names the file and what may stand there."""


def machine_file(home: Home) -> Path:
    """Where a deployment says how much of the machine it may take."""
    return home.config / "machine.yaml"


def database_memory(home: Home) -> int:
    """The bytes a database of a run may hold. Raises MachineError."""
    path = machine_file(home)
    if not path.exists():
        return max(_LEAST, machine_memory() // _SHARE)
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        (size,) = [said[_KEY]] if said.keys() == {_KEY} else []
        match = _SIZE.fullmatch(str(size).strip())
        return int(match[1]) * _BYTES[match[2]] if match else int("")
    except (ValueError, AttributeError, yaml.YAMLError) as error:
        raise MachineError(
            f"{path}: hãy ghi một dòng như “{_KEY}: 3GB” hoặc “{_KEY}: 800MB” / write one line like “{_KEY}: 3GB” "
            f"or “{_KEY}: 800MB”"
        ) from error


def spill_folder(home: Home) -> Path:
    """Where databases write what does not fit into their memory, while they need it."""
    return home.build / "spill"


def bounded(home: Home) -> AbstractContextManager[None]:
    """In this block no database in memory holds more than `database_memory`. Raises MachineError."""
    return bounded_databases(database_memory(home), spill_folder(home))


def clear_spilled(home: Home) -> None:
    """Take away what a run that died had spilled; for whoever has the deployment alone."""
    shutil.rmtree(spill_folder(home), ignore_errors=True)
