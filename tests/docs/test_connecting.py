"""What docs/connect.md tells people to type into Python runs on what a deployment publishes."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from small_build import small_build

from khoi.deployment import Home, create_deployment
from khoi.warehouse.bi import renew
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.publish import publish

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("connect.md", "connect.vi.md")


def typed(page: str, heading: str) -> str:
    """The indented lines below ``heading``."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(line[4:] for line in section.split("\n") if line.startswith("    "))


@pytest.mark.parametrize("page", PAGES)
def test_the_lines_for_pandas_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    create_deployment(home)
    small_build(home, 1)
    with duckdb.connect(str(warehouse_file(home))) as build:
        build.execute(
            "create table marts.rpt_completeness as "
            "select 'ZZ' as committee_code, '2021H1' as period_code, true as is_counted"
        )
    publish(home, "f1")
    renew(home)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(typed(page, "pandas"), names)
    assert list(names["counted"].columns) == ["committee_code", "period_code", "counted"]  # type: ignore[attr-defined]
    assert "is_counted" in names["completeness"].columns  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES)
def test_what_was_not_tried_is_said(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for tool in ("Excel", "Power BI", "DBeaver", "pandas", "R"):
        assert re.search(rf"^## {tool}$", text, re.MULTILINE)
    assert "**not tried here**" in text or "**chưa thử ở đây**" in text


def test_both_pages_tell_the_same_lines_to_type() -> None:
    for heading in ("pandas", "R"):
        assert typed(PAGES[0], heading) == typed(PAGES[1], heading)
