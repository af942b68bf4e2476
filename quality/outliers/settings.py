"""What the outlier tests look at and their thresholds, read from settings.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.program_yaml import declared_in

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

    def cells(self, test: str, known: Iterable[str]) -> list[str]:
        """Those of the ``known`` cell codes that a test looks at, in order."""
        shapes = tuple(self.values[test]["cells"])
        return [code for code in known if _looks_at(shapes, code)]


@lru_cache(maxsize=1 << 14)
def _looks_at(shapes: tuple[str, ...], code: str) -> bool:
    return any(fnmatchcase(code, shape) for shape in shapes)


@lru_cache(maxsize=4)
def load_settings(path: Path = SETTINGS) -> Settings:
    """Read a settings file."""
    return Settings(declared_in(path))
