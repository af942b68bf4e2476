"""A process of dbt that reads the project first and builds when it is told to (`khoi.warehouse.dbt_ahead`).

Its argument says how to read; a line of its standard input says what to build and where to write what became of each
node; no line: nothing. dbt would write that itself, and with it twice the whole of what it has read: a second that
nobody reads. It would also put each of the five thousand things that happen into a line, to leave out nine in ten
(an eighth of its time); what is read of them is told here, in the words of its JSON log. Nothing of khoi is imported,
for it is loaded while a run waits. What it has read stays to the end, so nobody looks through that for what may go
(another eighth).
"""

from __future__ import annotations

import gc
import json
import sys
from typing import Any


def shown(node: Any) -> dict[str, Any]:
    """What became of one node, in the words of dbt's `run_results.json`."""
    return {
        "unique_id": node.node.unique_id,
        "status": str(node.status),
        "message": node.message,
        "execution_time": node.execution_time,
        "compiled_code": getattr(node.node, "compiled_code", None),
    }


def tell(event: Any) -> None:
    """Say what happened, a line each, where it is more than the steps on the way."""
    if event.info.level in ("debug", "test"):
        return
    data = {name: getattr(event.data, name) for name in ("index", "total") if hasattr(event.data, name)}
    node = getattr(getattr(event.data, "node_info", None), "node_name", "")
    info = {"name": event.info.name, "level": event.info.level, "msg": event.info.msg}
    print(json.dumps({"info": info, "data": {**data, "node_info": {"node_name": node}}}), flush=True)


def main() -> int:
    """Read, wait, build; 0 where all went well."""
    gc.disable()
    from dbt.cli.main import dbtRunner

    read = dbtRunner(callbacks=[tell]).invoke(json.loads(sys.argv[1]))
    if not read.success:
        return 2
    told = sys.stdin.readline()
    if not told:
        return 0
    arguments, results = json.loads(told)
    project: Any = read.result  # of this verb it is the manifest
    gc.freeze()
    gc.enable()
    built = dbtRunner(manifest=project, callbacks=[tell]).invoke(arguments)
    gc.unfreeze()  # else DuckDB's binding tells what it finds at the end
    nodes = getattr(built.result, "results", None) or []
    with open(results, "w", encoding="utf-8") as file:
        elapsed = getattr(built.result, "elapsed_time", None)
        json.dump({"results": [shown(node) for node in nodes], "elapsed_time": elapsed}, file)
    return 0 if built.success else 1


if __name__ == "__main__":
    sys.exit(main())
