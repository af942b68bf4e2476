"""A build on the last publication makes again what was touched, and every table is what a build of everything makes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from khoi_deployment import COMMITTEE, Deployment

from bench.late import contents
from khoi import stages
from khoi.deployment.home import Home
from khoi.deployment.product import DBT_PROJECT
from khoi.exchange.withdrawals import withdraw
from khoi.warehouse.versions import published_file

BY_PARTITION = {
    "fct_discipline_cases",
    "fct_entries",
    "fct_measure_values",
    "fct_membership_changes",
    "fct_observations",
    "fct_ratings",
    "fct_transfers",
    "int_committee_measures_summed",
    "int_family_perimeters",
    "int_like_for_like_summed",
    "int_lineage_families",
    "int_register_cells_densified",
}
"""The models that are made again for what was touched alone."""
BY_PAIR = {"int_family_perimeters", "int_like_for_like_summed", "int_lineage_families"}
"""Those of them whose rows hold two periods against each other."""
WITHIN = {"int_cell_values_unioned", "stg_lake__entries", "stg_lake__observations"}
"""The models that are no tables: they stand within the one of those that reads them."""
UNKEYED = {"int_register_cells_densified"}
"""Those whose rows have no key that is tested."""
STANDING = {"int_register_cells_densified", "fct_register_observations", "stg_lake__register_observations"}
"""What follows from the register's events and from declarations alone: where no event is another, it is not made."""
SEEN = {"stg_lake__corrections", "stg_lake__register_observations", "stg_lake__submission_states"}
"""What workbooks and corrections fill besides, and is compared row by row to know what was touched."""


def with_a_correction(root: Path) -> Deployment:
    """A deployment that sent four of six workbooks of three periods; a figure of the first is another by decision."""
    deployment = Deployment(root)
    told = {
        "correction_id": "Q1",
        "committee_code": COMMITTEE,
        "organization_code": "ZZ-001",
        "period_code": "2021H1",
        "cell_code": "membership_structure.FEMALE",
        "expected_old": "0",
        "new_value": "1",
        "reason": "thử",
        "by_role": "Chuyên viên",
        "decided_on": "2021-07-30",
    }
    path = deployment.home.seeds / "corrections.csv"
    pd.DataFrame([told]).reindex(columns=list(pd.read_csv(path).columns)).to_csv(path, index=False)
    due = deployment.home.seeds / "reporting_periods.csv"
    third = {"committee_code": COMMITTEE, "period_code": "2022H1", "due_on": "2022-07-20"}
    periods = pd.read_csv(due, dtype=str)
    pd.concat([periods, pd.DataFrame([third])]).reindex(columns=periods.columns).to_csv(due, index=False)
    for organization, period, opening in (
        ("ZZ-001", "2021H1", 20),
        ("ZZ-002", "2021H1", 30),
        ("ZZ-001", "2021H2", 22),
        ("ZZ-001", "2022H1", 24),
    ):
        deployment.write(organization, period, opening, 2)
    return deployment


def late(deployment: Deployment) -> None:
    """The first workbook of an organization for the second period."""
    deployment.write("ZZ-002", "2021H2", 32, 4)


def withdrawn(deployment: Deployment) -> None:
    """One of the first period counts no longer; its rows go, and none come in their place."""
    withdraw(deployment.home, "ZZ-002_2021H1_1.xlsx", by="Chuyên viên", reason="gửi nhầm")


def replaced(deployment: Deployment) -> None:
    """A second version of a workbook of the first period.

    What its organization sent for the second one does not open with its closing any more, and counts no longer: nothing
    came for that period, and it is touched all the same.
    """
    deployment.write("ZZ-001", "2021H1", 20, 3, submission_no=2)


def made_in_part(home: Home) -> set[str]:
    """The models whose last build put rows into a table that was there; a whole one is created."""
    texts = {path.stem: path.read_text("utf-8").lower() for path in (home.build / "target" / "run").rglob("*.sql")}
    return {name for name, text in texts.items() if "insert into" in text and "create " not in text}


def made(home: Home) -> set[str]:
    """The models that the last build made."""
    results = json.loads((home.build / "target" / "run_results.json").read_bytes())["results"]
    return {one["unique_id"].split(".")[2] for one in results if one["unique_id"].startswith("model.")}


def looked_at_in_part(home: Home, role: str) -> set[str]:
    """The models of which tests of the last build looked at what was touched alone, in a ``role``: child, keyed, ..."""
    texts = (path.read_text("utf-8") for path in (home.build / "target" / "compiled").rglob("*.sql"))
    found = (re.search(rf'"(\w+)" as {role}\b', text) for text in texts if "build.touched" in text)
    return {match[1] for match in found if match}


def chosen_within(home: Home) -> set[str]:
    """The models within others of which the last build read what was touched alone, wherever they stand."""
    texts = {path.stem: path.read_text("utf-8") for path in (home.build / "target" / "compiled").rglob("*.sql")}
    return {name for name in WITHIN if "build.touched" in texts[name]}


def periods_of(home: Home) -> dict[str, float]:
    """Period -> members of all organizations in what is published."""
    query = (
        "select period_code, sum(value) from marts.fct_measure_values where measure_code = 'members_total' group by 1"
    )
    with duckdb.connect(str(published_file(home)), read_only=True) as connection:
        return dict(connection.execute(query).fetchall())


@pytest.mark.long
def test_after_every_change_each_table_is_what_a_full_run_makes(tmp_path: Path) -> None:
    deployment = with_a_correction(tmp_path / "khoi")
    home = deployment.home
    stages.run(home, settle_seconds=0)
    assert not made_in_part(home) & BY_PARTITION
    assert made(home) >= STANDING
    members = [periods_of(home)]
    changes: tuple[Callable[[Deployment], None], ...] = (late, withdrawn, replaced)
    for change in changes:
        change(deployment)
        assert stages.run(home, settle_seconds=0, accept_gate="thử").changed
        assert made_in_part(home) >= BY_PARTITION - STANDING, change.__name__
        assert not made(home) & STANDING, change.__name__
        assert looked_at_in_part(home, "accepted") == {"fct_observations"}, change.__name__
        assert looked_at_in_part(home, "child") == {name for name in BY_PARTITION if name.startswith("fct_")}
        assert looked_at_in_part(home, "keyed") == BY_PARTITION - BY_PAIR - UNKEYED, change.__name__
        assert chosen_within(home) == WITHIN, change.__name__
        members.append(periods_of(home))
    assert members == [
        {"2021H1": 22 + 32, "2021H2": 24, "2022H1": 26},
        {"2021H1": 22 + 32, "2021H2": 24 + 36, "2022H1": 26},
        {"2021H1": 22, "2021H2": 24 + 36, "2022H1": 26},
        {"2021H1": 23, "2021H2": 36, "2022H1": 26},
    ]
    other = Home(tmp_path / "other")
    shutil.copytree(home.root, other.root)
    stages.run(other, settle_seconds=0, full=True, accept_gate="thử")
    assert not made_in_part(other) & BY_PARTITION
    assert not looked_at_in_part(other, "child") | looked_at_in_part(other, "keyed") | chosen_within(other)
    assert not looked_at_in_part(other, "accepted")
    mine, theirs = contents(home), contents(other)
    assert sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)) == []


def test_models_made_by_partition_follow_from_what_is_compared_and_from_declarations() -> None:
    """Who lets one of them read another table that workbooks fill must have `touched_since` look at that table too."""
    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"))["models"]["khoi"]
    rooms = (project["staging"]["lake"], project["intermediate"], project["marts"]["facts"])
    assert {name for room in rooms for name, one in room.items() if isinstance(one, dict)} == BY_PARTITION | WITHIN
    sql = {path.stem: path.read_text("utf-8") for path in (DBT_PROJECT / "models").rglob("*.sql")}
    reached, waiting = set(), BY_PARTITION | WITHIN
    while waiting:
        name = waiting.pop()
        reached.add(name)
        named = {other for other in sql if f"ref('{other}')" in sql[name]}
        waiting |= named - reached
    of_the_lake = {name for name in reached if name.startswith("stg_lake__")} - WITHIN
    assert of_the_lake - SEEN == {"stg_lake__form_cells"}, "form_cells follows from the forms alone"
    compared = (DBT_PROJECT / "macros" / "touched.sql").read_text("utf-8")
    for name in SEEN:
        assert f"'{name.removeprefix('stg_lake__')}':" in compared
    for name in BY_PARTITION | WITHIN:
        assert ("is_pair_touched(" if name in BY_PAIR else "is_touched(") in sql[name], name
