"""What dbt is told and what it keeps names no place: a home may be moved, and part of it may lie behind a link."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from khoi.deployment.home import Home
from khoi.warehouse.build import dbt_command, dbt_environment, warehouse_file
from khoi.warehouse.project import project_folder


def test_what_dbt_keeps_of_a_parse_names_no_place(published: Deployment) -> None:
    home = published.home
    kept = (home.build / "target" / "partial_parse.msgpack").read_bytes()
    assert b"fct_membership_change" in kept
    assert str(home.root.parent).encode() not in kept, "nor that of the home of this run that was parsed first"


def test_a_home_that_was_moved_parses_nothing_anew(published: Deployment, tmp_path: Path) -> None:
    home = Home(tmp_path / "elsewhere" / "khoi")
    shutil.copytree(published.home.build, home.build)
    command = dbt_command(home, "parse")
    subprocess.run(command, cwd=project_folder(home), env=dbt_environment(home), check=True, capture_output=True)
    told = (home.logs / "dbt" / "dbt.log").read_text(encoding="utf-8")
    assert "Performance info" in told
    assert "partial parsing" not in told, "dbt says so where it has to parse all"


@pytest.mark.parametrize("linked", ["nothing", "build", "lake"])
def test_the_places_told_to_dbt_are_those_of_the_home(tmp_path: Path, linked: str) -> None:
    home = Home(tmp_path / "khoi")
    project_folder(home).mkdir(parents=True)
    home.lake.mkdir()
    if linked != "nothing":
        moved = tmp_path / "another disk" / "deep" / linked
        moved.parent.mkdir(parents=True)
        (home.root / linked).rename(moved)
        (home.root / linked).symlink_to(moved)
    warehouse_file(home).touch()
    told = dbt_environment(home)
    for name, place in (("KHOI_WAREHOUSE", warehouse_file(home)), ("KHOI_LAKE", home.lake)):
        assert not Path(told[name]).is_absolute()
        assert (project_folder(home).resolve() / told[name]).samefile(place)
