"""The demo is a deployment like any other: its registers are its own, and sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.deployment import REGISTERS, create_demo_deployment, demo_reference
from demo.place import DemoPlace, NotForDemo
from ingest.reference import SEED_COLUMNS, SEEDS_DIR
from khoi.deployment import Home, create_deployment
from khoi.deployment.registers import judged


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder that is not there yet."""
    return Home(tmp_path / "demo")


def test_its_registers_are_sound() -> None:
    seeds = demo_reference()
    assert [one for one in judged(seeds, Path("no forms of its own")) if one.severity == "hard"] == []


def test_every_seed_is_either_shared_or_the_demos() -> None:
    shared, own = ({path.stem for path in folder.glob("*.csv")} for folder in (SEEDS_DIR, REGISTERS))
    assert shared | own == set(SEED_COLUMNS)
    assert shared.isdisjoint(own)


def test_its_parameters_come_after_those_of_everybody(home: Home) -> None:
    create_demo_deployment(home)
    written = (home.seeds / "rule_parameters.csv").read_text(encoding="utf-8")
    assert written.startswith((SEEDS_DIR / "rule_parameters.csv").read_text(encoding="utf-8"))
    own = home.reference()["rule_parameters"].dropna(subset="committee_code")
    assert list(own[["parameter", "committee_code", "value"]].itertuples(index=False, name=None)) == [
        ("rating_cap_base", "TV", "HTT_PLUS")
    ]


def test_a_demo_from_before_it_had_registers_gets_them_and_keeps_its_inbox(home: Home) -> None:
    home.create()
    (home.inbox / "biểu.xlsx").write_bytes(b"kept")
    (home.root / ".demo.json").write_text('{"complete": true}', encoding="utf-8")
    DemoPlace.take(home).fill()
    assert set(home.reference()["committees"]["committee_code"]) >= {"LD", "TH", "TV"}
    assert (home.inbox / "biểu.xlsx").read_bytes() == b"kept"


def test_starting_over_gives_it_its_registers_anew_and_looking_again_does_not(home: Home) -> None:
    place = DemoPlace.take(home)
    register = home.seeds / "organizations.csv"
    planned = register.read_bytes()
    register.write_bytes(planned.replace(b"LD-001", b"LD-999"))
    DemoPlace.take(home)
    assert b"LD-999" in register.read_bytes()
    place.empty()
    assert register.read_bytes() == planned


def test_it_never_takes_a_committees_deployment(home: Home) -> None:
    create_deployment(home)
    with pytest.raises(NotForDemo, match="KHOI_HOME"):
        DemoPlace.take(home)
