"""The bench of pages times the pages that a publication has: those of a figure where there is no finding."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from khoi_deployment import Deployment

from bench.pages import addresses, measured, served
from khoi.deployment.home import Home
from khoi.warehouse.versions import published_file


@pytest.fixture
def without_findings(published: Deployment, tmp_path: Path) -> Home:
    """A copy of the published deployment whose publication has no finding at all."""
    home = Home(tmp_path / "khoi")
    shutil.copytree(published.home.root, home.root)
    warehouse = published_file(home)
    assert warehouse is not None
    warehouse.chmod(0o600)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from marts.fct_findings")
    return home


def test_pages_without_a_finding_are_those_of_a_figure(without_findings: Home) -> None:
    warehouse = published_file(without_findings)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        kinds = addresses(connection)
        owner = connection.execute("select distinct organization_code from marts.fct_observations").fetchall()
    assert kinds["organization"].removeprefix("to-chuc/") in {code for (code,) in owner}
    kinds["gone"] = "khong-co-trang-nay"

    with served(without_findings.root) as (port, process):
        found = measured(port, process, kinds, requests=2)

    assert "gone" not in found
    assert {"overview", "organization", "figure", "sheet"} <= set(found)
    assert all(len(times.further) == 2 and min(times.further) > 0 for times in found.values())


def test_a_publication_without_any_figure_is_told() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        columns = "committee_code, period_code, organization_code, file_hash, sheet, cell"
        empty = f"select {', '.join(f'null::varchar as {name}' for name in columns.split(', '))} limit 0"
        connection.execute(f"create table marts.fct_observations as {empty}")
        connection.execute(f"create table marts.fct_findings as select *, null::varchar as outcome from ({empty})")

        with pytest.raises(LookupError, match="neither a finding nor a figure"):
            addresses(connection)
