"""A process of dbt that reads the project first and builds when it is told to (`khoi.warehouse.dbt_ahead`).

Its argument says how to read; a line of its standard input says what to build and where to write what became of each
node; no line: nothing. dbt would write that itself, and with it twice the whole of what it has read: a second that
nobody reads. Nothing of khoi is imported, for it is loaded while a run waits.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from dbt.cli.main import dbtRunner


def shown(node: Any) -> dict[str, Any]:
    """What became of one node, in the words of dbt's `run_results.json`."""
    return {
        "unique_id": node.node.unique_id,
        "status": str(node.status),
        "message": node.message,
        "execution_time": node.execution_time,
        "compiled_code": getattr(node.node, "compiled_code", None),
    }


def main() -> int:
    """Read, wait, build; 0 where all went well."""
    read = dbtRunner().invoke(json.loads(sys.argv[1]))
    if not read.success:
        return 2
    told = sys.stdin.readline()
    if not told:
        return 0
    arguments, results = json.loads(told)
    project: Any = read.result  # of this verb it is the manifest
    built = dbtRunner(manifest=project).invoke(arguments)
    nodes = getattr(built.result, "results", None) or []
    with open(results, "w", encoding="utf-8") as file:
        elapsed = getattr(built.result, "elapsed_time", None)
        json.dump({"results": [shown(node) for node in nodes], "elapsed_time": elapsed}, file)
    return 0 if built.success else 1


if __name__ == "__main__":
    sys.exit(main())
