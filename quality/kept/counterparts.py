"""What organizations say of each other, where only some of the workbooks are looked at again.

The other side of a transfer may be anybody's, so its verdicts are of all organizations at once; what each side says is
kept, a few rows a workbook, and only that of the workbooks asked now is read again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import duckdb
import pandas as pd
import pyarrow as pa

from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import SUBJECT, Verdicts
from quality.engine.counterparts import counterpart_records, judge_records
from quality.kept.units import Units


class Counterparts:
    """The verdicts of the counterpart rules, of all organizations, while those of some units are asked."""

    def __init__(
        self,
        kept: pa.Table,
        witnesses: pd.DataFrame,
        versions: pd.DataFrame,
        units: Units,
        declared: tuple[RuleCatalogue, Reference],
        day: dt.date,
    ) -> None:
        """``kept``: what the units that are not asked say; ``witnesses``: what is wrong inside their workbooks.

        ``versions``: `identified_versions` of all.
        """
        self.records, self._kept, self._witnesses = kept, kept, witnesses
        self._versions, self._units, self._declared, self._day = versions, units, declared, day
        self.verdicts: Verdicts | None = None

    def __call__(self, connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame, inside: pd.DataFrame) -> Verdicts:
        """The verdicts on the asked ``versions``, of which ``inside`` is wrong."""
        said = counterpart_records(connection, self._declared[0], versions)
        self.records = pa.concat_tables([self._kept, said])
        witnesses = pd.concat([self._witnesses, inside[self._witnesses.columns]], ignore_index=True)
        verdicts = self.judge(witnesses)
        asked = {self._units.files.get(str(one)) for one in versions["file_hash"]}
        mine = self._units.of_files(verdicts.violations["file_hash"]).isin(asked)
        counted = self._units.of_rows(verdicts.outcomes).isin(asked)
        return Verdicts(verdicts.violations[mine], verdicts.outcomes[counted])

    def judge(self, witnesses: pd.DataFrame | None = None) -> Verdicts:
        """The verdicts on all organizations."""
        rules, reference = self._declared
        told = self._witnesses if witnesses is None else witnesses
        self.verdicts = judge_records(self.records, rules, reference, self._versions, told, self._day)
        return self.verdicts


def identified_versions(submissions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The identified file versions of declared periods: what the counterpart rules need of them."""
    identified = submissions[submissions["read_state"] == "identified"]
    columns = ["file_hash", *SUBJECT, "submission_no", "received_at"]
    periods = reference["periods"][["period_code", "period_end"]]
    versions = identified[columns].merge(periods, on="period_code").sort_values("file_hash", ignore_index=True)
    return versions.assign(submission_no=versions["submission_no"].fillna(0).astype("int64"))


def of_others(rows: pa.Table, units: Units, asked: Collection[str]) -> pa.Table:
    """The ``rows`` of `counterpart_records` whose file belongs to none of the ``asked`` units."""
    found = units.of_files(rows.column("file_hash").to_pandas())
    return rows.filter(pa.array(~found.isin(asked)))
