"""The database of a build holds what the run allows it: dbt was told so before the first model."""

from __future__ import annotations

import json

from khoi_deployment import Deployment

from khoi.deployment.memory import database_memory


def test_a_build_begins_with_its_bound(published: Deployment) -> None:
    home = published.home
    results = json.loads((home.build / "target" / "run_results.json").read_bytes())["results"]
    told = [one["compiled_code"] for one in results if ".khoi-on-run-start-" in one["unique_id"]]
    assert any(f"set memory_limit = '{database_memory(home)}B'" in (code or "") for code in told)
