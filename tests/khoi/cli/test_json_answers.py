"""Every command with --json leaves one JSON text on standard output and nothing else, whatever DuckDB takes us for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from asked_commands import ASKED
from khoi_deployment import Deployment
from typer.testing import CliRunner

from ingest.lake import FINDING_HISTORY, read_tables
from khoi.cli import app
from khoi.deployment.home import Home

NOT_ASKED = {"demo", "audit"}
"""The demo takes minutes and has its test; a report in prose is asked in tests of the audit."""


def commands() -> Iterator[tuple[str, object]]:
    """Every command that takes --json, by its name."""

    def walk(group: object, before: str) -> Iterator[tuple[str, object]]:
        for name, command in group.commands.items():  # type: ignore[attr-defined]
            if hasattr(command, "commands"):
                yield from walk(command, f"{before}{name} ")
            elif any("--json" in parameter.opts for parameter in command.params):
                yield f"{before}{name}", command

    return walk(typer.main.get_command(app), "")


@pytest.fixture(scope="module")
def home(published: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the published deployment, to be written into."""
    return Home(Path(shutil.copytree(published.home.root, tmp_path_factory.mktemp("json") / "khoi")))


def test_every_command_that_answers_in_json_is_asked_here() -> None:
    assert {name for name, _ in commands()} - set(ASKED) == set()


@pytest.mark.parametrize(
    "command",
    # A copy lies elsewhere, so its run builds everything anew.
    [pytest.param(name, marks=[pytest.mark.long] * (name == "run")) for name in sorted(set(ASKED) - NOT_ASKED)],
)
def test_nothing_but_json_reaches_standard_output(
    home: Home, command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    history = read_tables(home.lake / "checked", FINDING_HISTORY, "finding_history.parquet")
    soft = history.loc[history["severity"] == "soft", "finding_key"]
    places = {
        "out": str(tmp_path),
        "workbook": str(home.inbox / "ZZ-001_2021H1_1.xlsx"),
        "finding": str(soft.iloc[0]) if len(soft) else "none",
    }
    arguments = [part.format(**places).replace("select_1", "select 1") for part in ASKED[command].split()]
    result = CliRunner().invoke(app, [*command.split(), *arguments, "--json"], env={"KHOI_HOME": str(home.root)})
    assert capfd.readouterr().out == "", "written behind Python's back"
    if result.exit_code == 2:
        assert result.stdout == ""
        assert result.stderr.strip(), "what cannot be done is told on standard error"
    else:
        json.loads(result.stdout)
