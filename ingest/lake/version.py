"""What a lake says of itself: the schema it was written in, kept in ``lake/format.json``.

    {"schema": 1, "columns": "<sum of every table's columns>"}

A lake is derived. One of an earlier schema or with other columns is taken away and made again from the landed files by
the same run; one of a later schema was written by a newer khoi and is left alone. The columns are summed up, so nobody
can forget them; the number is raised where a column keeps its name and means something else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from pathlib import Path

from ingest.durable import write_text
from ingest.lake.tables import TABLES
from ingest.told import Told

SCHEMA = 1
FORMAT = "format.json"


class NewerLake(Told):
    """The lake was written by a newer khoi."""


def columns_mark() -> str:
    """The sum of names and types of every table's columns, as this edition writes them."""
    columns = [f"{table.path} {field.name} {field.type}" for table in TABLES for field in table.schema]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]


def is_of_this_edition(lake: Path) -> bool:
    """True where the lake has the columns that are read today; one that says nothing is taken for one that has.

    Raises NewerLake where a newer khoi wrote it.
    """
    path = lake / FORMAT
    try:
        record = json.loads(path.read_bytes())
        schema, columns = int(record["schema"]), record["columns"]
    except (FileNotFoundError, NotADirectoryError):
        return True  # editions before this one wrote no such file
    except (ValueError, KeyError, TypeError):
        return False
    if schema > SCHEMA:
        raise NewerLake(
            f"{path}: lake/ do bản khoi mới hơn ghi (cấu trúc {schema}, bản này {SCHEMA}); hãy dùng bản khoi đó, "
            "hoặc chuyển thư mục lake/ đi nơi khác rồi chạy lại để làm lại từ landed/ / written by a newer khoi; "
            "use that, or move the folder lake/ away and run again to make it again from landed/"
        )
    return (schema, columns) == (SCHEMA, columns_mark())


def settle_edition(lake: Path) -> bool:
    """Let ``lake`` be of this edition; True where what it held was taken away for that."""
    stays = is_of_this_edition(lake)
    if stays and ((lake / FORMAT).exists() or not lake.is_dir()):
        return False
    if not stays:
        take_away(lake)
    write_text(lake / FORMAT, json.dumps({"schema": SCHEMA, "columns": columns_mark()}))
    return not stays


def take_away(lake: Path) -> None:
    """Take everything out of ``lake`` that is derived: the stages make it again from the landed files.

    Raises NewerLake where a newer khoi wrote it: this one cannot make what that one knows.
    """
    with contextlib.suppress(FileNotFoundError):
        is_of_this_edition(lake)
        for folder in sorted({table.path.split("/")[0] for table in TABLES}):
            shutil.rmtree(lake / folder, ignore_errors=True)
        for path in lake.glob("*.*"):
            path.unlink()
