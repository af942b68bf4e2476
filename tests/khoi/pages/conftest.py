"""A published deployment with the pages before it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from khoi_deployment import Deployment
from starlette.testclient import TestClient

from khoi.deployment.home import Home
from khoi.pages.app import pages_app


@pytest.fixture(scope="module")
def home(published: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the published deployment: the pages hold its warehouse open, and decisions are written into it."""
    copy = tmp_path_factory.mktemp("pages") / "khoi"
    shutil.copytree(published.home.root, copy)
    return Home(copy)


@pytest.fixture(scope="module")
def pages(home: Home) -> TestClient:
    """The pages of the copy."""
    return TestClient(pages_app(home))


@pytest.fixture
def empty(tmp_path: Path) -> TestClient:
    """The pages of a deployment in which nothing is published."""
    return TestClient(pages_app(Deployment(tmp_path / "khoi").home))
