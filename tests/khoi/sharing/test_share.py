"""The folder that is handed out says the same in three formats, holds no masked number, and is recorded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from khoi_deployment import Deployment
from shared_marts import Organization, shared_marts
from typer.testing import CliRunner

from khoi.backup.owned import owned_files
from khoi.cli import app
from khoi.deployment.home import Home
from khoi.exports.workbook_file import FIGURES_SHEET
from khoi.sharing.files import write_files
from khoi.sharing.layer import read_layer
from khoi.sharing.record import DamagedShare, earlier_shares
from khoi.sharing.share import Shared, share

BELOW = 30
"""High enough for the two organizations of the deployment to have masked figures of every kind."""


@pytest.fixture(scope="module")
def home(published: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(Path(shutil.copytree(published.home.root, tmp_path_factory.mktemp("sharing") / "khoi")))


@pytest.fixture(scope="module")
def first(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    return share(home, tmp_path_factory.mktemp("out") / "chia sẻ", BELOW)


def figures(shared: Shared) -> pd.DataFrame:
    return pd.read_parquet(Path(shared.folder) / "figures.parquet")


def test_every_format_says_the_same(first: Shared) -> None:
    folder = Path(first.folder)
    parquet, csv = figures(first), pd.read_csv(folder / "figures.csv")
    assert len(parquet) == len(csv) == first.figures > 0
    assert parquet["masked"].sum() == csv["masked"].sum() == first.masked > 0
    assert (parquet["value"].fillna(-1) - csv["value"].fillna(-1)).abs().max() < 1e-9
    sheet = openpyxl.load_workbook(folder / "figures.xlsx", read_only=True)[FIGURES_SHEET]
    assert sum(1 for _ in sheet.iter_rows(min_row=2)) == first.figures


def test_a_masked_figure_has_no_number_and_a_small_count_is_masked(first: Shared) -> None:
    found = figures(first)
    assert found.loc[found["masked"], "value"].isna().all()
    counts = found[(found["unit_en"] == "members") & ~found["measure_code"].isin(["members_growth"])]
    shown = counts.loc[~counts["masked"] & ~counts["measure_code"].str.contains("net"), "value"]
    assert not shown.between(1, BELOW - 1).any()


def test_a_ratio_stands_only_where_both_its_sides_do(tmp_path: Path) -> None:
    reported = ((6, 0, 30, 0, 0, 0), (0, 0, 2, 0, 0, 0))
    connection = shared_marts([Organization(1, "AA", (0, 1), 54, reported)])
    layer = read_layer(connection)
    masked = frozenset({("committee", "AA", "2021H2", "", "women")})
    write_files(Home(tmp_path / "khoi"), connection, layer, masked, tmp_path, 5)
    found = pd.read_parquet(tmp_path / "figures.parquet")
    ratios = found[found["measure_code"] == "women_pct"].set_index("period_code")
    assert ratios.loc["2021H1", ["value", "masked"]].tolist() == [50.0, False]
    assert pd.isna(ratios.loc["2021H2", "value"])
    assert ratios.loc["2021H2", "masked"]


def test_no_row_is_of_an_organization(first: Shared, home: Home) -> None:
    organizations = pd.read_csv(home.seeds / "organizations.csv")["organization_code"]
    assert not set(figures(first).astype(str).stack()) & set(organizations)


def test_the_readme_tells_threshold_and_publication(first: Shared) -> None:
    text = (Path(first.folder) / "README.txt").read_text(encoding="utf-8")
    assert f"ngưỡng / threshold: {BELOW}" in text
    assert f"Lần công bố / publication: {first.number}" in text


def test_shared_again_it_says_the_same_and_is_recorded_once(first: Shared, home: Home, tmp_path: Path) -> None:
    again = share(home, tmp_path, BELOW)
    assert (again.share, again.masked) == (first.share, first.masked)
    for name in ("figures.csv", "figures.parquet"):
        assert (tmp_path / name).read_bytes() == (Path(first.folder) / name).read_bytes()
    assert len(earlier_shares(home)) == 1
    assert any(file.name == "config/shares/0001/share.json" for file in owned_files(home))


def test_a_lower_threshold_later_shows_nothing_that_was_masked(first: Shared, home: Home, tmp_path: Path) -> None:
    copy = Home(Path(shutil.copytree(home.root, tmp_path / "khoi")))
    later = share(copy, tmp_path / "out", 2)
    assert figures(later)["masked"].tolist() == figures(first)["masked"].tolist()


def test_a_damaged_record_stops_sharing_and_is_named(first: Shared, home: Home, tmp_path: Path) -> None:
    copy = Home(Path(shutil.copytree(home.root, tmp_path / "khoi")))
    (copy.config / "shares" / "0001" / "cells.parquet").write_bytes(b"")
    with pytest.raises(DamagedShare, match="0001"):
        share(copy, tmp_path / "out", BELOW)
    assert not (tmp_path / "out").exists()


def test_the_command_leaves_a_line_in_the_log_of_reads(home: Home, tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        app, ["--home", str(home.root), "share", "-o", str(tmp_path / "a"), "--below", str(BELOW), "--json"]
    )
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["below"] == BELOW
    line = json.loads((home.logs / "access.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (line["command"], line["asked"]) == ("share", f"below={BELOW}")


def test_a_threshold_that_masks_nothing_is_refused(home: Home, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["--home", str(home.root), "share", "-o", str(tmp_path), "--below", "1"])
    assert ran.exit_code == 2
