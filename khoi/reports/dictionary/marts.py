"""The tables of the warehouse as their dbt twins describe them, without building anything.

English stands in ``description``; Vietnamese in ``config.meta.vi`` of a model, and for a column in the block
``vi_<model>__<column>``, else ``vi_<column>``, of the project's documentation.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ingest.program_yaml import declared_in

_BLOCK = re.compile(r"{%-?\s*docs\s+(\w+)\s*-?%}\s*(.*?)\s*{%-?\s*enddocs\s*-?%}", re.DOTALL)
_DOC = re.compile(r"{{\s*doc\(\s*['\"](\w+)['\"]\s*\)\s*}}")
COLUMNS = ["layer", "table", "table_vi", "table_en", "column", "type", "column_vi", "column_en"]


def mart_columns(project: Path) -> pd.DataFrame:
    """One row per mart and column (COLUMNS) in the order of the models; a text that is not there is empty."""
    models = project / "models"
    blocks = dict(pair for path in sorted(models.rglob("*.md")) for pair in _BLOCK.findall(path.read_text("utf-8")))
    rows = []
    for path in sorted((models / "marts").rglob("*.yml")):
        for model in declared_in(path).get("models", []):
            name = str(model["name"])
            table = (path.parent.name, name, _vietnamese(model), _resolved(model.get("description"), blocks))
            for column in model.get("columns", []):
                own = str(column["name"])
                vietnamese = blocks.get(f"vi_{name}__{own}") or blocks.get(f"vi_{own}", "")
                english = _resolved(column.get("description"), blocks)
                rows.append((*table, own, str(column.get("data_type", "")), " ".join(vietnamese.split()), english))
    return pd.DataFrame(rows, columns=COLUMNS)


def _vietnamese(model: dict[str, Any]) -> str:
    return str(model.get("config", {}).get("meta", {}).get("vi", ""))


def _resolved(text: str | None, blocks: dict[str, str]) -> str:
    return " ".join(_DOC.sub(lambda found: blocks.get(found[1], ""), text or "").split())
