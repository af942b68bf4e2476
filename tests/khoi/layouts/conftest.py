"""A deployment to propose layouts for."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbook_rows import small_reference

from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A deployment with the small register."""
    home = Home(tmp_path / "khoi")
    create_deployment(home)
    for name in ("committees", "organizations", "reporting_periods"):
        small_reference()[name].to_csv(home.seeds / f"{name}.csv", index=False)
    return home
