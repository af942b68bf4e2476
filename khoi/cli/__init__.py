"""The command line `khoi`: Vietnamese first, English second; `--json` on every command that answers.

Exit codes: 0 fine, 1 findings, 2 unusable input or usage. Heavy imports happen inside the commands.
"""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from khoi.cli import (
    answers,
    auditing,
    comparing,
    demo,
    exporting,
    followup,
    intake,
    keeping,
    layout,
    lookup,
    publishing,
    reading,
    registers,
    rules,
    serving,
    withdrawing,
)
from khoi.cli.output import speak_utf8
from khoi.cli.registers import Registered
from khoi.deployment.quiet import keep_quiet

app = typer.Typer(
    name="khoi",
    cls=Registered,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kho dữ liệu thống kê xây dựng Đảng / Data warehouse of party-building statistics.",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"khoi {metadata.version('khoi')}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Phiên bản / the version")
    ] = False,
) -> None:
    """Kho dữ liệu thống kê xây dựng Đảng / Data warehouse of party-building statistics."""
    keep_quiet()
    speak_utf8()


for _module in (
    demo,
    intake,
    answers,
    followup,
    layout,
    registers,
    rules,
    reading,
    comparing,
    auditing,
    exporting,
    lookup,
    publishing,
    keeping,
    serving,
    withdrawing,
):
    _module.register(app)
