"""Reaching the server: by libpq's own environment (PGHOST, PGDATABASE, PGUSER, PGPASSFILE, PGSERVICE and others).

No address is taken on the command line or in a variable of ours: one with a password in it would be read in the list
of processes, and libpq repeats pieces of an address that it cannot read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from khoi.warehouse.errors import WarehouseError

_BY_ENVIRONMENT = "postgresql://"
_CODES = {"55P03": "nơi khác đang giữ khoá; hãy chạy lại sau / something else holds a lock; run again later"}
"""What people can do about errors with these codes of PostgreSQL."""


class CannotCopy(WarehouseError):
    """PostgreSQL could not be reached, or did not take the copy; what was served there before is untouched."""


@contextmanager
def connected() -> Iterator[Any]:
    """A connection of ADBC's database interface, in a transaction that is undone unless it is committed.

    Raises CannotCopy where the driver is not installed, the server cannot be reached, or it refuses a statement.
    """
    try:
        import pyarrow as pa
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        raise CannotCopy(
            'Chưa cài gói cho PostgreSQL; hãy chạy `pip install "khoi[postgresql]"` / '
            f"the packages for PostgreSQL are not installed: {error}"
        ) from None
    try:
        connection = dbapi.connect(_BY_ENVIRONMENT)
    except dbapi.Error as error:
        raise CannotCopy(
            "Không nối được với PostgreSQL; hãy xem PGHOST, PGPORT, PGDATABASE, PGUSER và mật khẩu (PGPASSFILE) / "
            f"PostgreSQL cannot be reached: {without_password(str(error))}"
        ) from None
    try:
        with connection:
            yield connection
    except (dbapi.Error, pa.ArrowException, OSError) as error:
        raise CannotCopy(
            "PostgreSQL không nhận bản sao; bản cũ ở đó vẫn nguyên vẹn / PostgreSQL did not take the copy; what it "
            f"had is untouched: {without_password(str(error))}{_advice(error)}"
        ) from None


def without_password(text: str) -> str:
    """One line of ``text``, the password of the environment taken out wherever it stands."""
    secret = os.environ.get("PGPASSWORD", "")
    return " ".join((text.replace(secret, "***") if secret else text).split())


def _advice(error: Exception) -> str:
    code = getattr(error, "sqlstate", None) or ""
    return f" ({_CODES[code]})" if code in _CODES else ""
