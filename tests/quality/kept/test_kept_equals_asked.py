"""What a check keeps of the last one is what asking everything would say, after any history of changes."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from changing_lake import (
    BEFORE_THE_END,
    COMMITTEES,
    NOT_DUE,
    ORGANIZATIONS,
    OVERDUE,
    PERIODS,
    Change,
    Sent,
    World,
    corrected,
    decided,
    handed_over,
    merged,
    moved,
    retyped,
    sent,
    set_to,
    withdrawn,
)
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from submitted_rows import Value, nothing_in

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality import check_lake as module
from quality.catalogue import RuleCatalogue


@pytest.fixture(autouse=True)
def _nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tables stand for what was normalised just now."""
    monkeypatch.setattr("quality.check_lake.waiting_files", lambda *given: set())


@pytest.fixture(scope="module")
def zeros(catalogue: Catalogue, reference: Reference) -> dict[str, Value]:
    return nothing_in(catalogue, reference["codes"])


organizations, places = st.sampled_from(ORGANIZATIONS), st.integers(0, 50)
sending = st.builds(
    sent,
    organizations,
    st.sampled_from(PERIODS),
    st.sampled_from([40, 42]),
    st.sampled_from([0, 2]),
    st.sampled_from([0, 0, 3]),
)
change = st.one_of(
    sending,
    sending,
    sending,
    st.builds(moved, organizations, organizations, st.sampled_from([2, 3]), st.sampled_from([0, 2])),
    st.builds(withdrawn, places),
    st.builds(decided, places),
    st.builds(corrected, places, st.integers(0, 1)),
    st.builds(merged, st.sampled_from(COMMITTEES), st.sampled_from([0, 2, 5])),
    st.builds(retyped, organizations, st.sampled_from(["DBCS", "CBCS"])),
    st.builds(handed_over, organizations, st.sampled_from(COMMITTEES)),
    st.sampled_from([set_to(day=day) for day in (BEFORE_THE_END, NOT_DUE, OVERDUE)]),
    st.sampled_from([set_to(due=day) for day in ("2022-06-30", "2022-07-20")]),
    st.sampled_from([set_to(basis=text) for text in ("a", "b")]),
    st.sampled_from([set_to(receiving=text) for text in ("hỏng", "hỏng nặng")]),
)


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory, zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue
) -> World:
    """The world of all tests, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quality.check_lake.waiting_files", lambda *given: set())
        return filled(tmp_path_factory.mktemp("world"), zeros, catalogue, rules)


@pytest.fixture
def world(first: World, tmp_path: Path) -> World:
    """Six organizations of three committees, both periods sent and checked once."""
    return first.copied_to(tmp_path)


def filled(folder: Path, zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue) -> World:
    """Six organizations of three committees that sent two periods, but one that sent nothing for the last."""
    world = World(folder, zeros, catalogue, rules)
    for organization in ORGANIZATIONS:
        world.sent.append(Sent(organization, PERIODS[0], 1, 40, 2))
        if organization != "CC-2":
            world.sent.append(Sent(organization, PERIODS[1], 1, 42, 0))
    asked = world.check(world.write(), world.basis).asked
    assert asked == (5, 5), "three committees, the files of nobody, the registers"
    return world


@pytest.mark.long
@seed(87)
@settings(max_examples=6, deadline=None)
@given(st.lists(change, min_size=2, max_size=5))
def test_after_any_history_every_table_is_what_asking_everything_says(
    zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue, history: list[Change]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = filled(Path(folder), zeros, catalogue, rules)
        for step in history:
            step(world)
            world.checked()


def asked_after(world: World, *changes: Change) -> int:
    """How many of five units are asked again after the ``changes``."""
    for step in changes:
        step(world)
    return world.checked().asked[0]


def test_nothing_is_asked_where_nothing_changed(world: World) -> None:
    assert asked_after(world) == 0
    assert asked_after(world, set_to(day=NOT_DUE + dt.timedelta(days=1))) == 0, "a day on which nothing ends"


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (sent("CC-2", "2022H1", 42, 2, 0), 1),
        (sent("AA-1", "2021H2", 40, 2, 3), 1),
        (withdrawn(0), 1),
        (corrected(0, 1), 2),
        (merged("BB", 5), 2),
        (retyped("BB-1", "CBCS"), 2),
        (moved("AA-1", "BB-1", 2, 3), 2),
        (handed_over("AA-1", "BB"), 2),
        (set_to(due="2022-06-30"), 2),
        (set_to(receiving="hỏng"), 1),
        (set_to(basis="b"), 5),
        (set_to(day=BEFORE_THE_END), 4),
        (set_to(day=OVERDUE), 4),
    ],
)
def test_what_changed_is_asked_again_and_little_else(world: World, step: Change, asked: int) -> None:
    """A line of a register asks the registers themselves as well; the rules and a day that ends a period, all."""
    assert asked_after(world, step) == asked


def test_who_is_spoken_of_otherwise_is_asked_again_though_nothing_of_it_changed(world: World) -> None:
    world.sent.append(Sent("AA-1", PERIODS[1], 2, 42, 0, 0, (("OUT", "BB-1", 2),)))
    world.sent.append(Sent("BB-1", PERIODS[1], 2, 42, 0, 0, (("IN", "AA-1", 2),)))
    assert asked_after(world) == 2
    world.sent.append(Sent("AA-1", PERIODS[1], 3, 42, 0, 0, (("OUT", "BB-1", 1),)))
    assert asked_after(world) == 2
    told = pq.read_table(world.folder / "lake" / "checked" / "findings.parquet").to_pandas()
    assert set(told.loc[told["engine"] == "counterpart", "organization_code"]) == {"AA-1", "BB-1"}


def test_an_explanation_that_was_accepted_asks_its_committee_again(world: World) -> None:
    world.sent.append(Sent("AA-1", PERIODS[1], 1, 42, 1))  # two files with one number
    assert asked_after(world) == 1
    rows = pd.read_parquet(world.folder / "lake" / "checked" / "findings.parquet")
    assert len(rows[(rows["severity"] == "soft") & rows["file_hash"].notna()])
    assert asked_after(world, decided(0)) == 1
    rows = pd.read_parquet(world.folder / "lake" / "checked" / "findings.parquet")
    assert (rows["outcome"] == "explained").sum() == 1
    assert asked_after(world) == 0


@pytest.mark.parametrize(
    ("name", "harm"),
    [("findings.parquet", "damaged"), ("counterpart_records.parquet", "lost"), ("kept.json", "damaged")],
)
def test_a_kept_table_that_is_lost_or_damaged_is_made_again(world: World, name: str, harm: str) -> None:
    path = world.folder / "lake" / "checked" / name
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] + b"\0" * 9)
    assert asked_after(world) == 5


def test_a_check_that_died_half_way_is_made_again_from_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent("AA-1", "2022H1", 42, 2, 0)(world)
    lake = world.write()
    written: list[str] = []

    def dies(folder: Path, table: tables.LakeTable, *rows: object) -> None:
        written.append(table.name)
        if len(written) == 4:
            raise OSError("mất điện")
        return keep(folder, table, *rows)

    keep = module.write_merged
    monkeypatch.setattr(module, "write_merged", dies)
    with pytest.raises(OSError, match="mất điện"):
        world.check(lake, world.basis)
    monkeypatch.setattr(module, "write_merged", keep)
    assert asked_after(world) == 5
