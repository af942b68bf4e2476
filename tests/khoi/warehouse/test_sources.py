"""dbt's declaration of the lake is the lake's own."""

from __future__ import annotations

from pathlib import Path

from khoi.warehouse.sources import SOURCES_FILE, lake_sources, write_sources


def test_dbt_declares_the_lake_as_it_is(tmp_path: Path) -> None:
    said = SOURCES_FILE.read_text(encoding="utf-8")
    assert said == lake_sources(), "write it anew: python -m khoi.warehouse.sources"
    write_sources(tmp_path / "sources.yml")
    assert (tmp_path / "sources.yml").read_text(encoding="utf-8") == said
