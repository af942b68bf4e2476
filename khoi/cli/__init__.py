"""The command line `khoi`: Vietnamese first, English second; `--json` on every command that answers.

Exit codes: 0 fine, 1 findings, 2 unusable input or usage. Heavy imports happen inside the commands.
"""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
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
    reporting,
    rules,
    serving,
    sharing,
    withdrawing,
)
from khoi.cli.examples import with_examples
from khoi.cli.output import MANNER, speak_utf8, tell_place
from khoi.cli.registers import Registered
from khoi.deployment.quiet import keep_quiet

app = typer.Typer(
    name="khoi",
    cls=Registered,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Kho dữ liệu thống kê xây dựng Đảng / Data warehouse of party-building statistics.",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"khoi {metadata.version('khoi')}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", help="Thư mục của bản triển khai, thay cho KHOI_HOME / the deployment")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Không báo tiến độ / no progress")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Nói rõ nơi và vì sao / where, and why in detail")
    ] = False,
    version: Annotated[bool, typer.Option("--version", callback=_tell_version, help="Phiên bản / the version")] = False,
) -> None:
    """Kho dữ liệu thống kê xây dựng Đảng / Data warehouse of party-building statistics."""
    keep_quiet()
    speak_utf8()
    MANNER.quiet, MANNER.verbose = quiet, verbose
    if home is not None:
        _set_home(context, home)
    if verbose:
        tell_place()


def _set_home(context: typer.Context, home: Path) -> None:
    """Let the command see ``home`` as its deployment; what was set before holds again when it is over."""
    before = os.environ.get("KHOI_HOME")
    os.environ["KHOI_HOME"] = str(home)

    def restore() -> None:
        if before is None:
            os.environ.pop("KHOI_HOME", None)
        else:
            os.environ["KHOI_HOME"] = before

    context.call_on_close(restore)


for _module in (
    demo,
    intake,
    answers,
    followup,
    layout,
    registers,
    rules,
    reading,
    reporting,
    comparing,
    auditing,
    exporting,
    sharing,
    lookup,
    publishing,
    keeping,
    serving,
    withdrawing,
):
    _module.register(app)
with_examples(app)
