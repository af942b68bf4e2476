"""The terms: `classes.yaml` with the numbers a deployment sets itself in `config/retention.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.declarations import Label
from ingest.told import Told

_CLASSES = Path(__file__).with_name("classes.yaml")


class RetentionError(Told):
    """Terms of a deployment that are none; the message names the file and what may stand there."""


class Terms(BaseModel):
    """One class: ``keep`` days, or the last so many; ``paths``: patterns below the home, ``exceptions`` to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: int = Field(ge=1)
    unit: Literal["days", "last"]
    paths: tuple[str, ...]
    exceptions: tuple[str, ...] = Field(default=(), alias="except")
    label: Label


def load_terms(own: Path) -> dict[str, Terms]:
    """Class -> terms, with the deployment's numbers from the file ``own``. Raises RetentionError naming it."""
    declared = yaml.safe_load(_CLASSES.read_text(encoding="utf-8"))
    try:
        numbers = yaml.safe_load(own.read_text(encoding="utf-8")) if own.exists() else None
        unknown = sorted(map(str, set(numbers or {}) - set(declared)))
        if unknown:
            raise ValueError(", ".join(unknown))
        for name, keep in (numbers or {}).items():
            declared[name]["keep"] = keep
        return {name: Terms.model_validate(terms) for name, terms in declared.items()}
    except (ValidationError, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        known = ", ".join(declared)
        raise RetentionError(
            f"{own}: hãy ghi mỗi dòng một lớp ({known}) và một số nguyên từ 1 / "
            f"a class and a whole number from 1 a line; {' '.join(str(error).split())[:200]}"
        ) from error
