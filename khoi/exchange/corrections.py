"""The register of corrections held against the lake: what `khoi correct` shows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ingest import lake
from ingest.catalogue.tables import form_cells
from ingest.registers import register_cells
from ingest.vietnam import today
from khoi.deployment.home import Home


@dataclass(frozen=True)
class JudgedCorrections:
    """``corrections``: one row per record and file version (`ingest.lake.CORRECTIONS`); ``faults``: what is wrong with
    the records themselves, one row each with cells, observed and expected."""

    corrections: pd.DataFrame
    faults: pd.DataFrame

    @property
    def failing(self) -> bool:
        """True where a record cannot be used, or its expected old value does not hold for the latest version."""
        from quality.submissions.corrections import IMPOSSIBLE, OUTDATED

        latest = self.corrections[self.corrections["is_latest"].astype(bool)]
        return bool(len(self.faults) or latest["status"].isin([OUTDATED, IMPOSSIBLE]).any())


def judged_corrections(home: Home) -> JudgedCorrections:
    """Hold every record of ``corrections.csv`` against what the lake holds now. Nothing is written."""
    from quality.engine import offline_connection
    from quality.engine.context import evaluation_context
    from quality.schemas.seeds import seed_failures
    from quality.submissions.corrections import SEED, cover_observations

    catalogue, reference = home.catalogue(), home.reference()
    submissions = lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS)
    observations = lake.read_tables(home.lake / "normalised", lake.OBSERVATIONS, "*/*/observations.parquet")
    wanted = observations["cell_code"].isin(reference[SEED]["cell_code"])
    with offline_connection() as connection:
        connection.register("submitted_observations", observations[wanted])
        versions = evaluation_context(submissions, reference)
        judged = cover_observations(connection, versions, catalogue, reference, today())
    cells = [*form_cells(catalogue, reference["codes"])["cell_code"], *register_cells(reference)]
    failures = seed_failures(reference, cells)
    faults = failures[failures["sheet"] == SEED]
    return JudgedCorrections(judged, faults[["cells", "observed", "expected"]].reset_index(drop=True))
