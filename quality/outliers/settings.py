"""Thresholds and texts of the outlier tests, read from settings.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SETTINGS = Path(__file__).with_name("settings.yaml")


@dataclass(frozen=True)
class Settings:
    """The content of settings.yaml."""

    values: dict[str, Any]

    def number(self, *path: str) -> float:
        """The threshold at a path of keys."""
        found: Any = self.values
        for name in path:
            found = found[name]
        return float(found)

    def text(self, name: str, **parts: object) -> tuple[str, str]:
        """A question in Vietnamese and English with its figures filled in."""
        row = self.values["texts"][name]
        return row["vi"].format(**parts), row["en"].format(**parts)


@lru_cache(maxsize=4)
def load_settings(path: Path = SETTINGS) -> Settings:
    """Read a settings file."""
    return Settings(yaml.safe_load(path.read_text(encoding="utf-8")))
