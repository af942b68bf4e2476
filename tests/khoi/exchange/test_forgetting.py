"""`khoi forget`: a received file is gone from every place the deployment keeps, and the record of it holds no name."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from built_once import Resettable
from khoi_deployment import Deployment

from ingest.deciding_roles import UnknownRole
from ingest.lake import SUBMISSION_STATES, SUBMISSIONS, read_tables
from ingest.receive import ArrivalTerms, ReceiveReport, erasing
from ingest.receive.receipts import Receipts
from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.exchange.erasures import CannotForget, forget, forget_in_publications, forgotten
from khoi.exchange.received import NotReceived
from khoi.exchange.withdrawals import withdraw
from khoi.pending import pending

pytestmark = pytest.mark.long

MONDAY = dt.datetime(2021, 7, 5, 2, tzinfo=dt.UTC)
ROLE = {"by": "Phó trưởng phòng", "reason": "có danh sách đảng viên kèm họ tên"}
NAME = "ho-so-Le-Van-Thu.xlsx"
SECONDS = float(os.environ.get("KHOI_FAULTS_SECONDS", "20"))
SEED = int(os.environ.get("KHOI_FAULTS_SEED", str(time.time_ns() % 10_000)))
LEAST = 3


def take(home: Home) -> ReceiveReport:
    """A pass: received, normalised, checked, copies written."""
    report = stages.receive(home, settle_seconds=0, workers=1, terms=ArrivalTerms(clock=lambda: MONDAY))
    stages.normalise(home)
    stages.check(home)
    stages.return_copies(home)
    return report


def hash_of(home: Home, name: str) -> str:
    known = read_tables(home.lake / "submissions", SUBMISSIONS)
    return str(known.loc[known["file_name"] == name, "file_hash"].iloc[0])


def kept_of(home: Home, *words: str) -> list[str]:
    """The files below the home, the inbox apart, whose name or content holds one of ``words``; Parquet by its cells."""
    found = []
    for path in sorted(home.root.rglob("*")):
        if not path.is_file() or home.inbox in path.parents or path.name == "inbox_index.json":
            continue
        content = str(pq.read_table(path).to_pydict()).encode() if path.suffix == ".parquet" else path.read_bytes()
        if any(word.encode() in content or word in path.name for word in words):
            found.append(path.relative_to(home.root).as_posix())
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Resettable]:
    """A workbook that contradicts itself, under a person's name; one that is fine; a mail's two."""
    place = tmp_path_factory.mktemp("forgetting")
    deployment = Deployment(place / "khoi")
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2, CLOSE=43).rename(home.inbox / NAME)
    deployment.write("ZZ-002", "2021H1", 30, 0).rename(home.inbox / "khác.xlsx")
    inside = [deployment.write("ZZ-001", "2021H2", 22, 1), deployment.write("ZZ-002", "2021H2", 30, 1)]
    with zipfile.ZipFile(home.inbox / "gửi.zip", "w") as archive:
        for path in inside:
            archive.write(path, path.name)
    inside[0].unlink()  # the second came by itself as well
    take(home)
    return home, Resettable(home.root, place / "kept")


@pytest.fixture
def home(made: tuple[Home, Resettable]) -> Home:
    """The deployment as it was made."""
    home, whole = made
    whole.put_back()
    return home


def test_nothing_of_a_forgotten_file_is_left_but_its_hash_and_who_decided_why(home: Home) -> None:
    file_hash = hash_of(home, NAME)
    withdraw(home, NAME, by="Chuyên viên", reason="nhầm")
    withdraw(home, NAME, by="Chuyên viên", reason="không nhầm", undo=True)
    before = kept_of(home, file_hash, NAME, "Le-Van-Thu")
    assert {path.split("/")[0] for path in before} >= {"landed", "lake", "returned", "config"}
    told = forget(home, NAME, **ROLE)
    assert (told.file_hash, told.files, told.copies, told.in_inbox) == (file_hash, 1, 1, (NAME,))
    assert kept_of(home, NAME, "Le-Van-Thu") == []
    left = {path.split("/")[0] for path in kept_of(home, file_hash)}
    assert left == {"landed", "config"}, "the journal and the register of withdrawals name the hash"
    assert not list(home.landed.glob(f"*/{file_hash}*"))
    record = forgotten(home).iloc[0]
    assert (record["file_hash"], record["by_role"]) == (file_hash, "deputy_division_head")
    assert record["reason"] == ROLE["reason"]


def test_what_still_lies_in_the_inbox_is_told_and_never_taken_again(home: Home) -> None:
    file_hash = hash_of(home, NAME)
    forget(home, file_hash[:8], **ROLE)
    for _ in range(2):
        report = take(home)
        assert (report.new, [one.name for one in report.refused_files]) == (0, [NAME])
        assert "khoi forget" in report.refused_files[0].reason_vi
        assert kept_of(home, NAME) == []
        assert not list(home.landed.glob(f"*/{file_hash}*"))
    shutil.copy(home.inbox / NAME, home.inbox / "tên khác.xlsx")
    assert take(home).new == 0
    assert file_hash not in pending(home, load_context(home)).new
    states = read_tables(home.lake / "checked", SUBMISSION_STATES, "submission_states.parquet")
    assert file_hash not in set(states["file_hash"])
    assert len(states) == 4, "the others are as they were"


def test_a_file_is_forgotten_once_and_only_in_a_role_for_a_reason(home: Home) -> None:
    with pytest.raises(UnknownRole):
        forget(home, NAME, by="Lê Văn Thử", reason="x")
    with pytest.raises(CannotForget, match="empty"):
        forget(home, NAME, by="Chuyên viên", reason=" ")
    with pytest.raises(NotReceived):
        forget(home, "chưa có.xlsx", **ROLE)
    file_hash = hash_of(home, NAME)
    forget(home, NAME, **ROLE)
    for named in (file_hash[:10], NAME, str(home.inbox / NAME)):
        with pytest.raises(CannotForget, match="was forgotten on"):
            forget(home, named, **ROLE)
    assert len(Receipts.load(home.landed).erased) == 1


def test_an_archive_goes_with_what_came_in_it_but_not_with_what_came_by_itself_as_well(home: Home) -> None:
    known = read_tables(home.lake / "submissions", SUBMISSIONS)
    inside = known[known["file_name"].str.endswith("ZZ-001_2021H2_1.xlsx")]
    with pytest.raises(CannotForget, match=r"gửi\.zip"):
        forget(home, "ZZ-001_2021H2_1.xlsx", **ROLE)
    told = forget(home, "gửi.zip", **ROLE)
    assert (told.files, told.in_inbox) == (2, ("gửi.zip",))
    left = read_tables(home.lake / "submissions", SUBMISSIONS)
    assert sorted(left["file_name"]) == sorted([NAME, "ZZ-002_2021H2_1.xlsx", "khác.xlsx"])
    assert not list(home.landed.glob(f"*/{inside['file_hash'].iloc[0]}*"))
    sent_again = home.inbox / "lại.zip"
    with zipfile.ZipFile(home.inbox / "gửi.zip") as archive, zipfile.ZipFile(sent_again, "w") as other:
        other.writestr("ZZ-001_2021H2_1.xlsx", archive.read("ZZ-001_2021H2_1.xlsx"))
    take(home)
    left = read_tables(home.lake / "submissions", SUBMISSIONS)
    assert inside["file_hash"].iloc[0] not in set(left["file_hash"]), "nor in another archive"
    assert not list(home.landed.glob(f"*/{inside['file_hash'].iloc[0]}*"))


def test_a_forgetting_that_was_cut_off_is_finished_by_the_next_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_without_rows", dies)
        with pytest.raises(KeyboardInterrupt):
            forget(home, NAME, **ROLE)
    assert kept_of(home, NAME)
    take(home)
    assert kept_of(home, NAME) == []


class Death(BaseException):
    """The process is gone; nothing that catches errors catches this."""


def dying_before(number: int, patched: pytest.MonkeyPatch) -> list[str]:
    """Let the process die before its ``number``-th change of a name on the disk; returns the changes as they come."""
    changes: list[str] = []

    def counted(change: Callable[..., None]) -> Callable[..., None]:
        def made(path: str | Path, *others: object, **named: object) -> None:
            changes.append(f"{change.__name__} {Path(path).name}")
            if len(changes) == number:
                raise Death
            change(path, *others, **named)

        return made

    for name in ("replace", "unlink", "remove", "rmdir"):
        patched.setattr(os, name, counted(getattr(os, name)))
    return changes


def forgotten_until(home: Home, number: int) -> list[str]:
    """Forget, and die before the change of that number; returns the changes there were."""
    with pytest.MonkeyPatch.context() as patched:
        changes = dying_before(number, patched)
        with suppress(Death):
            forget(home, NAME, **ROLE)
    return changes


def test_a_forgetting_that_dies_anywhere_is_finished_by_the_next_run(
    home: Home, tmp_path: Path, tally: Callable[[str], None]
) -> None:
    """A name stayed in the journal for ever where the rows of its file were gone already."""
    withdrawn = Home(Path(shutil.copytree(home.root, tmp_path / "withdrawn")))
    withdraw(withdrawn, NAME, by="Chuyên viên", reason="nhầm")
    undisturbed = Home(Path(shutil.copytree(withdrawn.root, tmp_path / "undisturbed")))
    points = list(range(1, len(forgotten_until(undisturbed, 0)) + 1))
    assert len(points) > 10
    random.Random(SEED).shuffle(points)
    end, tried = time.monotonic() + SECONDS, 0
    for number in points:
        if tried >= LEAST and time.monotonic() > end:
            break
        dies = Home(Path(shutil.copytree(withdrawn.root, tmp_path / "khoi")))
        file_hash = hash_of(dies, NAME)
        told = f"died before {number}, {forgotten_until(dies, number)[-1]}, seed {SEED}"
        take(dies)
        if file_hash in Receipts.load(dies.landed).erased:
            assert kept_of(dies, NAME, "Le-Van-Thu") == [], told
            assert not list(dies.landed.glob(f"*/{file_hash}*")), told
        else:
            assert len(list(dies.landed.glob(f"*/{file_hash}*"))) == 1, f"{told}: not begun, so nothing is lost"
        shutil.rmtree(dies.root)
        tried += 1
    tally(f"faults: a forgetting died at {tried} of {len(points)} places, finished {tried} (seed {SEED})")


def test_publications_from_before_go_once_a_later_one_is_read(home: Home) -> None:
    def published(version: str, *, read: bool) -> None:
        (home.published / f"{version}.duckdb").write_bytes(b"x")
        if read:
            (home.published / "current").write_text(version)

    home.published.mkdir(exist_ok=True)
    published("20210701T000000000000", read=True)
    assert forget_in_publications(home) == []
    forget(home, NAME, **ROLE)
    assert forget_in_publications(home) == [], "people still read it"
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)).strftime("%Y%m%dT%H%M%S%f")
    published(later, read=True)
    assert forget_in_publications(home) == ["20210701T000000000000"]
    assert sorted(os.listdir(home.published)) == sorted([f"{later}.duckdb", "current"])
