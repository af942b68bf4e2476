"""Nothing calls out: the switches by which our libraries' usage statistics are turned off, in one place."""

from __future__ import annotations

import os

SWITCHES: dict[str, str] = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}


def keep_quiet() -> None:
    """Set every switch in this process's environment; processes started later inherit them."""
    os.environ.update(SWITCHES)
