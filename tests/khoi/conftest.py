"""Deployments for the tests of stages and commands; one build of rows for the tests of figures and warehouse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from built_once import built_once
from khoi_deployment import Deployment
from lake_of_rows import LakeOfRows
from published_rows import published_rows

from khoi import stages
from khoi.deployment.home import Home
from khoi.warehouse.build import build_warehouse
from khoi.warehouse.publish import publish
from khoi.warehouse.read import open_published


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """An empty deployment of two organizations."""
    return Deployment(tmp_path / "khoi")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Both organizations and periods, run once; one workbook contradicts itself. For reading only.

    Every worker makes its own: where files lie in the inbox is a part of what a deployment knows, and no copy has that.
    """
    deployment = Deployment(tmp_path_factory.mktemp("published") / "khoi")
    deployment.write("ZZ-001", "2021H1", 20, 2)
    deployment.write("ZZ-002", "2021H1", 30, 0)
    deployment.write("ZZ-001", "2021H2", 22, 1)
    deployment.write("ZZ-002", "2021H2", 30, 4, CLOSE=43)
    (deployment.home.inbox / "thư.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    stages.run(deployment.home, settle_seconds=0)
    return deployment


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the rows of `lake_of_rows` built and published."""
    return Home(built_once(tmp_path_factory, "it's data", _build_rows))


def _build_rows(root: Path) -> None:
    home = LakeOfRows(**published_rows()).write(root)
    build_warehouse(home)
    publish(home, fingerprint="of-the-rows")


@pytest.fixture(scope="session")
def warehouse(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse of the rows; a copy, for a held file can be opened with no other settings."""
    copy = Home(tmp_path_factory.mktemp("held") / "khoi")
    shutil.copytree(built_home.published, copy.published)
    with open_published(copy) as connection:
        yield connection
