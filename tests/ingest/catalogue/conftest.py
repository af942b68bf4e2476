"""The small declared forms as models, their code list, and a folder to declare others in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from declared_forms import LIST, MATRIX

from ingest.catalogue import Form
from ingest.reference import SEED_COLUMNS


@pytest.fixture
def matrix() -> Form:
    return Form.model_validate(MATRIX)


@pytest.fixture
def guests() -> Form:
    return Form.model_validate(LIST)


@pytest.fixture
def codes() -> pd.DataFrame:
    """Two kinds of guests; one label was another once."""
    rows = [
        {"code_list": "guest_kind", "code": code, "label_vi": label, "label_en": code, "valid_from": first}
        for code, label, first in (("OLD", "Già", "2000-01-01"), ("YOUNG", "Trẻ", "2000-01-01"))
    ]
    frame = pd.DataFrame(rows, columns=SEED_COLUMNS["codes"]).astype(object)
    return frame.where(frame.notna(), None)


@pytest.fixture
def declared(tmp_path: Path) -> Callable[..., Path]:
    """Write declarations into a folder: file name -> content."""

    def write(**files: dict[str, Any] | str) -> Path:
        folder = tmp_path / "forms"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write
