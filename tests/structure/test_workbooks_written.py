"""Every new workbook of ours is made in one place, which keeps a sender's words from becoming a formula or a link."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ingest", "quality", "khoi", "orchestration", "demo")


def _makes_one(path: Path) -> bool:
    """True where a module calls the class by a name that it imports from XlsxWriter."""
    text = path.read_text(encoding="utf-8")
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return "xlsxwriter" in text and any(ast.unparse(call.func) in {"Workbook", "xlsxwriter.Workbook"} for call in calls)


def test_new_workbooks_are_made_in_one_place() -> None:
    modules = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    assert [path.relative_to(ROOT).as_posix() for path in modules if _makes_one(path)] == ["ingest/new_workbook.py"]
