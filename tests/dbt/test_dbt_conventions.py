"""How the dbt project is written: names, twins, descriptions, keys, and seeds that agree with the code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.reference import SEED_COLUMNS
from khoi.warehouse.build import DBT_PROJECT

MODELS = sorted((DBT_PROJECT / "models").rglob("*.sql"))
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "dimensions": ("dim_", "bridge_"),
    "facts": ("fct_",),
    "reports": ("rpt_",),
}
# Passed through from the lake and keyed where they are used.
WITHOUT_KEY = {
    "stg_lake__observations",
    "stg_lake__entries",
    "stg_lake__findings",
    "stg_lake__register_observations",
    "stg_lake__aggregate_conditions",
    "stg_reference__rule_parameters",
    "int_register_cells_densified",
    "fct_register_observations",
    "bridge_aggregate_conditions",
}


@cache
def _twin(path: Path) -> dict[str, Any]:
    (model,) = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    return dict(model)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_has_a_twin_that_says_what_a_row_is(path: Path) -> None:
    model = _twin(path)
    assert model["name"] == path.stem
    assert model["description"].strip().startswith("One row per ")
    assert path.stem.startswith(PREFIXES[_layer(path)])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_has_a_primary_key(path: Path) -> None:
    tests = [name for test in _twin(path).get("data_tests", []) for name in test]
    assert ("primary_key" in tests) == (path.stem not in WITHOUT_KEY)


@pytest.mark.parametrize("path", [path for path in MODELS if "marts" in path.parts], ids=lambda path: path.stem)
def test_every_column_of_a_mart_is_typed_and_described(path: Path) -> None:
    documented = set(re.findall(r"{% docs (\w+) %}", _docs()))
    for column in _twin(path)["columns"]:
        assert column["data_type"], column["name"]
        text = column["description"]
        block = re.fullmatch(r"{{ doc\('(\w+)'\) }}", text)
        assert block is None or block[1] in documented, column["name"]
        assert text, column["name"]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_layers_read_only_what_is_before_them(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    refs = set(re.findall(r"ref\('(\w+)'\)", sql))
    if _layer(path) == "staging":
        assert " join " not in sql
        assert len(refs) + sql.count("source(") == 1
    else:
        assert "source(" not in sql
    if _layer(path) != "reports":
        assert not {ref for ref in refs if ref.startswith("rpt_")}
    assert "{{ config(" not in sql, "materialisation and schema are decided per layer, in dbt_project.yml"


def test_seed_properties_agree_with_the_declared_columns() -> None:
    """Every seed column is text in dbt too; add a column to ingest.reference and to _seeds.yml together."""
    seeds = yaml.safe_load((DBT_PROJECT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
    declared = {seed["name"]: seed["config"]["column_types"] for seed in seeds}
    own = (DBT_PROJECT / "seeds" / "change_parts.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    assert {name: list(columns) for name, columns in declared.items()} == {**SEED_COLUMNS, "change_parts": own}
    assert {kind for columns in declared.values() for kind in columns.values()} == {"varchar"}


def test_no_package_comes_from_outside() -> None:
    """Installing packages of dbt's own would need the network; the generic tests needed stand in tests/generic."""
    assert not list(DBT_PROJECT.glob("packages.y*ml"))
    assert not list(DBT_PROJECT.glob("dependencies.y*ml"))


def _layer(path: Path) -> str:
    parts = path.relative_to(DBT_PROJECT / "models").parts
    return parts[1] if parts[0] == "marts" else parts[0]


def _docs() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "models").rglob("*.md"))
