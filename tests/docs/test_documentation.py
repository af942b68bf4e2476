"""What the documents claim: commands, targets, seeds, folders, decisions are told, and every link leads somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer.main

from ingest.reference import SEED_COLUMNS
from khoi.cli import app
from khoi.deployment.home import Home

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.vi.md")
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
DOCUMENTS = sorted(name for name in TRACKED if name.endswith(".md") and not name.startswith("dbt_project/"))


def text_of(name: str) -> str:
    """The text of a document."""
    return (ROOT / name).read_text(encoding="utf-8")


COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
OPTIONS = [
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("--") and option not in ("--json", "--help")
]


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_row_in_both_readmes(readme: str, command: str) -> None:
    assert re.search(rf"^\| `khoi {command}\b", text_of(readme), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_no_row_tells_of_a_command_that_is_not_there(readme: str) -> None:
    assert set(re.findall(r"^\| `khoi (\w+)", text_of(readme), re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=lambda value: str(value))
def test_every_option_stands_in_its_row(readme: str, command: str, option: str) -> None:
    (row,) = re.findall(rf"^\| `khoi {command}\b.*", text_of(readme), re.MULTILINE)
    assert option in row


def test_every_target_is_told() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    told = text_of("CONTRIBUTING.md") + text_of("README.md")
    assert {target for target in targets if f"make {target}" not in told} == set()


def test_every_seed_is_told() -> None:
    told = text_of("CONTRIBUTING.md")
    assert {name for name in SEED_COLUMNS if f"`{name}.csv`" not in told and name != "organizations"} == set()
    assert "`organizations.csv`" in told


@pytest.mark.parametrize("readme", READMES)
def test_every_folder_of_a_deployment_is_told(readme: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    folders = {path.name for path in home.root.iterdir()}
    assert {folder for folder in folders if f"`{folder}/`" not in text_of(readme)} == set()


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", text_of("docs/decisions/README.md")))
    assert listed == {path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}


def test_the_index_names_every_document() -> None:
    linked = set(re.findall(r"\]\(([\w./-]+\.md)\)", text_of("docs/README.md")))
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages - linked == set()
    assert {"../README.md", "../CONTRIBUTING.md", "../bench/README.md", "decisions/README.md"} <= linked


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text_of(document))
    assert [link for link in links if not ((ROOT / document).parent / link).exists()] == []


def test_ci_runs_what_contributing_promises() -> None:
    run = text_of(".ci/run")
    (first, *others) = re.findall(r"make (\w+)", run)
    beside = [name for names in re.findall(r"beside\+?=\(([\w ]+)\)", run) for name in names.split()]
    assert "${beside[@]}" in run
    assert [first, *beside, *others] == [
        "install",
        "lint",
        "types",
        "imports",
        "definitions",
        "sbom",
        "audit",
        "clients",
        "storage",
        "clusters",
        "pyspark",
        "postgresql",
        "test",
        "long",
    ]
