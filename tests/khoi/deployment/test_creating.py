"""Making a deployment: what it starts with, what it shares, what an interruption leaves."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from ingest.reference import SeedError
from khoi import stages
from khoi.deployment import Home, create_deployment


def test_a_new_deployment_has_no_row_of_any_committee(tmp_path: Path) -> None:
    home = Home(tmp_path / "moi")
    create_deployment(home)
    for name, table in home.reference().tables.items():
        if "committee_code" in table:
            assert table["committee_code"].isna().all(), name
    for own in ("published_figures", "figure_definitions", "published_checks", "targets", "corrections"):
        assert home.reference()[own].empty


def test_a_shared_list_that_the_deployment_does_not_keep_is_the_products(deployment: Deployment) -> None:
    kept = deployment.home.reference()["codes"]
    (deployment.home.seeds / "codes.csv").unlink()
    assert deployment.home.reference()["codes"].equals(kept)
    (deployment.home.seeds / "organizations.csv").unlink()
    with pytest.raises(SeedError, match="organization_code,committee_code,"):
        deployment.home.reference()


def _power_cut(source: Path, target: Path) -> None:
    raise OSError("power cut")


def test_an_interrupted_init_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "moi")
    with monkeypatch.context() as patched:
        patched.setattr("khoi.deployment.create.move", _power_cut)
        with pytest.raises(OSError, match="power cut"):
            create_deployment(home)
    assert not home.seeds.exists()
    create_deployment(home)
    assert set(home.reference().tables) == {path.stem for path in home.seeds.glob("*.csv")}


def test_a_deployment_is_made_from_python_without_loading_anything_heavy() -> None:
    probe = "import sys; from khoi.deployment import Home, create_deployment; print('pandas' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_was_sent_is_its_owners_only(deployment: Deployment) -> None:
    deployment.write("ZZ-001", "2021H1", 20, 2)
    stages.run(deployment.home, settle_seconds=0)
    root = deployment.home.root
    others = stat.S_IRWXG | stat.S_IRWXO
    assert [path.name for path in (root, *root.iterdir()) if path.is_dir() and path.stat().st_mode & others] == []
    landed = [path for path in deployment.home.landed.glob("??/*") if path.is_file()]
    assert landed
    assert [path for path in landed if path.stat().st_mode & (others | stat.S_IWUSR)] == []
