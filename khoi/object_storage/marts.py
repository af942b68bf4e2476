"""The published marts as Parquet files that are the same to the bit where a mart is the same.

Those of ``published/bi`` say in every file which publication they are of, so all of them would be sent each time.
"""

from __future__ import annotations

import shutil

from ingest.database import open_database
from ingest.durable import holds, replacing, write_text
from khoi.deployment.home import Home
from khoi.warehouse.bi import mart_names, write_mart
from khoi.warehouse.versions import published_version

MARTS = "build/stored_marts"
"""Their folder below the home."""
_STAMP = "version.txt"


def write_marts(home: Home) -> None:
    """Let the folder hold the marts that people read; where nothing is published it holds none."""
    folder, version = home.root / MARTS, published_version(home)
    stamp = "" if version is None else version.version
    if holds(folder / _STAMP, stamp):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if version is not None:
        with open_database(home.published / f"{version.version}.duckdb", read_only=True) as connection:
            for table in mart_names(connection):
                with replacing(folder / f"{table}.parquet") as path:
                    write_mart(connection, table, path, said={})
    write_text(folder / _STAMP, stamp)
