"""What the lake holds of other organizations, for the questions that one workbook cannot answer alone.

Belongs here: which file versions of the last check stand beside the ones that are checked now, and reading no more of
them than the questions look at. Does not belong here: what those questions are (`quality.beside`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ingest.catalogue import Catalogue
from ingest.database import small_database
from ingest.lake import ENTRIES, OBSERVATIONS
from ingest.reference import Reference
from khoi.exchange.kept_partitions import KeptPartitions, Stamp, Wanted, stamp_of
from khoi.exchange.sent_before import SentBefore
from quality.beside import Beside, looked_at, returned_inside, witness_rules, witnesses_of
from quality.catalogue import RuleCatalogue
from quality.outliers.copies import TELLING
from quality.registers.contradicted import event_partners

_FINDINGS = """
SELECT rule_id, engine, severity, outcome, file_hash, observed, expected FROM read_parquet($path)
WHERE file_hash IS NOT NULL AND (severity = 'hard' OR rule_id IN (SELECT unnest($witnesses)))
"""
_STATES = "SELECT file_hash, state FROM read_parquet($path)"
_NOT_CHECKED = ("waiting", "withdrawn", "unreadable", "unidentified", "opened")


@dataclass(frozen=True)
class _Checked:
    """What the last check said: file versions that were judged, those returned for what is inside them, witnesses."""

    judged: frozenset[str]
    returned: frozenset[str]
    witnesses: pd.DataFrame


class SentBeside:
    """The lake of ``before`` once more, for what the others sent; what was read stays as long as its files do."""

    def __init__(
        self, folder: Path, before: SentBefore, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
    ) -> None:
        self._folder, self._before = folder, before
        self._catalogue, self._reference, self._rules = catalogue, reference, rules
        self._partitions = KeptPartitions(folder)
        self._said: tuple[tuple[Stamp | None, ...], _Checked] | None = None

    def of(self, given: pd.DataFrame, own: Collection[str]) -> Beside | None:
        """What stands beside the submissions ``given``; None where nothing was ever checked.

        ``own`` are further file versions of the same organizations that are looked at whole; they do not stand beside.
        """
        asked = given[given["read_state"] == "identified"]
        if asked.empty or (checked := self._checked()) is None:
            return None
        known = self._known(asked, {*own, *given["file_hash"]})
        known = known[known["file_hash"].isin(checked.judged)]
        if known.empty:
            return None
        clean = frozenset(known["file_hash"]) - checked.returned
        observations, entries = self._read(asked, known, clean)
        return Beside(known, observations, entries, clean, checked.witnesses, frozenset(asked["file_hash"]))

    def _checked(self) -> _Checked | None:
        """What the last check said; None where there was none."""
        paths = {name: self._folder / "checked" / f"{name}.parquet" for name in ("submission_states", "findings")}
        stamps = tuple(stamp_of(path) for path in paths.values())
        if stamps[0] is None:
            return None
        if self._said is None or self._said[0] != stamps:
            with small_database() as connection:
                states = connection.execute(_STATES, {"path": str(paths["submission_states"])}).df()
                witnesses = sorted(witness_rules(self._rules))
                given = {"path": str(paths["findings"]), "witnesses": witnesses}
                findings = connection.execute(_FINDINGS, given).df()
            self._said = (
                stamps,
                _Checked(
                    frozenset(states.loc[~states["state"].isin(_NOT_CHECKED), "file_hash"]),
                    frozenset(returned_inside(findings, self._rules)),
                    witnesses_of(findings, self._rules),
                ),
            )
        return self._said[1]

    def _known(self, asked: pd.DataFrame, own: set[str]) -> pd.DataFrame:
        """The versions of the committees asked of, up to their periods, and of all in the periods around them."""
        known = self._before.submissions()
        known = known[(known["read_state"] == "identified") & ~known["file_hash"].isin(own)]
        replaced = pd.MultiIndex.from_frame(asked[["organization_code", "period_code"]])
        known = known[~pd.MultiIndex.from_frame(known[["organization_code", "period_code"]]).isin(replaced)]
        ends = self._reference["periods"].set_index("period_code")["period_end"]
        last = asked["period_code"].map(ends).groupby(asked["committee_code"]).max()
        past = known["period_code"].map(ends) <= known["committee_code"].map(last)
        return known[past | known["period_code"].isin(self._around(asked))]

    def _around(self, asked: pd.DataFrame) -> set[str]:
        """The periods asked of, those before and those after them."""
        periods, here = self._reference["periods"], set(asked["period_code"])
        before = periods.loc[periods["period_code"].isin(here), "previous_period_code"].dropna()
        after = periods.loc[periods["previous_period_code"].isin(here), "period_code"]
        return here | set(before) | set(after)

    def _read(self, asked: pd.DataFrame, known: pd.DataFrame, clean: Collection[str]) -> tuple[pa.Table, pa.Table]:
        """The cells of the ``clean`` ones and the lists of all, as far as anything asks for them."""
        wanted = looked_at(self._rules, self._catalogue, self._reference)
        organizations = set(asked["organization_code"])
        below = wanted.below if organizations & self._reference.committees_themselves else ()
        sound = known[known["file_hash"].isin(clean)]
        near = sound["committee_code"].isin(asked["committee_code"])
        now = near & sound["period_code"].isin(asked["period_code"])
        partners = sound["organization_code"].isin(event_partners(self._reference, organizations))
        past = tuple(sorted({*wanted.past, *wanted.balances}))
        cells = tuple(sorted({*past, *below}))
        parts = [
            # Other committees tell only whether an event moved as many as the register says.
            self._observations(sound[~near & partners], Wanted("cell_code", wanted.balances)),
            self._observations(sound[near & ~now], Wanted("cell_code", past)),
            self._observations(sound[now], Wanted("cell_code", cells, wanted.figures, TELLING)),
        ]
        lately = known[known["period_code"].isin(self._around(asked))]
        return pa.concat_tables(parts), self._rows("entries", ENTRIES, lately, Wanted("form", wanted.lists))

    def _observations(self, versions: pd.DataFrame, wanted: Wanted) -> pa.Table:
        return self._rows("observations", OBSERVATIONS, versions, wanted)

    def _rows(self, name: str, schema: pa.Schema, versions: pd.DataFrame, wanted: Wanted) -> pa.Table:
        places = sorted(set(zip(versions["committee_code"], versions["period_code"], strict=True)))
        return self._partitions.rows(name, schema, places, wanted, set(versions["file_hash"]))
