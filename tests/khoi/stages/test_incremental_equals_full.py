"""After any history of changes, what runs made of what changed is what one run over everything makes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from khoi_deployment import ORGANIZATIONS, PERIODS, Deployment

from ingest.lake import take_away
from khoi import stages
from khoi.deployment.home import Home
from khoi.deployment.product import product_path
from khoi.exchange.withdrawals import CannotWithdraw, withdraw

Change = Callable[[Deployment], None]


def sent(organization: str, period: str, opening: int, admitted: int, wrong: int) -> Change:
    """A first workbook, a late one or a corrected one; ``wrong`` is by how much its closing is off."""

    def change(deployment: Deployment) -> None:
        number = 1 + len(list(deployment.home.inbox.glob(f"{organization}_{period}_*.xlsx")))
        closing = opening + admitted + wrong
        deployment.write(organization, period, opening, admitted, CLOSE=closing, submission_no=number)

    return change


def withdrawn(organization: str, period: str) -> Change:
    """The first workbook of an organization counts no longer."""

    def change(deployment: Deployment) -> None:
        name = f"{organization}_{period}_1.xlsx"
        if (deployment.home.inbox / name).is_file():
            try:
                withdraw(deployment.home, name, by="Chuyên viên", reason="gửi nhầm")
            except CannotWithdraw:
                return

    return change


def renamed(word: str) -> Change:
    """The register calls the first organization something else."""

    def change(deployment: Deployment) -> None:
        path = deployment.home.seeds / "organizations.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows.loc[0, "name"] = f"Chi bộ {word}"
        rows.to_csv(path, index=False)

    return change


def reworded(word: str) -> Change:
    """The deployment says otherwise what a rule means."""

    def change(deployment: Deployment) -> None:
        folder = deployment.home.config / "rules"
        folder.mkdir(exist_ok=True)
        text = (product_path("quality/rules") / "membership_change.yaml").read_text("utf-8")
        (folder / "membership_change.yaml").write_text(text.replace("(lệch {difference})", word), "utf-8")

    return change


def another_form(edition: int) -> Change:
    """The deployment lays an edition of its own over a form."""

    def change(deployment: Deployment) -> None:
        folder = deployment.home.config / "forms"
        folder.mkdir(exist_ok=True)
        ours = next(product_path("ingest/forms").glob("*member_status.yaml"))
        (folder / ours.name).write_text(f"{ours.read_text('utf-8')}\n# {edition}\n", "utf-8")

    return change


sending = st.builds(
    sent,
    st.sampled_from(ORGANIZATIONS),
    st.sampled_from(PERIODS),
    st.sampled_from([40, 42]),
    st.sampled_from([0, 2]),
    st.sampled_from([0, 0, 3]),
)
change = st.one_of(
    sending,
    sending,
    sending,
    st.builds(withdrawn, st.sampled_from(ORGANIZATIONS), st.sampled_from(PERIODS)),
    st.builds(renamed, st.sampled_from(["Một", "Hai"])),
    st.builds(reworded, st.sampled_from(["(chênh {difference})", ""])),
    st.builds(another_form, st.integers(1, 2)),
)


def run(home: Home, *, full: bool = False) -> None:
    """The stages before the warehouse, as `khoi run` calls them."""
    if full:
        take_away(home.lake)
    stages.receive(home, settle_seconds=0)
    stages.normalise(home)
    stages.check(home)
    stages.return_copies(home, full=full)


def tables(home: Home) -> dict[str, list[dict[str, object]]]:
    """Every table that says something of workbooks, by its file, in the order of its rows."""
    folders = ("normalised", "checked", "reference")
    paths = sorted(path for folder in folders for path in (home.lake / folder).rglob("*.parquet"))
    return {path.relative_to(home.lake).as_posix(): pq.read_table(path).to_pylist() for path in paths}


def copies(home: Home) -> dict[str, bytes]:
    """What lies in `returned/`, byte by byte."""
    paths = (path for path in home.returned.rglob("*") if path.is_file())
    return {path.relative_to(home.returned).as_posix(): path.read_bytes() for path in paths}


def without_empty(found: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """A partition whose last workbook went elsewhere holds an empty table; a full run never makes it."""
    return {name: rows for name, rows in found.items() if rows or name.startswith("checked/")}


@pytest.mark.long
@seed(12)
@settings(max_examples=4, deadline=None)
@given(st.lists(change, min_size=3, max_size=5))
def test_incremental_equals_full_for_lake_and_returned_copies(history: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        deployment = Deployment(Path(folder) / "khoi")
        for step in [sent("ZZ-001", "2021H1", 40, 2, 3), *history]:
            step(deployment)
            run(deployment.home)
        other = Home(Path(folder) / "other")
        shutil.copytree(deployment.home.root, other.root)
        run(other, full=True)
        assert without_empty(tables(deployment.home)) == without_empty(tables(other))
        mine = copies(deployment.home)
        assert mine == copies(other)
        assert mine


@pytest.mark.long
def test_a_full_run_writes_every_copy_again_and_a_run_without_a_change_none(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "khoi")
    deployment.write("ZZ-001", "2021H1", 40, 2, CLOSE=45)
    run(deployment.home)
    assert stages.return_copies(deployment.home).written == 0
    damaged = next(deployment.home.returned.rglob("*.xlsx"))
    damaged.write_bytes(b"")
    assert stages.return_copies(deployment.home).written == 0  # who looks at the bytes asks for a full run
    assert stages.return_copies(deployment.home, full=True).written == 1
    assert damaged.stat().st_size
    assert json.loads((deployment.home.returned / "manifest.json").read_bytes())
