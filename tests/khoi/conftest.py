"""Deployments for the tests of stages and commands; one build of rows for the tests of figures and warehouse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from built_once import shared_by_all
from khoi_deployment import Deployment, published_deployment
from published_rows import built_rows

from khoi.deployment.home import Home
from khoi.warehouse.read import open_published


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """An empty deployment of two organizations."""
    return Deployment(tmp_path / "khoi")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Both organizations and periods, run once; one workbook contradicts itself. For reading only.

    All workers read the same one: where files lie in the inbox is a part of what a deployment knows, and no copy has
    that.
    """
    return Deployment(shared_by_all(tmp_path_factory, "published", published_deployment), anew=False)


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the rows of `published_rows` built and published."""
    return built_rows(tmp_path_factory)


@pytest.fixture(scope="session")
def warehouse(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse of the rows; a copy, for a held file can be opened with no other settings."""
    copy = Home(tmp_path_factory.mktemp("held") / "khoi")
    shutil.copytree(built_home.published, copy.published)
    with open_published(copy) as connection:
        yield connection
