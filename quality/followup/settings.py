"""The headlines and tolerances of the follow-up, read from settings.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ingest.catalogue import Label
from ingest.program_yaml import declared_in

_FILE = Path(__file__).with_name("settings.yaml")


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Headline(_Declared):
    """A measure people quote; ``tolerance_pct`` only where it differs from the common one."""

    measure: str
    tolerance_pct: float | None = Field(default=None, gt=0)


class Settings(_Declared):
    """The content of settings.yaml."""

    tolerance_pct: float = Field(gt=0)
    range_level: float = Field(gt=0, lt=1)
    least_pairs: int
    headlines: list[Headline]
    texts: dict[str, Label]

    def tolerance(self, measure: str) -> float:
        """The tolerance of one headline, in percent (points for a percentage)."""
        own = {one.measure: one.tolerance_pct for one in self.headlines}.get(measure)
        return self.tolerance_pct if own is None else own


@cache
def load_settings(path: Path = _FILE) -> Settings:
    """Read a settings file; raises pydantic.ValidationError naming what is wrong."""
    return Settings.model_validate(declared_in(path))
