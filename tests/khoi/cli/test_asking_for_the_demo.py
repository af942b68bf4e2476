"""`khoi demo` runs the demo where it is installed, from where it stands unless asked to begin again."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from khoi.cli import app, demo
from khoi.deployment.home import Home


@pytest.mark.parametrize(
    ("given", "fresh", "json"), [([], False, False), (["--fresh"], True, False), (["--json"], False, True)]
)
def test_what_was_asked_for_is_handed_over(
    given: list[str], fresh: bool, json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, bool, bool]] = []

    def run(home: Home, *, fresh: bool, json: bool) -> None:
        asked.append((home.root, fresh, json))

    monkeypatch.setattr(demo, "_brought_in", lambda: run)
    result = CliRunner().invoke(app, ["demo", *given], env={"KHOI_HOME": str(tmp_path)})
    assert result.exit_code == 0, result.output
    assert asked == [(tmp_path, fresh, json)]


def test_where_it_is_not_installed_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo, "_brought_in", lambda: None)
    result = CliRunner().invoke(app, ["demo"], env={"KHOI_HOME": str(tmp_path)})
    assert result.exit_code == 2
    assert "make demo" in result.stderr
