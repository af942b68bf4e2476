"""What a deployment has declared, as the commands list it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ingest.catalogue import load_catalogue
from khoi.cli import app
from khoi.cli.declared import declared_forms, declared_layouts
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home


def test_layouts_are_listed_with_their_days_in_iso_and_no_end_where_they_have_none(tmp_path: Path) -> None:
    home = Home(tmp_path / "khoi")
    create_deployment(home)
    one, *_ = home.catalogue().layouts
    ended, open_ended = (one.model_copy(update={"valid_to": day}) for day in (dt.date(2025, 10, 1), None))
    listed = declared_layouts(SimpleNamespace(catalogue=lambda: SimpleNamespace(layouts=(ended, open_ended))))
    assert list(listed["valid_to"].astype(object).where(listed["valid_to"].notna(), None)) == ["2025-10-01", None]
    assert list(listed["valid_from"]) == [one.valid_from.isoformat()] * 2


def test_forms_are_listed_item_by_item_with_their_days_and_no_end_where_they_have_none() -> None:
    catalogue = load_catalogue()
    listed = declared_forms(SimpleNamespace(catalogue=lambda: catalogue))
    told = listed[["form", "version", "valid_from", "valid_to"]].drop_duplicates().astype(object)
    told = told.where(told.notna(), None)
    assert {(one.form, one.version): (one.valid_from, one.valid_to) for one in told.itertuples()} == {
        (form.form, version.version): (
            version.valid_from.isoformat(),
            None if version.valid_to is None else version.valid_to.isoformat(),
        )
        for form in catalogue.forms
        for version in form.versions
    }
    assert listed["valid_to"].isna().any()
    assert listed["label_vi"].all()
    assert not listed.duplicated(["form", "version", "item", "column"]).any()


def test_an_export_says_how_many_rows_lie_where(
    built_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOI_HOME", str(built_home.root))
    target = tmp_path / "ba.csv"
    result = CliRunner().invoke(app, ["export", "select * from range(3)", "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert f"Đã ghi 3 dòng vào {target}" in result.output.replace("\n", "")
