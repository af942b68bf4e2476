"""The shape of a suite (pydantic models of `khoi/gate/suites/*.yaml`), and reading them with a deployment's own."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingest.declarations import DeclarationError, Label, declaration_files, read_declaration, told_invalid
from khoi.warehouse.errors import WarehouseError

SUITES = Path(__file__).with_name("suites")
Severity = Literal["critical", "warning"]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Declared):
    """One expectation: a type of Great Expectations with its arguments, and what people read.

    ``critical`` keeps the last publication, ``warning`` is shown and published. ``column`` is the column it looks at.
    """

    id: str = Field(pattern=r"^G\d{3}$")
    title: Label
    type: str = Field(pattern=r"^expect_[a-z_]+$")
    column: str | None = None
    arguments: dict[str, Any] = Field(default_factory=dict)
    severity: Severity
    reason: str

    @field_validator("type")
    @classmethod
    def _is_an_expectation(cls, name: str) -> str:
        """Looked up by its file: importing Great Expectations takes seconds, and every run reads the suites."""
        found = find_spec("great_expectations")
        if found is None or found.origin is None:
            return name
        if not (Path(found.origin).parent / "expectations" / "core" / f"{name}.py").is_file():
            raise ValueError(f"Great Expectations has no expectation {name}")
        return name


class Suite(_Declared):
    """One summary of the build beside the last publication, and what is expected of it.

    ``sql`` gives one row per subject (column ``subject``) from the schemas ``now`` and ``before``
    (`khoi.gate.summaries`).
    """

    suite: str = Field(pattern=r"^[a-z_]+$")
    title: Label
    sql: str
    expectations: list[Expected] = Field(min_length=1)


class _Suites(_Declared):
    suites: list[Suite]

    @model_validator(mode="after")
    def _ids_are_given_once(self) -> _Suites:
        ids = [expected.id for suite in self.suites for expected in suite.expectations]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"ids given twice: {', '.join(twice)}")
        return self


def load_suites(overlay: Path | None = None) -> list[Suite]:
    """The suites of the project; a file of the same name in ``overlay`` (a deployment's `config/gate`) replaces one.

    Raises WarehouseError naming what is wrong in a declaration.
    """
    try:
        files = {path.name: path for folder in (SUITES, overlay) if folder for path in declaration_files(folder)}
        declared = [_suite(path) for _, path in sorted(files.items())]
        return _Suites(suites=declared).suites
    except (ValidationError, DeclarationError) as error:
        raise WarehouseError(f"Khai báo cổng công bố sai / the gate's suites are wrong: {error}") from error


def _suite(path: Path) -> Suite:
    content = read_declaration(path)
    try:
        return Suite.model_validate(content)
    except ValidationError as error:
        raise told_invalid(path, error) from error
