"""A late workbook does not have the others of its committee searched again; whatever a search rests on does."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from changing_lake import PERIODS, Change, Sent, World, corrected, merged, retyped, sent, set_to, withdrawn
from submitted_rows import Value, nothing_in

from ingest.catalogue import Catalogue
from ingest.lake import SUGGESTED
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.kept import suggested

WRONG = (("AA-1", "2022H1"), ("BB-1", "2022H1"))


@pytest.fixture(autouse=True)
def _nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quality.check_lake.waiting_files", lambda *given: set())


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> World:
    """Two committees of two organizations; one of each has sent a workbook that contradicts itself."""
    zeros: dict[str, Value] = nothing_in(catalogue, reference["codes"])
    world = World(tmp_path_factory.mktemp("world"), zeros, catalogue, rules)
    for organization in ("AA-1", "AA-2", "BB-1", "BB-2"):
        world.sent.append(Sent(organization, PERIODS[0], 1, 40, 2))
        world.sent.append(Sent(organization, PERIODS[1], 1, 42, 0, 3 if (organization, PERIODS[1]) in WRONG else 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quality.check_lake.waiting_files", lambda *given: set())
        world.check(world.write(), world.basis)
    return world


@pytest.fixture
def world(first: World, tmp_path: Path) -> World:
    return first.copied_to(tmp_path)


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The file versions that the localiser is asked about."""
    files: list[str] = []

    def asked(connection: object, records: pd.DataFrame, *given: object) -> object:
        files.extend(records["file_hash"])
        return search(connection, records, *given)  # type: ignore[arg-type]

    search = suggested.located
    monkeypatch.setattr(suggested, "located", asked)
    return files


def said_after(world: World, *changes: Change) -> None:
    for change in changes:
        change(world)
    world.check(world.write(), world.basis)


def file_of(world: World, organization: str) -> str:
    return next(one.file_hash for one in world.sent if (one.organization, one.period) == (organization, PERIODS[1]))


@pytest.mark.parametrize(
    "step",
    [
        sent("AA-2", "2022H1", 42, 2, 0),
        sent("AA-2", "2022H1", 42, 2, 5),
        sent("BB-2", "2022H1", 42, 2, 0),
        set_to(due="2022-06-30"),
        set_to(receiving="hỏng"),
    ],
)
def test_who_has_not_changed_is_not_searched_again(world: World, searched: list[str], step: Change) -> None:
    said_after(world, step)
    assert not {file_of(world, organization) for organization, _ in WRONG} & set(searched)
    world.checked()  # and says what a check of everything says


def corrected_itself(world: World) -> None:
    place = next(number for number, one in enumerate(world.sent) if one.wrong)
    corrected(place, 1)(world)


@pytest.mark.parametrize(
    "step",
    [
        corrected_itself,
        sent("AA-1", "2021H2", 40, 4, 0),
        merged("AA", 5),
        retyped("AA-1", "CBCS"),
        set_to(basis="b"),
    ],
)
def test_whatever_a_search_rests_on_has_it_searched_again(world: World, searched: list[str], step: Change) -> None:
    said_after(world, step)
    assert file_of(world, "AA-1") in searched
    world.checked()


def test_the_other_committee_is_not_searched_for_it(world: World, searched: list[str]) -> None:
    said_after(world, corrected_itself)
    assert file_of(world, "BB-1") not in searched


@pytest.mark.parametrize("harm", ["lost", "cut short", "of another", "no text"])
def test_what_is_lost_or_damaged_is_said_again(world: World, searched: list[str], harm: str) -> None:
    path = world.folder / "lake" / SUGGESTED
    content = path.read_bytes()
    if harm == "lost":
        path.unlink()
    elif harm == "of another":
        path.write_bytes(content.replace(b"C27", b"C28").replace(b"%", b"!"))
    else:
        path.write_bytes(content[:-9] if harm == "cut short" else b"\xff\xfe")
    said_after(world, sent("AA-2", "2022H1", 42, 2, 0))
    assert file_of(world, "AA-1") in searched
    world.checked()


def test_of_what_breaks_no_rule_any_more_nothing_is_kept(world: World) -> None:
    name = file_of(world, "AA-1")
    assert name in (world.folder / "lake" / SUGGESTED).read_text("utf-8")
    said_after(world, withdrawn(next(number for number, one in enumerate(world.sent) if one.file_hash == name)))
    assert name not in (world.folder / "lake" / SUGGESTED).read_text("utf-8")
