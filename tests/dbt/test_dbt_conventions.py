"""How the dbt project is written: names, twins, descriptions, keys, and seeds that agree with the code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.reference import SEED_COLUMNS
from khoi.deployment.product import DBT_PROJECT

ROOT = DBT_PROJECT.parent
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
    "int_member_movements_unioned",
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


# What a model of each room may read: staging one source or seed, intermediate nothing that people read, marts also the
# marts of the rooms before them. Facts may read facts: named ones are cut from `fct_observations` and `fct_entries`.
# So are the headlines cut from the committee's measures; no other report reads a report. The two facts with a row for
# every figure are stored once: what else is made of these rows reads them there, not from a copy (decision 0096).
EVERY_FIGURE = ("fct_observations", "fct_measure_values")
MAY_READ = {
    "staging": (),
    "intermediate": ("stg_", "int_", *EVERY_FIGURE),
    "dimensions": ("stg_", "int_", "dim_", *EVERY_FIGURE),
    "facts": ("stg_", "int_", "dim_", "bridge_", "fct_"),
    "reports": ("stg_", "int_", "dim_", "bridge_", "fct_", "rpt_committee_measures"),
}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_layers_read_only_what_is_before_them(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    refs = set(re.findall(r"ref\('(\w+)'\)", sql))
    models = {ref for ref in refs if ref in {model.stem for model in MODELS}}
    if _layer(path) == "staging":
        assert " join " not in sql
        assert len(refs) + sql.count("source(") == 1
    else:
        assert "source(" not in sql
        assert refs - models <= {"change_parts"}, "reference data of a deployment is read through its staging model"
    assert {ref for ref in models if not ref.startswith(MAY_READ[_layer(path)])} == set()
    assert "{{ config(" not in sql, "materialisation and schema are decided per layer, in dbt_project.yml"


# Sums of whole numbers; the order in which they are added leaves no trace.
WHOLE_NUMBERS = {
    "counted_from",
    "counted_to",
    "dated_steps.organizations",
    "datediff('day', committee_periods.period_start, committee_periods.period_end) + 1",
    "events.members_moved",
    "moved",
    "organizations",
    "signed_moves.cells",
    "signed_moves.members",
}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_two_builds_of_one_lake_give_the_same_bits(path: Path) -> None:
    """Doubles are added by `exact_sum`, and what is strung together stands in an order."""
    sql = path.read_text(encoding="utf-8")
    assert set(_arguments(sql, "sum")) <= WHOLE_NUMBERS
    assert _arguments(sql, "avg") == _arguments(sql, "fsum") == []
    for name in ("string_agg", "list", "array_agg", "first", "last"):
        assert all(" order by " in text for text in _arguments(sql, name)), name


def _arguments(sql: str, function: str) -> list[str]:
    """What stands between the parentheses of each call of ``function``."""
    found = []
    for call in re.finditer(rf"(?<![\w.]){function}\(", sql):
        depth, end = 1, call.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found.append(sql[call.end() : end - 1])
    return found


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "khoi").rglob("*.sql"), *(ROOT / "khoi").rglob("*.py")]), ids=lambda path: path.stem
)
def test_our_own_questions_read_marts_only(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(staging|intermediate)\.(stg|int)_|\b(stg_(lake|reference)__\w+|int_\w+ed)\b", text)


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
