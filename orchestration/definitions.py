"""The code location: everything Dagster shows, built from the deployment that KHOI_HOME names."""

from __future__ import annotations

import dagster as dg

from khoi.deployment.home import Home
from khoi.deployment.quiet import keep_quiet
from orchestration import assets, automation, checks
from orchestration.by_partition import ingest_by_partition
from orchestration.deployment import Deployment, Turn
from orchestration.executors import executor_of
from orchestration.warehouse import dbt_resource, load_manifest, warehouse_assets


@dg.definitions
def definitions() -> dg.Definitions:
    """The definitions for the deployment of this environment."""
    keep_quiet()
    return definitions_for(Home.from_environment())


def definitions_for(home: Home) -> dg.Definitions:
    """The definitions for ``home``."""
    warehouse = warehouse_assets(load_manifest(home))
    return dg.Definitions(
        assets=[
            assets.landed,
            assets.normalised,
            assets.reference,
            assets.checked,
            assets.returned,
            warehouse,
            *assets.published(list(warehouse.keys)),
        ],
        asset_checks=checks.ALL,
        jobs=[*automation.JOBS, ingest_by_partition],
        sensors=[automation.inbox],
        schedules=[automation.deadlines, automation.letters],
        resources={
            "deployment": Deployment(root=str(home.root)),
            "turn": Turn(root=str(home.root)),
            "dbt": dbt_resource(home),
        },
        executor=executor_of(home),
    )
