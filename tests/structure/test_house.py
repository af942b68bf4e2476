"""The shape of the house: short modules with a charter, short functions, tests where the code is."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ingest", "quality", "khoi", "orchestration", "demo")
TRACKED = [
    Path(name)
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    if name.endswith(".py") and (ROOT / name).exists()
]
MODULES = [path for path in TRACKED if path.parts[0] in PACKAGES]
SHORT = [path for path in TRACKED if path.parts[0] in (*PACKAGES, "bench", "tests")]
TESTS = [path for path in TRACKED if path.parts[0] == "tests" and path.name.startswith("test_")]
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 40
# Test folders that look at more than one package.
ACROSS = {"dbt", "docs", "seeds", "structure", "support", "wheel", "faults", "fuzz", "deploy"}


@pytest.mark.parametrize("module", SHORT, ids=str)
def test_modules_are_short_and_open_with_their_charter(module: Path) -> None:
    text = (ROOT / module).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert text.startswith('"""')


def too_long() -> set[tuple[str, str]]:
    """Every function of the product that has more lines than it may."""
    return {
        (module.as_posix(), node.name)
        for module in MODULES
        for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }


def test_functions_have_at_most_forty_lines() -> None:
    assert too_long() == set(), "a function does one thing: name its steps and call them"


def rooms() -> set[str]:
    """Every folder of a package that holds modules of its own."""
    return {module.parent.as_posix() for module in MODULES if module.name != "__init__.py"}


def mirrored(room: str) -> bool:
    """Whether tests stand at the place that mirrors ``room``."""
    return any(test.is_relative_to(Path("tests") / room) for test in TESTS)


@pytest.mark.parametrize("room", sorted(rooms()))
def test_every_room_has_its_tests_at_the_mirrored_place(room: str) -> None:
    assert mirrored(room), f"no test below tests/{room}/"


@pytest.mark.parametrize("test", [path for path in TESTS if path.parts[1] not in ACROSS], ids=str)
def test_every_test_stands_where_its_subject_does(test: Path) -> None:
    place = Path(*test.parts[1:-1])
    # A module with many tests has a folder of its name instead of a file.
    assert place.as_posix() in rooms() | set(PACKAGES) or (ROOT / f"{place}.py").exists(), f"nothing at {place}"


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "common.py", "misc.py"])
def test_no_module_is_called_by_nothing(name: str) -> None:
    assert [path for path in TRACKED if path.name == name] == []


def test_no_two_files_of_tests_bear_one_name() -> None:
    names = [test.name for test in TESTS]
    assert [name for name in sorted(set(names)) if names.count(name) > 1] == [], "one of them would not be collected"
