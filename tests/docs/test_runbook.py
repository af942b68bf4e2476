"""Every alarm of the product has its row in both runbooks, and no row tells of an alarm that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from khoi.cli.output import _told_errors
from khoi.doctor import CHECKS
from khoi.gate.suites import load_suites

ROOT = Path(__file__).resolve().parents[2]
RUNBOOKS = ("docs/runbook.md", "docs/runbook.vi.md")


def _classes(package: str) -> dict[str, set[str]]:
    """Class -> the names of what it derives from, of every module of a package."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return found


def told_errors() -> set[str]:
    """The errors that the command line tells in a sentence, and what derives from them."""
    known = {error.__name__ for error in _told_errors()}
    classes = {name: bases for package in ("ingest", "quality", "khoi") for name, bases in _classes(package).items()}
    while more := {name for name, bases in classes.items() if bases & known} - known:
        known |= more
    return known - {"Told"}


def asset_checks() -> set[str]:
    """The checks of the orchestration UI."""
    tree = ast.parse((ROOT / "orchestration" / "checks.py").read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(one, ast.Call) and ast.unparse(one.func).endswith("asset_check") for one in node.decorator_list
        )
    }


def expectations(tmp_path: Path) -> set[str]:
    return {expected.id for suite in load_suites(tmp_path) for expected in suite.expectations}


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_every_alarm_has_its_row_and_every_row_its_alarm(runbook: str, tmp_path: Path) -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / runbook).read_text(encoding="utf-8"), re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    alarms = set(CHECKS) | expectations(tmp_path) | asset_checks() | told_errors()
    assert alarms - set(told) == set(), "an alarm without a row: say what it means and what to do"
    assert set(told) - alarms == set(), "a row of an alarm that is no more"
    assert len(told) == len(set(told))


def test_the_alarms_are_found() -> None:
    assert {"GateClosed", "RegisterMistakes", "DamagedReceipts", "StillChanging"} <= told_errors()
    assert "publish_gate" in asset_checks()
    assert {"G101", "G502"} <= expectations(Path("nowhere"))
