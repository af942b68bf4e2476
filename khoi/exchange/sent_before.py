"""What the lake holds of the organizations whose workbooks are checked before they are sent in.

Belongs here: which rows of the lake matter for some workbooks, and reading no others. Does not belong here: judging
them (`khoi.exchange.precheck`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ingest.database import small_database
from ingest.lake import CELLS, ENTRIES, FINDINGS, OBSERVATIONS, SUBMISSIONS, read_tables
from ingest.reference import Reference

_PERIODS_BACK = 2
"""What is asked once a year stood two periods before."""
_TABLES = {"observations": OBSERVATIONS, "entries": ENTRIES, "findings": FINDINGS}
_Stamps = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Earlier:
    """Rows of the lake, in its schemas; those of the submissions and what was normalised of them.

    ``findings``: those of receiving and of normalising, which say what was returned; ``cells``: of submissions that
    were received and wait to be normalised, so that a check can do what the next run will.
    """

    submissions: pd.DataFrame
    observations: pd.DataFrame
    entries: pd.DataFrame
    findings: pd.DataFrame
    cells: pd.DataFrame

    @property
    def waiting(self) -> pd.DataFrame:
        """The submissions that are identified and not normalised yet."""
        done = self.submissions["file_hash"].isin(set(self.observations["file_hash"]))
        return self.submissions[(self.submissions["read_state"] == "identified") & ~done]


class SentBefore:
    """The lake in ``folder``, for as many checks as are made; what changes in it between two of them is seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[_Stamps, pd.DataFrame] | None = None

    def as_received(self, submissions: pd.DataFrame) -> pd.DataFrame:
        """``submissions`` with the times of arrival of those that were received before; the others come in now."""
        known = self.submissions()
        known = known[known["file_hash"].isin(set(submissions["file_hash"]))].set_index("file_hash")
        if known.empty:
            return submissions
        received = submissions["file_hash"].map(known["received_at"]).fillna(submissions["received_at"])
        return submissions.assign(received_at=received)

    def of(self, submissions: pd.DataFrame, reference: Reference) -> Earlier:
        """What is known of the same organizations for the same and the periods before, without these files."""
        previous = reference["periods"].set_index("period_code")["previous_period_code"]
        given = submissions[submissions["read_state"] == "identified"]
        subjects = set(zip(given["committee_code"], given["period_code"], strict=True))
        for _ in range(_PERIODS_BACK):
            subjects |= {(committee, previous.get(period)) for committee, period in subjects}
        known = self.submissions()
        of_interest = pd.MultiIndex.from_frame(known[["committee_code", "period_code"]]).isin(subjects)
        known = known[of_interest & known["organization_code"].isin(set(given["organization_code"]))]
        known = known[~known["file_hash"].isin(set(submissions["file_hash"]))]
        places = sorted(set(zip(known["committee_code"].astype(str), known["period_code"].astype(str), strict=True)))
        files = sorted(set(known["file_hash"]))
        found = self._normalised(places, files)
        said = self._landed("received_findings", FINDINGS, files, known["cells_file"])
        found["findings"] = pd.concat([said, found["findings"]], ignore_index=True)
        earlier = Earlier(known, **found, cells=CELLS.empty_table().to_pandas())
        waiting = earlier.waiting
        # A part of a file in somebody's own layout has its cells under the whole file.
        whole = waiting["part_of"].where(waiting["layout"].notna()).fillna(waiting["file_hash"])
        return replace(earlier, cells=self._landed("cells", CELLS, whole, waiting["cells_file"]))

    def submissions(self) -> pd.DataFrame:
        """All that was ever received (`ingest.lake.SUBMISSIONS`)."""
        folder = self._folder / "submissions"
        stamps = tuple(_stamp(path) for path in sorted(folder.glob("*.parquet")))
        if self._read is None or self._read[0] != stamps:
            self._read = (stamps, read_tables(folder, SUBMISSIONS))
        return self._read[1]

    def _landed(
        self, name: str, schema: pa.Schema, files: Collection[str], batches: Collection[str | None]
    ) -> pd.DataFrame:
        """The rows of a table of batches that belong to ``files``; a batch has one name in all of them."""
        found = (
            self._folder / name / str(batch)
            for batch in sorted({one for one in batches if isinstance(one, str) and one})
        )
        paths = [str(path) for path in found if path.is_file()]
        if not paths:
            return schema.empty_table().to_pandas()
        query = (
            f"SELECT {', '.join(schema.names)} FROM read_parquet($paths, union_by_name = true)"
            " WHERE list_contains($files, file_hash)"
        )
        given = {"paths": paths, "files": sorted(set(files))}
        with small_database() as connection:
            return _typed(connection.sql(query, params=given).to_arrow_table(), schema)

    def _normalised(self, places: Collection[tuple[str, str]], files: list[str]) -> dict[str, pd.DataFrame]:
        found: dict[str, pd.DataFrame] = {}
        with small_database() as connection:
            for name, schema in _TABLES.items():
                paths = [self._folder / "normalised" / c / p / f"{name}.parquet" for c, p in places]
                paths = [path for path in paths if path.is_file()]
                table = schema.empty_table()
                if paths:
                    chosen = ", ".join(["?"] * len(files))
                    query = (
                        f"SELECT {', '.join(schema.names)} FROM read_parquet(?, hive_partitioning = false)"
                        f" WHERE file_hash IN ({chosen})"
                    )
                    given = [[str(path) for path in paths], *files]
                    table = connection.sql(query, params=given).to_arrow_table()
                found[name] = _typed(table, schema)
        return found


def _typed(table: pa.Table, schema: pa.Schema) -> pd.DataFrame:
    return table.cast(schema).to_pandas()


def _stamp(path: Path) -> tuple[str, int, int]:
    facts = path.stat()
    return path.name, facts.st_mtime_ns, facts.st_size
