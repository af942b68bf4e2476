"""What `khoi check` asks is what `khoi run` will ask: with what others sent beside it, a workbook is told the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shared_seeds import shared_reference
from submitted_rows import Lake, findings_frame, register_of, seed

from ingest import lake
from ingest.catalogue import Catalogue, load_catalogue
from ingest.reference import Reference
from khoi.exchange.sent_before import SentBefore
from khoi.exchange.sent_beside import SentBeside
from quality.catalogue import RuleCatalogue, load_rules
from quality.check import check_tables

PERIODS = ("2021H1", "2021H2", "2022H1", "2022H2")
NOW = PERIODS[-1]
ITSELF = "AA-99"
ORGANIZATIONS = tuple(f"AA-{number:02d}" for number in range(16))
CHANGE, FEMALE = "membership_change.", "membership_structure.FEMALE"
CHANGED: dict[str, dict[str, int]] = {
    "AA-03": {FEMALE: 95},
    "AA-05": {f"{CHANGE}OPEN": 90, f"{CHANGE}CLOSE": 90},
    "AA-06": {f"{CHANGE}OPEN": 103, f"{CHANGE}CLOSE": 103},
    "AA-07": {CHANGE + item: 30 for item in ("INC", "IN_ADMIT", "DEC", "OUT_DEATH")},
}
ASKED = (ITSELF, "AA-01", "AA-02", "AA-08", *CHANGED)


def _cells(number: int, position: int) -> dict[str, int]:
    moved = 2 + (number + position) % 2
    balance = {"OPEN": 100, "INC": moved, "IN_ADMIT": moved, "DEC": moved, "OUT_DEATH": moved, "CLOSE": 100}
    return {**{CHANGE + item: value for item, value in balance.items()}, FEMALE: 38 + number % 5}


def rows() -> Lake:
    """Sixteen organizations and their committee over four periods; in the last one some say what others contradict."""
    all_rows = Lake()
    for position, period in enumerate(PERIODS):
        for number, code in enumerate(ORGANIZATIONS):
            changed = CHANGED.get(code, {}) if period == NOW else {}
            all_rows.add(f"{code}/{period}", {**_cells(number, position), **changed}, code, period)
        all_rows.add(f"{ITSELF}/{period}", {"signed_totals.CLOSE": 1600 if period != NOW else 1592}, ITSELF, period)
    gift = {"DIRECTION": "OUT", "SCOPE": "TRONG_DANG_BO"}
    for giver, taker, members in (("AA-01", "AA-02", 3), ("AA-08", "AA-01", 2)):
        other = {"COUNTERPART": taker, "MEMBERS": members}
        all_rows.record(f"{giver}/{NOW}", "transfers", 1, {**gift, **other})
    all_rows.record(f"AA-02/{NOW}", "transfers", 1, {**gift, "DIRECTION": "IN", "COUNTERPART": "AA-01", "MEMBERS": 1})
    return all_rows


@dataclass(frozen=True)
class Checked:
    """A lake of rows that was checked whole."""

    folder: Path
    reference: Reference
    catalogue: Catalogue
    rules: RuleCatalogue
    rows: Lake
    findings: pd.DataFrame

    def of_file(self, file_hash: str, *, beside: bool = True) -> pd.DataFrame:
        """What a check of one file says of it, before which only the others were checked."""
        before = SentBefore(self.folder)
        given = self.rows.submissions[self.rows.submissions["file_hash"] == file_hash]
        earlier = before.of(given, self.reference)
        others = SentBeside(self.folder, before, self.catalogue, self.reference, self.rules)
        own = set(earlier.submissions["file_hash"])
        result = check_tables(
            pd.concat([earlier.submissions, given], ignore_index=True),
            pd.concat([earlier.observations, _of(self.rows.observations, file_hash)], ignore_index=True),
            pd.concat([earlier.entries, _of(self.rows.entries, file_hash)], ignore_index=True),
            earlier.findings,
            self.catalogue,
            self.reference,
            self.rules,
            files_only=True,
            beside=others.of(given, own) if beside else None,
        )
        return _of(result.findings, file_hash)


def _of(frame: pd.DataFrame, file_hash: str) -> pd.DataFrame:
    return frame[frame["file_hash"] == file_hash].reset_index(drop=True)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    catalogue = load_catalogue()
    rules = load_rules(catalogue, shared_reference())
    event = {"event_id": "E1", "event_type": "split", "effective_on": "2022-10-01", "unit": "subordinate_cell"}
    moved = {"from_organization_code": "AA-05", "to_organization_code": "AA-06", "members_moved": "10"}
    reference = register_of(
        *ORGANIZATIONS,
        ITSELF,
        types={ITSELF: "CAP_TREN"},
        periods=PERIODS,
        organization_events=seed("organization_events", [{**event, **moved}]),
    )
    all_rows, folder = rows(), tmp_path_factory.mktemp("beside")
    frames = (all_rows.submissions, all_rows.observations, all_rows.entries)
    result = check_tables(*frames, findings_frame(), catalogue, reference, rules)
    _written(folder / "submissions" / "all.parquet", frames[0], lake.SUBMISSIONS)
    for period in PERIODS:
        place = folder / "normalised" / "AA" / period
        for name, frame, schema in (
            ("observations", frames[1], lake.OBSERVATIONS),
            ("entries", frames[2], lake.ENTRIES),
            ("findings", findings_frame(), lake.FINDINGS),
        ):
            _written(place / f"{name}.parquet", frame[frame["period_code"] == period], schema)
    for table in lake.tables_of(lake.Stage.CHECKED):
        if table.name in ("findings", "submission_states"):
            table.write(getattr(result, table.name), folder)
    return Checked(folder, reference, catalogue, rules, all_rows, result.findings)


def _written(path: Path, frame: pd.DataFrame, schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), path)


@pytest.mark.long
@pytest.mark.parametrize("code", ASKED)
def test_a_check_says_of_a_workbook_what_the_run_said_of_it(checked: Checked, code: str) -> None:
    file_hash = f"{code}/{NOW}"
    pd.testing.assert_frame_equal(checked.of_file(file_hash), _of(checked.findings, file_hash), check_dtype=False)


def test_the_run_asks_what_only_the_workbooks_of_others_show(checked: Checked) -> None:
    now = checked.findings[checked.findings["period_code"] == NOW]
    of_rule = now.groupby("rule_id")["organization_code"].agg(set).to_dict()
    assert "AA-07" in of_rule["O001"]
    assert of_rule["O003"] == {"AA-03"}
    assert of_rule["R007"] >= {"AA-01", "AA-02"}
    assert of_rule["R006C_CLOSE"] == {ITSELF}
    assert "AA-06" in of_rule["R002"]


@pytest.mark.long
def test_without_the_workbooks_of_others_less_is_asked(checked: Checked) -> None:
    alone = {code: set(checked.of_file(f"{code}/{NOW}", beside=False)["rule_id"]) for code in ASKED}
    assert "O003" not in alone["AA-03"]
    assert "R007" not in alone["AA-01"]
    assert "R006C_CLOSE" not in alone[ITSELF]


def test_nothing_stands_beside_where_nothing_was_checked(checked: Checked, tmp_path: Path) -> None:
    before = SentBefore(tmp_path)
    nothing = SentBeside(tmp_path, before, checked.catalogue, checked.reference, checked.rules)
    assert nothing.of(checked.rows.submissions, set()) is None
