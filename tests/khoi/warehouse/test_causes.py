"""A changed input is named by its kind where two publications are compared, and takes the blame for what it changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from khoi_deployment import Deployment
from small_build import small_build

from ingest.reference import seed_file
from khoi.deployment.context import load_context
from khoi.deployment.fingerprint import InputKind, workbooks_fingerprint
from khoi.deployment.home import Home
from khoi.deployment.recorded import build_inputs, write_inputs
from khoi.figures.revisions import revisions
from khoi.warehouse.publish import publish


def published(home: Home, value: float, *, recorded: float | None = None) -> None:
    """A publication in which one cell and its measure say ``value``; the cell was ``recorded`` with another."""
    small_build(home, value, recorded=value if recorded is None else recorded)
    write_inputs(build_inputs(home), {**load_context(home).declared, InputKind.WORKBOOKS: workbooks_fingerprint(home)})
    publish(home)


def changed(home: Home, name: str) -> None:
    path = home.config / name
    if name == "seeds/codes.csv" and not path.exists():
        shutil.copyfile(seed_file(home.seeds, "codes"), path)
    text = path.read_text("utf-8") if path.exists() else ""
    added = {"seeds/codes.csv": "sector,S99,Ngành mới,New sector,,,99,2010-01-01,,Quy định\n"}.get(name, "x: 1\n")
    path.write_text(text + added, "utf-8")


@pytest.mark.parametrize(
    ("name", "kind", "cause"),
    [("seeds/codes.csv", InputKind.DEFINITIONS, "definitions"), ("decisions.csv", InputKind.DECISIONS, "code")],
)
def test_a_file_read_otherwise_is_put_down_to_what_changed(
    deployment: Deployment, name: str, kind: InputKind, cause: str
) -> None:
    home = deployment.home
    published(home, 10)
    changed(home, name)
    published(home, 12)
    found = revisions(home, "previous", "current")
    assert found.changed == (kind,)
    (revision,) = found.revisions
    assert {part.part: part.value for part in revision.parts} == {cause: 2}


def test_what_no_cell_explains_is_put_down_to_what_changed(deployment: Deployment) -> None:
    home = deployment.home
    published(home, 10)
    changed(home, "seeds/codes.csv")
    published(home, 12, recorded=10)
    (revision,) = revisions(home, "previous", "current").revisions
    assert {part.part: part.value for part in revision.parts} == {"definitions": 2}


def test_what_is_saved_after_the_check_is_no_input_of_that_publication(deployment: Deployment, tmp_path: Path) -> None:
    home = deployment.home
    published(home, 10)
    small_build(home, 10, recorded=10)
    write_inputs(build_inputs(home), {**load_context(home).declared, InputKind.WORKBOOKS: workbooks_fingerprint(home)})
    changed(home, "seeds/codes.csv")  # dbt is running
    publish(home)
    assert revisions(home, "previous", "current").changed == ()
    published(home, 10)
    assert revisions(home, "previous", "current").changed == (InputKind.DEFINITIONS,)
