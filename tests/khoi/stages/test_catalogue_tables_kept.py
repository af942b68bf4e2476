"""The tables under `lake/reference` are asked for and written again where a declaration changed, and only there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from ingest.durable import sum_of
from khoi import stages
from khoi.deployment.home import Home
from quality.audit import report as audit


def _tables(home: Home) -> dict[str, Path]:
    return {path.stem: path for path in (home.lake / "reference").glob("*.parquet")}


def _asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for every time the rules are asked whether they contradict each other."""
    asked: list[int] = []
    real = audit.require_consistent
    monkeypatch.setattr(audit, "require_consistent", lambda *given: (asked.append(1), real(*given)))
    return asked


def test_what_stands_is_neither_asked_nor_written_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, asked = deployment.home, _asked(monkeypatch)
    stages.write_reference_tables(home)
    written = {name: path.stat().st_mtime_ns for name, path in _tables(home).items()}
    stages.write_reference_tables(home)
    assert asked == [1]
    assert {name: path.stat().st_mtime_ns for name, path in _tables(home).items()} == written


def _another_label(home: Home) -> None:
    path = home.seeds / "codes.csv"
    path.write_text(path.read_text("utf-8").replace("Khiển trách", "Khiển trách (cũ)"), "utf-8")


def _lost(home: Home) -> None:
    _tables(home)["rule_terms"].unlink()


def _damaged(home: Home) -> None:
    path = _tables(home)["form_cells"]
    path.write_bytes(path.read_bytes()[:-1])


def _another_record(home: Home) -> None:
    (home.lake / "reference" / "kept.json").write_text("[", "utf-8")


@pytest.mark.parametrize("changed", [_another_label, _lost, _damaged, _another_record])
def test_what_changed_or_broke_is_made_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, changed: Callable[[Home], None]
) -> None:
    home, asked = deployment.home, _asked(monkeypatch)
    stages.write_reference_tables(home)
    before = {name: sum_of(path) for name, path in _tables(home).items()}
    changed(home)
    stages.write_reference_tables(home)
    assert asked == [1, 1]
    again = {name: sum_of(path) for name, path in _tables(home).items()}
    assert (again == before) is (changed is not _another_label)


def test_tables_half_written_are_nobodys(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that died between two tables leaves no record: the next one writes all of them."""
    home, asked = deployment.home, _asked(monkeypatch)
    stages.write_reference_tables(home)
    told = json.loads((home.lake / "reference" / "kept.json").read_text("utf-8"))
    _another_label(home)
    monkeypatch.setattr("khoi.warehouse.reference_tables.prepare_inputs", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        stages.write_reference_tables(home)
    assert not (home.lake / "reference" / "kept.json").exists()
    monkeypatch.undo()
    asked = _asked(monkeypatch)
    stages.write_reference_tables(home)
    assert asked == [1]
    assert json.loads((home.lake / "reference" / "kept.json").read_text("utf-8"))["declared"] != told["declared"]
