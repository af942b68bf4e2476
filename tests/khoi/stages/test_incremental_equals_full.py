"""After any history of changes, what runs made of what changed is what one run over everything makes."""

from __future__ import annotations

import datetime as dt
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
from khoi_deployment import PERIODS, Deployment

from ingest.lake import take_away
from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.deployment.product import product_path
from khoi.exchange.withdrawals import CannotWithdraw, withdraw
from quality.submissions.decisions import Decision, append_decision

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


def corrected(organization: str, value: int) -> Change:
    """A figure of the first period counts as another by decision."""

    def change(deployment: Deployment) -> None:
        path = deployment.home.seeds / "corrections.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        subject = {"committee_code": organization[:2], "organization_code": organization, "period_code": PERIODS[0]}
        told = {"cell_code": "membership_structure.FEMALE", "expected_old": "0", "new_value": str(value)}
        why = {"reason": "thử", "by_role": "Chuyên viên", "decided_on": "2021-07-30", "expires": EXPIRES}
        row = {"correction_id": f"Q{len(rows)}", **subject, **told, **why}
        pd.concat([rows, pd.DataFrame([row])]).reindex(columns=rows.columns).to_csv(path, index=False)

    return change


def due(committee: str, day: str) -> Change:
    """A committee's workbooks are due on another day."""

    def change(deployment: Deployment) -> None:
        path = deployment.home.seeds / "reporting_periods.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows.loc[rows["committee_code"] == committee, "due_on"] = day
        rows.to_csv(path, index=False)

    return change


def explained(place: int) -> Change:
    """A reviewer accepts the explanation of a soft finding, if there is one."""

    def change(deployment: Deployment) -> None:
        path = deployment.home.lake / "checked" / "findings.parquet"
        soft = [row for row in pq.read_table(path).to_pylist() if row["severity"] == "soft" and row["file_hash"]]
        if soft:
            row = soft[place % len(soft)]
            subject = (row["committee_code"], row["organization_code"], row["period_code"], row["period_code"])
            told = ("2021-08-01", "accept", row["finding_key"], row["rule_id"], *subject, row["observed"] or "", "VP")
            append_decision(deployment.home.decisions, Decision(*told))

    return change


def on(day: dt.date) -> Change:
    """The clock goes on, or back."""
    return lambda deployment: setattr(deployment, "day", day)


COMMITTEES = ("YY", "ZZ")
ORGANIZATIONS = tuple(f"{committee}-{number}" for committee in COMMITTEES for number in ("001", "002"))
EXPIRES = "2022-01-31"
DAYS = (dt.date(2021, 7, 5), dt.date(2022, 1, 10), dt.date(2022, 3, 1))
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
    st.builds(corrected, st.sampled_from(ORGANIZATIONS), st.integers(0, 1)),
    st.builds(due, st.sampled_from(COMMITTEES), st.sampled_from(["2021-07-01", "2099-01-20"])),
    st.builds(explained, st.integers(0, 9)),
    st.builds(on, st.sampled_from(DAYS)),
)


def run(home: Home, *, full: bool = False, day: dt.date | None = None) -> None:
    """The stages before the warehouse, as `khoi run` calls them on a ``day``."""
    if full:
        take_away(home.lake)
    context = load_context(home, day)
    stages.receive(home, context=context, settle_seconds=0)
    stages.normalise(home, context=context)
    stages.check(home, context=context)
    stages.return_copies(home, context=context, full=full)


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
        deployment = Deployment(Path(folder) / "khoi", committees=COMMITTEES)
        deployment.day = DAYS[1]
        for step in [sent("ZZ-001", "2021H1", 40, 2, 3), *history]:
            step(deployment)
            run(deployment.home, day=deployment.day)
        other = Home(Path(folder) / "other")
        shutil.copytree(deployment.home.root, other.root)
        run(other, full=True, day=deployment.day)
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
