"""Dagster's records of the deployment, opened by the settings in DAGSTER_HOME, which may be an operator's own.

Belongs here: saying what is the matter where they cannot be opened - a database that does not answer, a package that
is missing, a password that nobody gave. Does not belong here: what is done with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from khoi.service.supervisor import CannotServe

_MISSING = {
    "dagster_postgres": 'thiếu gói; hãy chạy `pip install "khoi[postgresql]"` / a package is missing, install it so',
    # What SQLAlchemy 2.1 takes where an address says `postgresql` alone; dagster-postgres brings the driver before it.
    "psycopg": "thiếu `scheme: postgresql+psycopg2` trong phần postgres_db / a line is missing under postgres_db",
}
_VARIABLE = "environment variable"


@contextmanager
def records() -> Iterator[dg.DagsterInstance]:
    """The instance that DAGSTER_HOME names. Raises CannotServe, with the reason in one line, where it cannot be."""
    try:
        instance = dg.DagsterInstance.get()
    except Exception as error:
        settings = os.path.join(os.environ.get("DAGSTER_HOME", ""), "dagster.yaml")
        raise CannotServe(
            f"{settings}: không mở được nơi Dagster ghi lượt chạy / Dagster's records cannot be opened: {reason(error)}"
        ) from error
    with instance:
        yield instance


def reason(error: BaseException) -> str:
    """Why, in one line: what was at the bottom of ``error``, and what to do where that is known."""
    chain = [error]
    while (below := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(below)
    for one in chain:
        if isinstance(one, ModuleNotFoundError) and one.name in _MISSING:
            return _MISSING[one.name]
    lines = [line.strip() for one in chain for line in str(one).splitlines() if _VARIABLE in line]
    return " ".join((lines[0] if lines else str(chain[-1]) or type(chain[-1]).__name__).split())
