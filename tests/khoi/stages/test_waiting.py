"""Nothing is accepted, superseded or counted that was not normalised and checked; what was not yet, waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from khoi_deployment import Deployment

from ingest.lake import lake_table
from ingest.reference import seed_file
from khoi import stages
from khoi.deployment.home import Home


def states(home: Home) -> dict[str, tuple[str, bool]]:
    """State of every file by its name, and whether it counts."""
    decided = lake_table("checked", "submission_states").read(home.lake)
    names = lake_table("landed", "submissions").read(home.lake)[["file_hash", "file_name"]]
    return {row.file_name: (row.state, row.is_current) for row in decided.merge(names, on="file_hash").itertuples()}


def missing(home: Home) -> set[tuple[str, str]]:
    """The organizations and periods of which a report is asked for."""
    asked = lake_table("checked", "follow_up").read(home.lake)
    found = lake_table("checked", "findings").read(home.lake)
    absent = pd.concat([asked[asked["kind"] == "missing"], found[found["file_hash"].isna()]])
    return set(zip(absent["organization_code"], absent["period_code"], strict=True))


def take_in(home: Home, **limits: object) -> None:
    stages.receive(home, settle_seconds=0)
    stages.normalise(home, **limits)  # type: ignore[arg-type]
    stages.check(home)


def members(home: Home) -> dict[str, float]:
    """The closing figure of every file whose figures the lake holds."""
    rows = lake_table("normalised", "observations").read(home.lake)
    rows = rows[rows["cell_code"] == "membership_change.CLOSE"]
    return dict(zip(rows["file_hash"], rows["value"], strict=True))


@pytest.mark.long
def test_a_version_of_another_period_waits_and_the_one_before_it_counts(deployment: Deployment) -> None:
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2)
    take_in(home)
    deployment.write("ZZ-001", "2021H1", 20, 3, submission_no=2)
    deployment.write("ZZ-001", "2021H2", 22, 1)
    take_in(home, period="2021H2")
    assert states(home) == {
        "ZZ-001_2021H1_1.xlsx": ("accepted", True),
        "ZZ-001_2021H1_2.xlsx": ("waiting", False),
        "ZZ-001_2021H2_1.xlsx": ("accepted", True),
    }
    assert sorted(members(home).values()) == [22, 23]
    take_in(home)
    assert states(home)["ZZ-001_2021H1_1.xlsx"] == ("superseded", False)
    assert states(home)["ZZ-001_2021H1_2.xlsx"] == ("accepted", True)


def test_what_no_partition_takes_up_is_neither_accepted_nor_asked_for(deployment: Deployment) -> None:
    home = deployment.home
    deployment.write("ZZ-001", "2021H2", 30, 1)
    deployment.write("ZZ-002", "2021H2", 20, 0, CLOSE=99)
    take_in(home, partitions={("ZZ", "2021H1")})
    assert set(states(home).values()) == {("waiting", False)}
    assert ("ZZ-001", "2021H2") not in missing(home)
    assert ("ZZ-001", "2021H1") in missing(home)


@pytest.mark.long
def test_changed_forms_are_taken_up_of_every_period_whatever_the_run_is_limited_to(deployment: Deployment) -> None:
    """What counts elsewhere was read under other code lists: it is read again, or it would count unchecked."""
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2)
    take_in(home)
    codes = home.seeds / "codes.csv"
    table = pd.read_csv(seed_file(home.seeds, "codes"), dtype=str, keep_default_na=False)
    table.loc[table["code"] == "CBCS", "aliases"] += "|chi bộ thử"
    table.to_csv(codes, index=False)
    manifest = home.lake / "normalised" / "ZZ" / "2021H1" / "manifest.json"
    before = manifest.read_bytes()
    stages.check(home)
    assert manifest.read_bytes() != before
    assert states(home) == {"ZZ-001_2021H1_1.xlsx": ("accepted", True)}


@pytest.mark.long
def test_a_manifest_that_cannot_be_read_is_written_again(deployment: Deployment) -> None:
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2)
    take_in(home)
    manifest = home.lake / "normalised" / "ZZ" / "2021H1" / "manifest.json"
    whole = manifest.read_bytes()
    for damaged in (b"", b"[]", b"{", b"\xff\xfe", b'{"fingerprint": 1}'):
        manifest.write_bytes(damaged)
        take_in(home)
        assert manifest.read_bytes() == whole
        assert states(home) == {"ZZ-001_2021H1_1.xlsx": ("accepted", True)}


@pytest.mark.parametrize(
    ("period", "partitions", "taken"),
    [
        (None, None, {("A", "1"), ("A", "2"), ("B", "1")}),
        ("1", None, {("A", "1"), ("B", "1")}),
        (None, [("A", "1"), ("A", "2")], {("A", "1"), ("A", "2")}),
        ("1", [("A", "1"), ("A", "2")], {("A", "1")}),
        ("2", [("A", "1")], set()),
    ],
)
def test_a_run_takes_up_new_files_of_what_it_is_limited_to(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, period: str | None, partitions: Any, taken: Any
) -> None:
    asked: list[Callable[[tuple[str, str]], bool]] = []
    monkeypatch.setattr("ingest.normalise.stale_partitions", lambda *given: asked.append(given[-1]) or [])
    assert stages.normalise(deployment.home, period=period, partitions=partitions) == []
    assert {pair for pair in (("A", "1"), ("A", "2"), ("B", "1")) if asked[0](pair)} == taken
