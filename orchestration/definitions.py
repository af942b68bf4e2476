"""The code location: everything Dagster shows, built from the deployment that KHOI_HOME names."""

from __future__ import annotations

import dagster as dg

from khoi.deployment.home import Home
from khoi.deployment.quiet import keep_quiet
from orchestration import assets, automation, checks
from orchestration.deployment import Deployment, Turn
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
        jobs=automation.JOBS,
        sensors=[automation.inbox],
        schedules=[automation.deadlines, automation.letters],
        resources={
            "deployment": Deployment(root=str(home.root)),
            "turn": Turn(root=str(home.root)),
            "dbt": dbt_resource(home),
        },
        # One workbook costs seconds; a process for each step would cost more than the steps.
        executor=dg.in_process_executor,
    )
