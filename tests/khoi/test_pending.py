"""Whether there is work: one question, asked of the inbox, the lake, the inputs and what is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from built_once import Resettable
from khoi_deployment import Deployment
from small_build import small_build

from ingest.reference import seed_file
from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.deployment.recorded import build_inputs, write_inputs
from khoi.pending import Pending, pending, present_inputs, stamp_pages
from khoi.warehouse.pointer import point_at
from khoi.warehouse.publications import roll_back
from khoi.warehouse.publish import publish
from khoi.warehouse.versions import published_file, published_version

pytestmark = pytest.mark.long


def work(home: Home) -> Pending:
    return pending(home, load_context(home))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, Resettable]:
    """One workbook received, checked and - in a build of nothing - published with its pages."""
    place = tmp_path_factory.mktemp("pending")
    deployment = Deployment(place / "khoi")
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2)
    stages.receive(home, settle_seconds=0)
    stages.normalise(home)
    stages.check(home)
    small_build(home, 1)
    write_inputs(build_inputs(home), present_inputs(home, load_context(home)))
    publish(home)
    stamp_pages(home)
    return deployment, Resettable(home.root, place / "kept")


@pytest.fixture
def settled(made: tuple[Deployment, Resettable]) -> Deployment:
    """The deployment as it was made."""
    deployment, whole = made
    whole.put_back()
    return deployment


def test_a_new_deployment_has_something_to_publish(deployment: Deployment) -> None:
    found = work(deployment.home)
    assert found
    assert not found.is_published


def test_nothing_is_to_be_done_where_all_is_published(settled: Deployment) -> None:
    found = work(settled.home)
    assert not found, found.told()
    assert found.mark == work(settled.home).mark


def test_what_a_run_that_died_had_published_is_read_after_the_next_one(settled: Deployment) -> None:
    home = settled.home
    before = published_version(home)
    assert before is not None
    small_build(home, 2)
    write_inputs(build_inputs(home), present_inputs(home, load_context(home)))
    last = publish(home)
    point_at(home.published, before.version)
    assert not work(home).is_published
    stages.receive(home, settle_seconds=0)  # what every run begins with, of the command line and of Dagster
    assert published_version(home) == last, "what was in place is read, nothing is built again"
    left = work(home)
    assert left.is_published
    assert not left.is_publishing


def _arrives(deployment: Deployment) -> None:
    deployment.write("ZZ-002", "2021H1", 30, 0)


def _waits(deployment: Deployment) -> None:
    _arrives(deployment)
    stages.receive(deployment.home, settle_seconds=0)


def _saved(name: str, text: str) -> Callable[[Deployment], None]:
    def saves(deployment: Deployment) -> None:
        path = deployment.home.config / name
        if path.parent == deployment.home.seeds and not path.exists():
            shutil.copyfile(seed_file(path.parent, path.stem), path)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)

    return saves


def _lost(deployment: Deployment) -> None:
    (deployment.home.lake / "normalised" / "ZZ" / "2021H1" / "observations.parquet").unlink()


def _unpublished(deployment: Deployment) -> None:
    path = published_file(deployment.home)
    assert path is not None
    path.unlink()


def _flipped(deployment: Deployment) -> None:
    path = published_file(deployment.home)
    assert path is not None
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _without_pages(deployment: Deployment) -> None:
    (deployment.home.reports / "quality" / ".fingerprint").unlink()


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (_arrives, "tệp mới"),
        (_waits, "chờ kiểm tra"),
        (_saved("seeds/organizations.csv", "ZZ-003,ZZ,Chi bộ ba,CBCS,S1,KHONG,2010-01-01,,\n"), "register"),
        (_saved("seeds/codes.csv", "sector,S99,Ngành mới,New sector,,,99,2010-01-01,,Quy định\n"), "definitions"),
        (_saved("decisions.csv", "x\n"), "decisions"),
        (_saved("gate/own.yaml", "x: 1\n"), "gate"),
        (_lost, "normalised/ZZ/2021H1/observations.parquet"),
        (_unpublished, "chưa công bố"),
        (_flipped, "chưa công bố"),
        (_without_pages, "trang"),
    ],
)
def test_what_happens_is_work_and_is_told(
    settled: Deployment, happens: Callable[[Deployment], None], told: str
) -> None:
    before = work(settled.home)
    happens(settled)
    found = work(settled.home)
    assert found
    assert told in found.told()
    assert found.mark != before.mark or not found.has_pages


def test_going_back_to_an_earlier_publication_is_no_work_until_an_input_changes(settled: Deployment) -> None:
    home = settled.home
    small_build(home, 2)
    write_inputs(build_inputs(home), present_inputs(home, load_context(home)))
    publish(home)
    roll_back(home, "1", by="Ban Tổ chức", reason="thử")
    stamp_pages(home)
    assert not work(home), work(home).told()
    _saved("decisions.csv", "x\n")(settled)
    assert "decisions" in work(home).told()


def test_looking_changes_nothing(settled: Deployment) -> None:
    def contents() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in settled.home.root.rglob("*") if path.is_file()}

    before = contents()
    work(settled.home)
    assert contents() == before
