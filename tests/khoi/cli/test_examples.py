"""Every command has an example in its help, and every example does what it says."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import typer
from khoi_deployment import Deployment
from typer.testing import CliRunner

from ingest.lake import FINDING_HISTORY, read_tables
from khoi.cli import app
from khoi.cli.examples import EXAMPLES
from khoi.deployment.home import Home

pytestmark = pytest.mark.long

ELSEWHERE = {"demo": "tests/demo/test_whole_job.py", "serve": "tests/khoi/service"}
"""What takes minutes or never ends by itself, and where it runs."""
NAMES = {
    "TV": "ZZ",
    "2022H1": "2021H1",
    "2022H2": "2021H2",
    "/srv/khoi": "moi",
}
"""What the demo's names are exchanged for."""
TOLD_WHY_NOT = {"publications rollback"}
"""There is one publication here, and it is the one that is read."""


def commands() -> Iterator[tuple[str, typer.core.TyperCommand]]:
    def walk(group: object, before: str) -> Iterator[tuple[str, typer.core.TyperCommand]]:
        for name, command in group.commands.items():  # type: ignore[attr-defined]
            if hasattr(command, "commands"):
                yield from walk(command, f"{before}{name} ")
            else:
                yield f"{before}{name}", command

    return walk(typer.main.get_command(app), "")


COMMANDS = dict(commands())


@pytest.fixture(scope="module")
def office(published: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk: a copy of the published deployment, and the files that the examples name."""
    desk = tmp_path_factory.mktemp("desk")
    home = Home(Path(shutil.copytree(published.home.root, desk / "data")))
    for organization in ("ZZ-001", "ZZ-002"):
        shutil.copy(home.inbox / f"{organization}_2021H1_1.xlsx", desk / f"{organization}_2021H1.xlsx")
    (desk / "bao-cao.txt").write_text("Đến 30/6/2021, toàn Đảng bộ có 52 đảng viên.", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (("Mã", "Tên tổ chức", "Tổng số đảng viên"), ("ZZ-001", "Chi bộ ZZ-001", 22), ("ZZ-002", "x", 30)):
        book.active.append(row)
    book.save(desk / "mau-rieng.xlsx")
    return desk


def exchanged(example: str, desk: Path) -> list[str]:
    history = read_tables(desk / "data" / "lake" / "checked", FINDING_HISTORY, "finding_history.parquet")
    soft = history.loc[history["severity"] == "soft", "finding_key"].iloc[0]
    for theirs, ours in {**NAMES, "0123456789abcdef": soft}.items():
        example = example.replace(theirs, ours)
    program, *arguments = shlex.split(example)
    assert program == "khoi"
    return arguments


@pytest.mark.slow
@pytest.mark.parametrize("command", [name for name in EXAMPLES if name not in ELSEWHERE])
def test_every_example_runs(command: str, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office)
    for example in EXAMPLES[command]:
        result = CliRunner().invoke(app, exchanged(example, office), env={"KHOI_HOME": str(office / "data")})
        allowed = (2,) if command in TOLD_WHY_NOT else (0, 1)
        assert result.exit_code in allowed, f"{example}: {result.output}{result.exception!r}"
        assert result.exception is None or isinstance(result.exception, SystemExit), example


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example_of_its_command(command: str) -> None:
    assert EXAMPLES.get(command), f"khoi/cli/examples.py has none for `khoi {command}`"
    told = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})
    for example in EXAMPLES[command]:
        assert example in told.output
        assert f" {command}" in example
        options = {word.partition("=")[0] for word in shlex.split(example) if word.startswith("--")}
        known = {option for parameter in COMMANDS[command].params for option in parameter.opts}
        assert options - known <= {"--home"}


def test_no_example_is_of_a_command_that_is_not_there() -> None:
    assert set(EXAMPLES) == set(COMMANDS)
