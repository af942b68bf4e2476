"""`python -m demo.write_registers`: rewrite the demo's registers in `demo/seeds/` after its parameters changed.

A test compares the files with the plan, so that they cannot drift apart.
"""

from __future__ import annotations

import pandas as pd

from demo.committees import event_rows, organization_rows, plan_committees
from demo.deployment import REGISTERS, demo_reference


def registers() -> dict[str, pd.DataFrame]:
    """The two planned registers: name of the seed -> its rows."""
    plans = plan_committees(demo_reference())
    return {
        "organizations": pd.concat([organization_rows(plan) for plan in plans], ignore_index=True),
        "organization_events": pd.concat([event_rows(plan) for plan in plans], ignore_index=True),
    }


def main() -> None:
    """Write both registers."""
    for name, frame in registers().items():
        frame.to_csv(REGISTERS / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")


if __name__ == "__main__":
    main()
