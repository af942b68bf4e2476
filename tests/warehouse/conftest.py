"""One build of the deployment of rows, shared by the tests that read it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from lake_of_rows import LakeOfRows
from published_rows import published_rows

from khoi.home import Home
from khoi.warehouse.build import build_warehouse
from khoi.warehouse.publish import publish
from khoi.warehouse.read import open_published


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the rows of `lake_of_rows` built and published."""
    home = LakeOfRows(**published_rows()).write(tmp_path_factory.mktemp("khoi") / "it's data")
    build_warehouse(home)
    publish(home, fingerprint="of-the-rows")
    return home


@pytest.fixture(scope="session")
def warehouse(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse of the rows."""
    with open_published(built_home) as connection:
        yield connection
