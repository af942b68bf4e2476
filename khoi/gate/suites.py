"""The declarations of `suites.yaml`, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from ingest.catalogue.model import Label

SUITES_FILE = Path(__file__).with_name("suites.yaml")
VALUE = "value"
"""The column that every suite's expectations look at."""


class ExpectationDeclaration(BaseModel):
    """One expectation: the class of Great Expectations, its bounds, how grave a failure is, what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    expect: str
    severity: Literal["critical", "warning"]
    vi: str
    en: str
    min_value: float | None = None
    max_value: float | None = None
    mostly: float | None = None

    def bounds(self) -> dict[str, float]:
        """The arguments given, by name."""
        given = {"min_value": self.min_value, "max_value": self.max_value, "mostly": self.mostly}
        return {name: value for name, value in given.items() if value is not None}


class SuiteDeclaration(BaseModel):
    """A query over the build, the value derived from each of its rows, and what is expected of the values."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: Label
    query: str
    derive: str
    needs_last: bool = False
    expectations: list[ExpectationDeclaration]

    @property
    def sql(self) -> str:
        """The query with its derived value as the last column."""
        return f"select *, cast({self.derive} as double) as {VALUE} from ({self.query}) as rows"


@cache
def declared_suites() -> tuple[SuiteDeclaration, ...]:
    """All suites in the order of the file."""
    content = yaml.safe_load(SUITES_FILE.read_text(encoding="utf-8"))
    return tuple(TypeAdapter(list[SuiteDeclaration]).validate_python(content["suites"]))
