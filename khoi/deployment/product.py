"""Where the product's own files lie: the sources of the packages, the shared seeds, the dbt project.

In a checkout they stand side by side. In an installed wheel everything but `khoi` travels inside it
(docs/decisions/0026-names-in-site-packages.md), so nothing may reckon from `khoi`'s own place to the others.
"""

from __future__ import annotations

from pathlib import Path

import ingest
import khoi

PRODUCT = Path(ingest.__file__).resolve().parent.parent
"""Holds `ingest/`, `quality/`, `orchestration/`, `seeds/` and `dbt_project/`."""
DBT_PROJECT = PRODUCT / "dbt_project"


def product_path(part: str) -> Path:
    """Where a folder or file of the product lies, by its place in a checkout: ``khoi/gate``, ``quality/rules``."""
    package, _, inside = part.partition("/")
    return Path(khoi.__file__).resolve().parent / inside if package == "khoi" else PRODUCT / part
