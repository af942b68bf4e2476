"""Where received bytes lie, and what it costs a reading process to know it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path

from ingest.bounded import READING
from ingest.landed import landed_path

_TOLD_A_PLACE = """
import importlib, pickle, sys
importlib.import_module(sys.argv[1])
place = pickle.loads(sys.stdin.buffer.read())
print(place("ab12", "x.XLSX"), *sorted({"pandas", "duckdb", "openpyxl"} & set(sys.modules)))
"""


def test_a_reading_process_that_is_told_a_place_loads_no_library_for_tables() -> None:
    told = pickle.dumps(partial(landed_path, Path("landed")))
    done = subprocess.run([sys.executable, "-c", _TOLD_A_PLACE, READING], input=told, capture_output=True, check=True)
    assert done.stdout.decode().split() == [str(Path("landed/ab/ab12.xlsx"))]
