"""What we write into a workbook is a text where it is one: no sender's words become a formula or a link at a reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITERS = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("ingest", "quality", "khoi", "orchestration", "demo")
    for path in (ROOT / room).rglob("*.py")
    if "xlsxwriter" in path.read_text(encoding="utf-8") and "Workbook(" in path.read_text(encoding="utf-8")
)


def _workbooks_made(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Workbook", "xlsxwriter.Workbook"}:
            yield node


def _options(call: ast.Call, tree: ast.Module) -> dict[object, object]:
    """The options of a call, written there or under a name that the module gives them once."""
    (given,) = call.args[1:]
    if isinstance(given, ast.Name):
        (given,) = (
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == given.id
        )
    assert isinstance(given, ast.Dict)
    return {
        key.value: value.value
        for key, value in zip(given.keys, given.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }


def test_there_are_writers() -> None:
    assert len(WRITERS) >= 5


@pytest.mark.parametrize("module", WRITERS)
def test_no_text_becomes_a_formula_or_a_link(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    made = list(_workbooks_made(tree))
    assert made
    for call in made:
        options = _options(call, tree)
        assert (options.get("strings_to_formulas"), options.get("strings_to_urls")) == (False, False), call.lineno
