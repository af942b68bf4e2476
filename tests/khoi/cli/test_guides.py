"""The guides: what they let people type works, the notebook runs, pictures are there, both languages tell the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from khoi_deployment import Deployment
from typer.main import get_command

from khoi.cli import app
from khoi.warehouse.read import open_published

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"
READERS = ("clerk", "reviewer", "analyst", "operator")


def _typed(name: str) -> list[str]:
    """The lines to type of a guide."""
    lines = (GUIDES / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    khoi ")]


@pytest.mark.parametrize("reader", READERS)
def test_both_languages_let_people_type_the_same(reader: str) -> None:
    vietnamese, english = _typed(f"{reader}.vi.md"), _typed(f"{reader}.md")
    assert [line.split()[:2] for line in vietnamese] == [line.split()[:2] for line in english]
    assert vietnamese


@pytest.mark.parametrize("reader", READERS)
def test_every_command_of_a_guide_is_there(reader: str) -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    for name in (f"{reader}.vi.md", f"{reader}.md"):
        text = (GUIDES / name).read_text(encoding="utf-8")
        assert set(re.findall(r"`khoi (\w[\w-]*)", text)) | {line.split()[1] for line in _typed(name)} <= known


@pytest.mark.parametrize("name", ["analyst.vi.md", "analyst.md"])
def test_the_example_queries_are_answered(published: Deployment, name: str) -> None:
    asked = [line.split('"')[1] for line in _typed(name) if line.startswith("khoi query")]
    assert len(asked) >= 5
    with open_published(published.home) as connection:
        for sql in asked:
            connection.execute(sql.replace("'TV'", "'ZZ'").replace("2022H1", "2021H1")).fetchall()


def test_the_notebook_runs_and_its_sums_hold(published: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOI_HOME", str(published.home.root))
    book = json.loads((GUIDES / "analyst.ipynb").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(not cell.get("outputs") for cell in book["cells"])
    for number, cell in enumerate(cells):
        exec(compile(cell, f"cell {number}", "exec"), names)
    assert len(names["beside"]) > 0  # type: ignore[arg-type]
