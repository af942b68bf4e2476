"""What the lake holds of other organizations, for the questions that one workbook cannot answer alone.

Belongs here: which file versions of the last check stand beside the ones that are checked now, and reading no more of
them than the questions look at. Does not belong here: what those questions are (`quality.beside`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from ingest.catalogue import Catalogue
from ingest.database import small_database
from ingest.lake import ENTRIES, OBSERVATIONS
from ingest.reference import Reference
from khoi.exchange.sent_before import SentBefore
from quality.beside import Beside, looked_at, returned_inside, witness_rules, witnesses_of
from quality.catalogue import RuleCatalogue
from quality.outliers.copies import TELLING

_FINDINGS = """
SELECT rule_id, engine, severity, outcome, file_hash, observed, expected FROM read_parquet($path)
WHERE file_hash IS NOT NULL AND (severity = 'hard' OR rule_id IN (SELECT unnest($witnesses)))
"""
_STATES = "SELECT file_hash, state FROM read_parquet($path)"
_CELLS = """
SELECT {columns} FROM read_parquet($paths, hive_partitioning = false)
WHERE file_hash IN (SELECT unnest($files)) AND {wanted}
"""
_ALWAYS = "{what} IN (SELECT unnest($always))"
_WHERE_TELLING = "({always} OR (value >= $telling AND cell_code IN (SELECT unnest($where_telling))))"
_NOT_CHECKED = ("waiting", "withdrawn", "unreadable", "unidentified", "opened")
_Place = tuple[str, str]


@dataclass(frozen=True)
class SentBeside:
    """The lake of ``before`` once more, for what the others sent; read anew for every check."""

    folder: Path
    before: SentBefore
    catalogue: Catalogue
    reference: Reference
    rules: RuleCatalogue

    def of(self, given: pd.DataFrame, own: Collection[str]) -> Beside | None:
        """What stands beside the submissions ``given``; None where nothing was ever checked.

        ``own`` are further file versions of the same organizations that are looked at whole; they do not stand beside.
        """
        checked = self.folder / "checked"
        asked = given[given["read_state"] == "identified"]
        if asked.empty or not (checked / "submission_states.parquet").is_file():
            return None
        known = self._known(asked, {*own, *given["file_hash"]})
        with small_database() as connection:
            states = connection.execute(_STATES, {"path": str(checked / "submission_states.parquet")}).df()
            sound = set(states.loc[~states["state"].isin(_NOT_CHECKED), "file_hash"])
            known = known[known["file_hash"].isin(sound)]
            if known.empty:
                return None
            witnesses = sorted(witness_rules(self.rules))
            path = str(checked / "findings.parquet")
            findings = connection.execute(_FINDINGS, {"path": path, "witnesses": witnesses}).df()
            clean = frozenset(known["file_hash"]) - returned_inside(findings, self.rules)
            observations, entries = self._read(connection, asked, known, clean)
        return Beside(
            known, observations, entries, clean, witnesses_of(findings, self.rules), frozenset(asked["file_hash"])
        )

    def _known(self, asked: pd.DataFrame, own: set[str]) -> pd.DataFrame:
        """The versions of the committees asked of, up to their periods, and of all in the periods around them."""
        known = self.before.submissions()
        known = known[(known["read_state"] == "identified") & ~known["file_hash"].isin(own)]
        replaced = pd.MultiIndex.from_frame(asked[["organization_code", "period_code"]])
        known = known[~pd.MultiIndex.from_frame(known[["organization_code", "period_code"]]).isin(replaced)]
        ends = self.reference["periods"].set_index("period_code")["period_end"]
        last = asked["period_code"].map(ends).groupby(asked["committee_code"]).max()
        past = known["period_code"].map(ends) <= known["committee_code"].map(last)
        return known[past | known["period_code"].isin(self._around(asked))]

    def _around(self, asked: pd.DataFrame) -> set[str]:
        """The periods asked of, those before and those after them."""
        periods, here = self.reference["periods"], set(asked["period_code"])
        before = periods.loc[periods["period_code"].isin(here), "previous_period_code"].dropna()
        after = periods.loc[periods["previous_period_code"].isin(here), "period_code"]
        return here | set(before) | set(after)

    def _read(
        self, connection: duckdb.DuckDBPyConnection, asked: pd.DataFrame, known: pd.DataFrame, clean: Collection[str]
    ) -> tuple[pa.Table, pa.Table]:
        """The cells of the ``clean`` ones and the lists of all, as far as anything asks for them."""
        wanted = looked_at(self.rules, self.catalogue, self.reference)
        below = set(asked["organization_code"]) & self.reference.committees_themselves
        sound = known[known["file_hash"].isin(clean)]
        near = sound["committee_code"].isin(asked["committee_code"])
        now = near & sound["period_code"].isin(asked["period_code"])
        past = {*wanted.past, *wanted.balances}
        parts = [
            # Other committees tell only whether an event moved as many as the register says.
            self._observations(connection, sound[~near], wanted.balances),
            self._observations(connection, sound[near & ~now], past),
            self._observations(connection, sound[now], {*past, *(wanted.below if below else ())}, wanted.figures),
        ]
        lately = known[known["period_code"].isin(self._around(asked))]
        always = {"always": sorted(wanted.lists)}
        lists = self._rows(connection, "entries", ENTRIES, lately, _ALWAYS.format(what="form"), always)
        return pa.concat_tables(parts), lists

    def _observations(
        self,
        connection: duckdb.DuckDBPyConnection,
        versions: pd.DataFrame,
        cells: Collection[str],
        telling: Collection[str] = (),
    ) -> pa.Table:
        """The ``cells`` of ``versions``, and of the ``telling`` ones those that say something."""
        wanted, given = _ALWAYS.format(what="cell_code"), dict[str, object](always=sorted(cells))
        if telling:
            wanted = _WHERE_TELLING.format(always=wanted)
            given |= {"telling": TELLING, "where_telling": sorted(telling)}
        return self._rows(connection, "observations", OBSERVATIONS, versions, wanted, given)

    def _rows(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        schema: pa.Schema,
        versions: pd.DataFrame,
        wanted: str,
        given: Mapping[str, object],
    ) -> pa.Table:
        places = versions[["committee_code", "period_code"]].drop_duplicates().itertuples(index=False, name=None)
        paths = [self.folder / "normalised" / c / p / f"{name}.parquet" for c, p in sorted(places)]
        paths = [path for path in paths if path.is_file()]
        if not paths:
            return schema.empty_table()
        chosen = {"paths": [str(path) for path in paths], "files": sorted(versions["file_hash"])}
        query = _CELLS.format(columns=", ".join(schema.names), wanted=wanted)
        found: pa.Table = connection.sql(query, params={**chosen, **given}).to_arrow_table()
        return found.cast(schema)
