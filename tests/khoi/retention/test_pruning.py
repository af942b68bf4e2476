"""Retention per class: what is past its term goes, what is owned never does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from khoi_deployment import Deployment
from small_build import small_build
from typer.testing import CliRunner

from khoi.backup.owned import owned_files
from khoi.cli import app
from khoi.deployment import Home
from khoi.retention import RetentionError, load_terms, prune
from khoi.warehouse.publications import publications, roll_back
from khoi.warehouse.publish import publish

DAY = 86_400.0
NOW = 1_800_000_000.0


@pytest.fixture
def home(deployment: Deployment) -> Home:
    """Five publications, three of them whole; old and new logs; what a run left half-written."""
    home = deployment.home
    for number in range(1, 6):
        small_build(home, number)
        publish(home, f"f{number}")
    for name, days in (
        ("logs/dbt/dbt.log", 1),
        ("logs/dbt/dbt.log.1", 400),
        ("logs/gate.jsonl", 4000),
        ("logs/access.20200101T000000000000.jsonl", 400),
        ("logs/access.20260101T000000000000.jsonl", 100),
        ("landed/receipts/000001.jsonl", 4000),
        ("landed/ab/" + "ab" * 32 + ".xlsx", 4000),
        ("lake/cells/.a.parquet.12.tmp", 3),
        (".state.13.tmp", 0),
    ):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)
        os.utime(path, (NOW - days * DAY, NOW - days * DAY))
    return home


def names(home: Home) -> set[str]:
    return {path.relative_to(home.root).as_posix() for path in home.root.rglob("*") if path.is_file()}


def test_what_is_past_its_term_goes_and_nothing_else(home: Home) -> None:
    before, owned = names(home), owned_files(home)
    dry = prune(home, dry=True, now=NOW)
    assert names(home) == before, "a dry run only tells"
    assert prune(home, now=NOW) == dry
    access = "logs/access.20200101T000000000000.jsonl"
    assert before - names(home) == {"logs/dbt/dbt.log.1", "lake/cells/.a.parquet.12.tmp", access}
    assert {one.name: (one.files, one.size_bytes) for one in dry} == {
        "warehouses": (0, 0),
        "logs": (1, 10),
        "access": (1, 10),
        "unfinished": (1, 10),
    }
    assert owned_files(home) == owned


def test_the_command_removes_unless_it_is_asked_only_to_tell(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOI_HOME", str(home.root))
    old = home.root / "logs" / "dbt" / "dbt.log.1"
    os.utime(old, (0, 0))
    told = CliRunner().invoke(app, ["prune", "--dry-run"])
    assert (told.exit_code, old.exists()) == (0, True)
    assert "sẽ bỏ" in told.output
    done = CliRunner().invoke(app, ["prune"])
    assert (done.exit_code, old.exists()) == (0, False)
    assert "đã bỏ" in done.output


def test_a_deployment_sets_its_own_terms_and_what_is_read_stays(home: Home) -> None:
    (home.config / "retention.yaml").write_text("logs: 1000\nwarehouses: 1\n", encoding="utf-8")
    roll_back(home, "3", by="Ban Tổ chức", reason="công bố nhầm")
    told = {one.name: one for one in prune(home, now=NOW)}
    assert (told["logs"].files, told["warehouses"].files, told["warehouses"].kept) == (0, 1, 1)
    assert told["warehouses"].size_bytes > 10_000
    assert [one.number for one in publications(home) if one.is_whole] == [3, 5]
    assert len(publications(home)) == 5


@pytest.mark.parametrize("text", ["landed: 10", "logs: 0", "logs: x", "logs: [1", "- logs", "logs:\n  keep: 3"])
def test_terms_that_are_none_are_told_and_nothing_is_removed(home: Home, text: str) -> None:
    (home.config / "retention.yaml").write_text(text, encoding="utf-8")
    before = names(home)
    with pytest.raises(RetentionError, match=r"retention\.yaml.*logs"):
        prune(home, now=NOW)
    assert names(home) == before


def test_no_class_reaches_what_is_owned(home: Home) -> None:
    owned = {home.root / file.name for file in owned_files(home)}
    assert owned
    for name, term in load_terms(Path("nowhere")).items():
        reached = {path for pattern in term.paths for path in home.root.glob(pattern)}
        reached -= {path for pattern in term.exceptions for path in home.root.glob(pattern)}
        assert reached & owned == set(), name
