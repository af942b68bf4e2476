"""Forms, registers and rules are kept as they were read, for as long as nothing they came from says otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from khoi_deployment import Deployment

from ingest.catalogue import CatalogueError
from ingest.register_cells import register_observations
from khoi.deployment import prepared as keeping
from khoi.deployment.home import Home
from khoi.deployment.prepared import Prepared, keep_derived, prepared
from quality.beside import looked_at
from quality.catalogue import RuleError

pytestmark = pytest.mark.long


@pytest.fixture
def home(deployment: Deployment) -> Home:
    deployment.home.create()
    return deployment.home


@pytest.fixture
def read_anew(monkeypatch: pytest.MonkeyPatch) -> Callable[[Home], tuple[Prepared, bool]]:
    """What is prepared, and whether the rules were read for it."""
    reads: list[Path] = []
    load = keeping.load_rules

    def counted(*told):  # type: ignore[no-untyped-def]
        reads.append(told[-1])
        return load(*told)

    monkeypatch.setattr(keeping, "load_rules", counted)

    def ask(home: Home) -> tuple[Prepared, bool]:
        reads.clear()
        return prepared(home), bool(reads)

    return ask


def place(home: Home) -> Path:
    return home.lake / "reference" / "prepared.bin"


def same(one: Prepared, other: Prepared) -> bool:
    tables, others = one.reference.as_declared(), other.reference.as_declared()
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, others[name])
    return (one.catalogue, one.rules) == (other.catalogue, other.rules) and tables.keys() == others.keys()


def test_what_was_read_once_is_taken_up_as_it_was(home: Home, read_anew: Callable) -> None:
    first, anew = read_anew(home)
    assert anew
    again, anew = read_anew(home)
    assert not anew
    assert same(first, again)


@pytest.mark.parametrize(
    "changed",
    [
        "forms/30_member_status.yaml",
        "rules/ours.yaml",
        "seeds/organizations.csv",
        "seeds/corrections.csv",
        "layouts/note.txt",
    ],
)
def test_a_changed_declaration_is_read(home: Home, read_anew: Callable, changed: str) -> None:
    read_anew(home)
    path = home.config / changed
    shared = keeping.product_path("ingest") / changed
    path.parent.mkdir(exist_ok=True)
    content = path.read_text("utf-8") if path.exists() else shared.read_text("utf-8") if shared.exists() else ""
    if path.name == "ours.yaml":
        content = "topic: members\nrules: []\n"
    path.write_text(content + "\n", "utf-8")
    assert read_anew(home)[1]
    assert not read_anew(home)[1]
    path.unlink()
    if path.suffix != ".csv":
        assert read_anew(home)[1]


def test_what_a_check_derived_is_taken_up_as_well_once(home: Home, read_anew: Callable) -> None:
    first, _ = read_anew(home)
    before = first.derived  # reading derives as well
    told = register_observations(first.reference)
    kinds = looked_at(first.rules, first.catalogue, first.reference)
    keep_derived(home, first, before)
    again, anew = read_anew(home)
    assert not anew
    assert same(first, again)
    # What other rooms derived from the same objects, other tests for instance, does not go along.
    assert again.derived == {name for name in first.derived if name.startswith(("ingest.", "quality."))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quality.beside.form_cells", None)  # nothing is derived again
        assert looked_at(again.rules, again.catalogue, again.reference) == kinds
    pd.testing.assert_frame_equal(register_observations(again.reference), told)
    stamp = place(home).stat().st_mtime_ns
    keep_derived(home, again, again.derived)
    assert place(home).stat().st_mtime_ns == stamp, "nothing more is known"


def test_what_was_derived_from_other_declarations_is_not_kept(home: Home, read_anew: Callable) -> None:
    first, _ = read_anew(home)
    looked_at(first.rules, first.catalogue, first.reference)
    path = home.config / "seeds" / "organizations.csv"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    content = place(home).read_bytes()
    keep_derived(home, first, frozenset())
    assert place(home).read_bytes() == content


@pytest.mark.parametrize("position", [0, 40, 70, -1])
def test_a_flipped_bit_is_noticed_and_the_rest_is_read_again(home: Home, read_anew: Callable, position: int) -> None:
    first, _ = read_anew(home)
    content = bytearray(place(home).read_bytes())
    whole = bytes(content)
    content[position] ^= 4
    place(home).write_bytes(content)
    again, anew = read_anew(home)
    assert anew
    assert same(first, again)
    assert place(home).read_bytes()[:32] == whole[:32]
    assert not read_anew(home)[1]


@pytest.mark.parametrize("content", [b"", b"\x80", b"x" * 64, b"x" * 200])
def test_what_is_no_such_file_is_not_taken_for_one(home: Home, read_anew: Callable, content: bytes) -> None:
    place(home).parent.mkdir(parents=True)
    place(home).write_bytes(content)
    assert read_anew(home)[1]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of files here")
def test_what_another_user_could_have_written_is_not_run(home: Home, read_anew: Callable) -> None:
    read_anew(home)
    place(home).chmod(0o666)
    assert read_anew(home)[1]
    assert not place(home).stat().st_mode & 0o022
    place(home).parent.chmod(0o777)
    assert read_anew(home)[1]


def test_a_fault_is_told_every_time(home: Home) -> None:
    prepared(home)
    rules = home.config / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "ours.yaml").write_text("topic: members\nrules: [{id: X}]\n", "utf-8")
    for _ in range(2):
        with pytest.raises(RuleError, match=r"ours\.yaml"):
            prepared(home)
    (rules / "ours.yaml").unlink()
    (home.config / "forms" / "ours.yml").write_text("form: x\n", "utf-8")
    with pytest.raises(CatalogueError, match=r"ours\.yml"):
        prepared(home)


def test_where_there_is_no_lake_nothing_is_kept(home: Home, read_anew: Callable) -> None:
    home.lake.rmdir()
    assert read_anew(home)[1]
    assert not home.lake.exists()
    assert read_anew(home)[1]


def test_other_sources_read_for_themselves(home: Home, read_anew: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    read_anew(home)
    monkeypatch.setattr(keeping.pydantic, "VERSION", "0")
    assert read_anew(home)[1]
