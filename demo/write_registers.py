"""`python -m demo.write_registers`: rewrite the demo's registers in `demo/seeds/` after its parameters changed.

A test compares the files with the plan, so that they cannot drift apart.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from demo.committees import event_rows, organization_rows, plan_committees
from demo.deployment import REGISTERS, demo_reference


def registers(seed: int | None = None, parameters: dict[str, Any] | None = None) -> dict[str, pd.DataFrame]:
    """The two planned registers: name of the register -> its rows; ``seed`` and ``parameters`` as of the plan."""
    plans = plan_committees(demo_reference(), seed=seed, parameters=parameters)
    return {
        "organizations": pd.concat([organization_rows(plan) for plan in plans], ignore_index=True),
        "organization_events": pd.concat([event_rows(plan) for plan in plans], ignore_index=True),
    }


def as_files(planned: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """Registers as the contents of their files."""
    return {name: frame.to_csv(index=False, lineterminator="\n").encode() for name, frame in planned.items()}


def main() -> None:
    """Write both registers."""
    for name, content in as_files(registers()).items():
        (REGISTERS / f"{name}.csv").write_bytes(content)


if __name__ == "__main__":
    main()
