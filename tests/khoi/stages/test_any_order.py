"""Files received in any order and in any batching give the same lake and, table by table, the same warehouse.

When each of them came is given (the files' own times are vouched for): received otherwise, they came otherwise. One
thing is left out on purpose: of two files with the same bytes the one that was received first gives its name.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from khoi_deployment import COMMITTEE, Deployment

from ingest import lake
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.deployment.home import Home
from khoi.warehouse.read import open_published

pytestmark = pytest.mark.long

CAME = ArrivalTerms(vouched="thử")
DEADLINES = {"2021H1": ("2021-07-20", "2021-12-31"), "2021H2": ("2022-01-20", None)}
NORMALISED = {"observations": lake.OBSERVATIONS, "entries": lake.ENTRIES, "findings": lake.FINDINGS}
CHECKED = {
    "findings": lake.FINDINGS,
    "submission_states": lake.SUBMISSION_STATES,
    "rule_outcomes": lake.RULE_OUTCOMES,
    "register_observations": lake.REGISTER_OBSERVATIONS,
}


@pytest.fixture(scope="module")
def mailbag(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Twelve files of two organizations, as they came in over two half-years; nothing of them is received yet."""
    deployment = Deployment(tmp_path_factory.mktemp("mailbag") / "khoi")
    rows = [(COMMITTEE, period, due, locked) for period, (due, locked) in DEADLINES.items()]
    columns = ["committee_code", "period_code", "due_on", "locked_on"]
    pd.DataFrame(rows, columns=columns).to_csv(deployment.home.seeds / "reporting_periods.csv", index=False)
    write, inbox = deployment.write, deployment.home.inbox

    def came(path: Path, day: str, name: str | None = None) -> None:
        moment = dt.datetime.fromisoformat(f"{day}T09:00:00+07:00").timestamp()
        os.utime(path, (moment, moment))
        if name is not None:
            path.rename(inbox / name)

    came(write("ZZ-001", "2021H1", 20, 2), "2021-07-05")
    came(write("ZZ-001", "2021H1", 20, 3, submission_no=2), "2021-07-18")
    came(write("ZZ-001", "2021H1", 20, 5, submission_no=3), "2022-02-01")  # after the lock: kept, not used
    came(write("ZZ-002", "2021H1", 30, 0), "2021-07-25")  # late, and the only one
    came(write("ZZ-001", "2021H2", 22, 1), "2022-01-10")  # opens with what the first version closed with
    came(write("ZZ-001", "2021H2", 23, 1, submission_no=2), "2022-01-12")
    came(write("ZZ-002", "2021H2", 30, 4), "2022-01-15", "sửa.xlsx")  # the same number as the next: two files
    came(write("ZZ-002", "2021H2", 30, 4, CLOSE=43), "2022-01-11")  # contradicts itself
    shutil.copy(inbox / "sửa.xlsx", inbox / "nửa.xlsx")
    (inbox / "nửa.xlsx").write_bytes((inbox / "sửa.xlsx").read_bytes()[:4_000])
    came(inbox / "nửa.xlsx", "2022-01-16")
    (inbox / "thư.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    came(inbox / "thư.xlsx", "2022-01-17")
    (inbox / "rỗng.xls").write_bytes(b"")
    came(inbox / "rỗng.xls", "2022-01-18")
    came(write("ZZ-009", "2021H2", 1, 0), "2022-01-19")  # on no roster
    assert len(list(inbox.iterdir())) == 12
    return deployment


def arrived(mailbag: Deployment, root: Path, batches: list[list[str]], *, publish_each: bool = False) -> Home:
    """A deployment of the same registers that received ``batches`` of the files one after the other."""
    home = Home(root)
    shutil.copytree(mailbag.home.root, root, ignore=lambda folder, names: names if Path(folder).name == "inbox" else [])
    for batch in batches:
        for name in batch:
            shutil.copy2(mailbag.home.inbox / name, home.inbox / name)
        stages.receive(home, settle_seconds=0, workers=1, terms=CAME)
        stages.normalise(home)
        if publish_each:
            stages.run(home, settle_seconds=0, terms=CAME)
    stages.check(home)
    return home


def tables_of(home: Home) -> dict[str, pd.DataFrame]:
    """Every table of the lake, rows in a fixed order; batches are no content."""
    found = {
        "submissions": lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS).drop(columns="cells_file"),
        "received": lake.read_tables(home.lake / "received_findings", lake.FINDINGS),
        "cells": lake.read_tables(home.lake / "cells", lake.CELLS),
    }
    for name, schema in NORMALISED.items():
        found[f"normalised {name}"] = lake.read_tables(home.lake / "normalised", schema, f"*/*/{name}.parquet")
    for name, schema in CHECKED.items():
        found[f"checked {name}"] = lake.read_tables(home.lake / "checked", schema, f"{name}.parquet")
    return {name: ordered(frame) for name, frame in found.items()}


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows sorted by all columns."""
    return frame.sort_values(list(frame.columns), ignore_index=True, key=lambda column: column.astype(str))


def marts_of(home: Home) -> dict[str, pd.DataFrame]:
    """Every table of the published warehouse's marts, rows in a fixed order."""
    with open_published(home) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        return {name: ordered(connection.execute(f'select * from marts."{name}"').df()) for (name,) in names}


def same(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    """Assert that all tables are equal."""
    assert found.keys() == expected.keys()
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame, obj=name)


def batched(names: list[str], seed: int) -> list[list[str]]:
    """The files in a random order, cut at random places."""
    chance = random.Random(seed)
    shuffled = chance.sample(sorted(names), len(names))
    cuts = sorted(chance.sample(range(1, len(names)), chance.randint(0, 4)))
    return [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(names)], strict=True)]


@pytest.fixture(scope="module")
def names(mailbag: Deployment) -> list[str]:
    """The names of all files."""
    return sorted(path.name for path in mailbag.home.inbox.iterdir())


@pytest.fixture(scope="module")
def at_once(mailbag: Deployment, names: list[str], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """What comes of all files in one batch."""
    return arrived(mailbag, tmp_path_factory.mktemp("at_once") / "khoi", [names])


def test_the_mailbag_holds_what_real_ones_hold(at_once: Home) -> None:
    tables = tables_of(at_once)
    states = tables["checked submission_states"]
    accepted = {"accepted", "accepted_with_warnings", "superseded"}
    assert set(states["state"]) == {"unreadable", "unidentified", "returned", *accepted}
    told = set(tables["checked findings"]["rule_id"])
    assert told >= {"R001A", "V001", "V002", "V003", "damaged", "empty_file", "not_a_workbook", "unknown_organization"}


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32))
def test_any_order_and_batching_gives_the_same_lake(
    mailbag: Deployment,
    names: list[str],
    at_once: Home,
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
) -> None:
    home = arrived(mailbag, tmp_path_factory.mktemp("shuffled") / "khoi", batched(names, seed))
    same(tables_of(home), tables_of(at_once))


def test_any_order_and_batching_gives_the_same_warehouse(
    mailbag: Deployment, names: list[str], at_once: Home, tmp_path: Path
) -> None:
    stages.run(at_once, settle_seconds=0)
    expected = marts_of(at_once)
    assert len(expected) > 25
    assert len(expected["fct_submissions"]) == 12
    backwards = [names[::-1][:5], names[::-1][5:]]
    home = arrived(mailbag, tmp_path / "khoi", backwards, publish_each=True)
    same(marts_of(home), expected)
