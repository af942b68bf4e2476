"""When a build may start from the last publication, and that a part of a build is never taken for a whole one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from khoi_deployment import Deployment
from small_build import small_build

from ingest.lake.files import seal
from khoi.deployment.fingerprint import SENT, Fingerprints, InputKind
from khoi.deployment.home import Home
from khoi.deployment.recorded import build_inputs, write_inputs
from khoi.warehouse.build import _begin_with
from khoi.warehouse.publish import publish
from khoi.warehouse.start import base_of
from khoi.warehouse.versions import published_file

BEFORE: Fingerprints = {str(kind): "as it was" for kind in InputKind}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One small publication that rests on `BEFORE`."""
    home = Deployment(tmp_path / "khoi").home
    home.create()
    small_build(home, 1)
    write_inputs(build_inputs(home), BEFORE)
    publish(home)
    return home


@pytest.mark.parametrize("kind", list(InputKind))
def test_only_what_was_sent_may_differ(home: Home, kind: InputKind) -> None:
    base = base_of(home, {**BEFORE, kind: "changed"})
    assert base == (published_file(home) if kind in SENT else None)


def test_a_kind_that_the_publication_did_not_record_may_have_changed(home: Home) -> None:
    assert base_of(home, {**BEFORE, "a kind of a later edition": "x"}) is None


def test_a_damaged_publication_or_record_is_nothing_to_start_from(home: Home) -> None:
    published = published_file(home)
    assert published is not None
    manifest = next(home.published.glob("*/manifest.json"))
    kept = manifest.read_bytes()
    manifest.write_bytes(b"{")
    assert base_of(home, BEFORE) is None
    manifest.write_bytes(kept)
    assert base_of(home, BEFORE) == published
    content = bytearray(published.read_bytes())
    content[-1] ^= 1
    published.write_bytes(content)
    assert base_of(home, BEFORE) is None


def test_nothing_published_is_nothing_to_start_from(tmp_path: Path) -> None:
    assert base_of(Deployment(tmp_path / "khoi").home, BEFORE) is None


def test_what_follows_from_tables_that_are_the_same_is_not_chosen(home: Home) -> None:
    """By the sums beside the tables of the check, and by what the last build wrote down of them."""
    base, checked = published_file(home), home.lake / "checked"
    assert base is not None
    for name in ("corrections", "findings", "submission_states"):
        checked.mkdir(parents=True, exist_ok=True)
        (checked / f"{name}.parquet").write_bytes(name.encode())
        seal(checked / f"{name}.parquet")

    def chosen() -> set[str]:
        told = _begin_with(home, base)
        return {one for one in told if one.startswith("source:")}

    every = chosen()
    assert every >= {f"source:lake.{name}+" for name in ("corrections", "findings", "submissions", "observations")}
    with duckdb.connect(str(base)) as connection:
        connection.execute("create table build.sources as select 'findings' as name, 'another' as content_sum")
        connection.execute(
            "insert into build.sources select 'corrections', content from read_text(?)",
            [str(checked / "corrections.parquet.sha256")],
        )
    assert every - chosen() == {"source:lake.corrections+"}
    (checked / "corrections.parquet.sha256").unlink()
    assert chosen() == every, "where nobody can say, it is asked"
