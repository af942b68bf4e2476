"""What a release wrote is read by every later one; what a newer one wrote is named with the remedy, never guessed at.

The files below tests/fixtures were written by that release (tests/fixtures/write_release.py) and are never rewritten.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small_build import small_build

from ingest.lake import ENTRIES, FINDINGS, OBSERVATIONS, damaged, mend, read_tables
from ingest.lake.version import FORMAT, columns_mark
from ingest.receive.receipts import Receipts
from khoi.deployment.home import Home
from khoi.doctor.checks import look
from khoi.doctor.line import State
from khoi.figures.revisions import revisions
from khoi.warehouse.errors import NewerPublication, WarehouseError
from khoi.warehouse.publications import publications
from khoi.warehouse.publish import publish
from khoi.warehouse.versions import is_sound, read_version
from khoi.warehouse.vintages import figure_history, vintages

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
RELEASES = sorted(path.name for path in FIXTURES.glob("release_*"))
PARTITION = "normalised/ZZ/2021H1"


@pytest.fixture(params=RELEASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """The files that a release wrote."""
    home = Home(tmp_path / "home")
    shutil.copytree(FIXTURES / request.param, home.root)
    return home


def _change(path: Path, **changes: object) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | changes), encoding="utf-8")


def _manifest(home: Home) -> Path:
    return next(home.published.glob("*/manifest.json"))


def test_there_are_fixtures_of_a_release() -> None:
    assert "release_0_1" in RELEASES


def test_a_lake_of_the_release_is_whole_or_made_again_as_a_whole(home: Home) -> None:
    record = json.loads((home.lake / FORMAT).read_text(encoding="utf-8"))
    if record["columns"] == columns_mark():
        assert (damaged(home.lake), mend(home.lake)) == ([], [])
        assert (home.lake / PARTITION / "observations.parquet").exists()
    else:
        assert mend(home.lake) == [FORMAT]
        assert not (home.lake / PARTITION).exists()


def test_a_partition_of_the_release_is_read_with_today_s_columns(home: Home) -> None:
    folder = home.lake / PARTITION
    observations = read_tables(folder, OBSERVATIONS, "observations.parquet")
    assert list(observations.columns) == OBSERVATIONS.names
    said = observations.set_index("cell_code")["value"]
    assert [said[f"membership_change.{item}"] for item in ("OPEN", "IN_ADMIT", "CLOSE")] == [20, 2, 22]
    assert len(read_tables(folder, ENTRIES, "entries.parquet"))
    assert list(read_tables(folder, FINDINGS, "findings.parquet").columns) == FINDINGS.names


def test_columns_of_tomorrow_are_passed_over(home: Home) -> None:
    path = home.lake / PARTITION / "observations.parquet"
    table = pq.read_table(path)
    pq.write_table(table.append_column("tomorrow", [["x"] * len(table)]), path)
    assert list(read_tables(path.parent, OBSERVATIONS, path.name).columns) == OBSERVATIONS.names


def test_receipts_and_erasures_of_the_release_are_read(home: Home) -> None:
    journal = Receipts.load(home.landed)
    (receipt,) = journal.first.values()
    assert (receipt.no, receipt.name, receipt.basis) == (1, "ZZ-001_2021H1_1.xlsx", "first_sighting")
    assert receipt.received_at == receipt.first_seen_at
    (erasure,) = journal.erased.values()
    assert (erasure.by_role, erasure.reason, erasure.source_hash) == ("organization_board", "gửi nhầm", None)


def test_a_publication_of_the_release_is_read_and_counted_on(home: Home) -> None:
    (vintage,) = vintages(home)
    record = read_version(home.published, vintage.version)
    assert (record.number, record.fingerprint, record.accepted_break) == (1, "f1", "đã biết trước")
    assert vintage.fingerprints == {"workbooks": "w1", "rules": "r1"}
    assert (vintage.workbooks_received, vintage.workbooks_counted) == (1, 1)
    assert not is_sound(home.published, record), "its warehouse is not there"
    (figure,) = figure_history(home, "m@ZZ@2021H1").itertuples()
    assert figure.value == 12
    small_build(home, 15, recorded=15)
    assert publish(home, "f2").number == 2
    (revised,) = revisions(home, "1", "2").revisions
    assert (revised.figure, revised.value_from, revised.value_to) == ("m@ZZ@2021H1", 12, 15)


def test_fields_of_tomorrow_are_passed_over(home: Home) -> None:
    before = vintages(home)
    for path in (_manifest(home), *home.published.glob("*.json")):
        _change(path, field_of_tomorrow={"a": [1]})
    assert vintages(home) == before
    assert read_version(home.published, before[0].version).fingerprint == "f1"


def test_a_manifest_of_a_newer_khoi_is_named_and_nothing_is_published_over_it(home: Home) -> None:
    _change(_manifest(home), schema=99)
    with pytest.raises(NewerPublication, match=r"manifest\.json.*bản khoi đó.*newer khoi \(schema 99"):
        vintages(home)
    small_build(home, 15)
    before = sorted(home.published.iterdir())
    with pytest.raises(NewerPublication):
        publish(home, "f2")
    assert sorted(home.published.iterdir()) == before
    line = look("history", home)
    assert line.state is State.BAD
    assert "newer khoi" in line.found_en


def test_a_record_of_a_newer_khoi_is_named(home: Home) -> None:
    (vintage,) = vintages(home)
    _change(home.published / f"{vintage.version}.json", schema=99)
    with pytest.raises(NewerPublication, match=rf"{vintage.version}\.json.*newer khoi"):
        read_version(home.published, vintage.version)


def test_a_rollback_of_a_newer_khoi_is_named(home: Home) -> None:
    line = {"schema": 99, "decided_at": "x", "taken_back": "x", "version": "x", "by_role": "x", "reason": "x"}
    (home.published / "rollbacks.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(NewerPublication, match=r"rollbacks\.jsonl"):
        publications(home)


@pytest.mark.parametrize("schema", [None, "two", [], {}])
def test_a_schema_that_is_no_number_is_damage_and_told(home: Home, schema: object) -> None:
    path = _manifest(home)
    _change(path, schema=schema)
    _change(home.published / f"{path.parent.name}.json", schema=schema)
    with pytest.raises(WarehouseError, match="khoi restore"):
        vintages(home)
    assert read_version(home.published, path.parent.name).fingerprint is None
