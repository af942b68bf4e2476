"""The register of corrections held against the lake: what `khoi correct` shows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ingest import lake
from ingest.vietnam import today
from khoi.deployment.home import Home


@dataclass(frozen=True)
class JudgedCorrections:
    """``corrections``: one row per record and file version (`ingest.lake.CORRECTIONS`)."""

    corrections: pd.DataFrame

    @property
    def failing(self) -> bool:
        """True where a record names no value that could be corrected, or its old value does not hold any more."""
        from quality.submissions.corrections import IMPOSSIBLE, OUTDATED

        latest = self.corrections[self.corrections["is_latest"].astype(bool)]
        return bool(latest["status"].isin([OUTDATED, IMPOSSIBLE]).any())


def judged_corrections(home: Home) -> JudgedCorrections:
    """Hold every record of ``corrections.csv`` against what the lake holds now. Nothing is written."""
    from quality.engine import offline_connection
    from quality.engine.context import evaluation_context
    from quality.submissions.corrections import SEED, cover_observations

    catalogue, reference = home.catalogue(), home.reference()
    submissions = lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS)
    observations = lake.read_tables(home.lake / "normalised", lake.OBSERVATIONS, "*/*/observations.parquet")
    wanted = observations["cell_code"].isin(reference[SEED]["cell_code"])
    with offline_connection() as connection:
        connection.register("submitted_observations", observations[wanted])
        versions = evaluation_context(submissions, reference)
        judged = cover_observations(connection, versions, catalogue, reference, today())
    return JudgedCorrections(judged)
