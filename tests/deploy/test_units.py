"""Every unit file is well-formed, and each command in it is one that this khoi has."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from click import Command, Context

from khoi.cli import app

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
TASKS = sorted((DEPLOY / "windows").glob("*.xml"))
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def require_known(arguments: list[str]) -> None:
    """Raise what the command line would say of ``arguments`` before it does anything."""
    group = typer.main.get_command(app)
    name, *rest = arguments
    command: Command = group.commands[name]  # type: ignore[attr-defined]
    with Context(group, info_name="khoi") as parent:
        command.make_context(name, rest, parent=parent)


class UnitParser(configparser.RawConfigParser):
    """Names of systemd are written in large and small letters."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def unit(path: Path) -> configparser.RawConfigParser:
    read = UnitParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None, strict=True)
    read.read_string(path.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_of_systemd_is_well_formed_and_starts_a_command_that_is_there(path: Path) -> None:
    read = unit(path)
    assert read.has_option("Unit", "Description")
    if path.suffix == ".timer":
        assert (path.with_suffix(".service")).exists()
        return
    commands = [value for name, value in read.items("Service") if name.startswith("Exec")]
    assert commands
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "/opt/khoi/.venv/bin/khoi"
        require_known(arguments)


def test_the_service_stops_before_systemd_ends_it_by_force() -> None:
    from khoi.service.supervisor import GRACE_SECONDS

    service = unit(DEPLOY / "systemd" / "khoi-serve.service")
    assert int(service.get("Service", "TimeoutStopSec")) > GRACE_SECONDS
    assert service.get("Service", "KillMode") == "mixed"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_itself_finds_nothing_wrong(path: Path) -> None:
    said = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
    wrong = [line for line in said.stderr.splitlines() if path.name in line and "not executable" not in line]
    assert wrong == []


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.name)
def test_a_task_of_windows_is_well_formed_and_its_command_is_there(path: Path) -> None:
    task = ElementTree.parse(path).getroot()
    assert task.tag == f"{TASK}Task"
    assert [child.tag.removeprefix(TASK) for child in task] == [
        "RegistrationInfo",
        "Triggers",
        "Principals",
        "Settings",
        "Actions",
    ], "the order that the schema asks for"
    action = task.find(f"{TASK}Actions/{TASK}Exec")
    assert action is not None
    command = action.findtext(f"{TASK}Command", "")
    assert (DEPLOY / "windows" / command.rpartition("\\")[2]).exists()
    require_known(shlex.split(action.findtext(f"{TASK}Arguments", "")))
    for name in ("Interval", "Duration", "ExecutionTimeLimit", "Delay"):
        for one in task.iter(f"{TASK}{name}"):
            assert re.fullmatch(r"PT\d+[HMS]", str(one.text)), one.text


def test_the_command_file_of_windows_has_its_line_ends_and_hands_the_exit_code_on() -> None:
    content = (DEPLOY / "windows" / "khoi-task.cmd").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 0
    assert b"exit /b %ERRORLEVEL%" in content
    content.decode("ascii")


def test_lines_of_cron_are_lines_of_cron() -> None:
    lines = [line for line in (DEPLOY / "khoi.cron").read_text(encoding="utf-8").splitlines() if line]
    jobs = [line for line in lines if not line.startswith("#") and not re.match(r"[A-Z0-9_]+=", line)]
    assert len(jobs) == 3
    for line in jobs:
        *times, account, command = line.split(None, 6)
        assert len(times) == 5
        assert all(re.fullmatch(r"[\d*/,-]+", one) for one in times)
        assert account == "khoi"
        assert "%" not in command, "cron takes it for the end of a line"
        subprocess.run(["sh", "-n", "-c", command], check=True)
        asked = command.partition("bin/khoi ")[2].partition(" >>")[0]
        require_known(shlex.split(asked))


def test_the_image_copies_what_is_there_takes_only_known_sums_and_is_not_root() -> None:
    lines = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    assert steps[0][0] == "FROM"
    for instruction, rest in steps:
        if instruction == "COPY":
            *sources, _ = rest.split()
            assert [source for source in sources if not (ROOT / source).exists()] == []
        if instruction == "RUN":
            subprocess.run(["sh", "-n", "-c", rest], check=True)
    assert any("--require-hashes" in rest for instruction, rest in steps if instruction == "RUN")
    said = dict(steps)
    assert said["USER"] == "khoi"
    # Reading processes look into the folder they start in: where the sources lie they take them for the packages.
    assert said["WORKDIR"] == said["VOLUME"] == "/srv/khoi"
    assert any(rest.endswith("rm -r /opt/khoi/*") for instruction, rest in steps if instruction == "RUN")
    assert json.loads(said["ENTRYPOINT"]) == ["khoi"]
    require_known(json.loads(said["CMD"]))


def test_the_image_holds_all_that_the_wheel_is_made_of() -> None:
    import tomllib

    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    dockerfile = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    for package in wheel["targets"]["wheel"]["only-include"]:
        assert f"COPY {package} {package}" in dockerfile


def test_every_file_is_told_of_and_no_other() -> None:
    files = {path.relative_to(DEPLOY).as_posix() for path in DEPLOY.rglob("*") if path.is_file()} - {"README.md"}
    table = re.findall(r"^\| (`[^|]+) \|", (DEPLOY / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for row in table for name in re.findall(r"`([^`]+)`", row)} == files
