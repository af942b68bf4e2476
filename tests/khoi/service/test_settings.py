"""What the service keeps: settings that grow with releases, a token nobody else reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from khoi.deployment.home import Home
from khoi.service import settings


def test_settings_of_an_earlier_release_are_renewed_and_those_of_somebody_stay(tmp_path: Path) -> None:
    folder = settings.write_settings(Home(tmp_path))
    file = folder / "dagster.yaml"
    now = file.read_text(encoding="utf-8")
    assert "run_monitoring" in now
    assert "run_retries" in now
    file.write_text(settings._OF_BEFORE, encoding="utf-8")
    settings.write_settings(Home(tmp_path))
    assert file.read_text(encoding="utf-8") == now
    file.write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    settings.write_settings(Home(tmp_path))
    assert file.read_text(encoding="utf-8") == "telemetry:\n  enabled: false\n"


def test_the_token_is_made_once_and_made_again_where_its_file_is_empty(tmp_path: Path) -> None:
    home = Home(tmp_path)
    settings.write_settings(home)
    first = settings.token(home)
    assert len(first) >= 32
    assert settings.token(home) == first
    (tmp_path / "dagster" / "token").write_text("", encoding="ascii")
    assert settings.token(home) not in ("", first)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no modes")
def test_token_and_address_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = settings.write_settings(home)
    address, path = settings.write_address(home, 3000)
    assert path.read_text(encoding="utf-8").strip() == address
    assert settings.token(home) in address
    assert {(folder / name).stat().st_mode & 0o777 for name in ("token", "address.txt")} == {0o600}
    assert folder.stat().st_mode & 0o077 == 0
