"""Deployments for the tests of stages and commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from khoi_deployment import Deployment

from khoi import stages


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """An empty deployment of two organizations."""
    return Deployment(tmp_path / "khoi")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Both organizations and periods, run once; one workbook contradicts itself. For reading only."""
    deployment = Deployment(tmp_path_factory.mktemp("published") / "khoi")
    deployment.write("ZZ-001", "2021H1", 20, 2)
    deployment.write("ZZ-002", "2021H1", 30, 0)
    deployment.write("ZZ-001", "2021H2", 22, 1)
    deployment.write("ZZ-002", "2021H2", 30, 4, CLOSE=43)
    (deployment.home.inbox / "thư.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    stages.run(deployment.home, settle_seconds=0)
    return deployment
