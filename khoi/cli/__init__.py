"""The command line `khoi`: Vietnamese first, English second; `--json` on every command that answers.

Exit codes: 0 fine, 1 findings, 2 unusable input or usage. Heavy imports happen inside the commands.
"""

from __future__ import annotations

import os

import typer

# No library of ours reports home; set once, before any of them is imported.
for _name, _value in {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}.items():
    os.environ.setdefault(_name, _value)

from khoi.cli import demo, intake, reading, serving  # noqa: E402 - after the telemetry is off

app = typer.Typer(
    name="khoi",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Kho dữ liệu thống kê xây dựng Đảng / Data warehouse of party-building statistics.",
)
for _module in (demo, intake, reading, serving):
    _module.register(app)
