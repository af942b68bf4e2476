"""`khoi serve`: the orchestration UI on loopback."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from khoi.cli.output import out
from khoi.deployment.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(port: Annotated[int, typer.Option(min=1, max=65535, help="Cổng / port")] = 3000) -> None:
    """Mở giao diện điều phối trên máy này / the orchestration UI on this machine only."""
    from khoi.service.settings import token, write_address, write_settings
    from khoi.service.supervisor import Service, only_service, require_free

    home = Home.from_environment()
    home.require_registers()
    home.create()
    write_settings(home)
    with only_service(home):
        require_free(port)
        address, path = write_address(home, port)
        # Into a terminal only: what a service writes ends in a log that others read.
        shown = address if sys.stdout.isatty() else f"{address.partition('?')[0]} ({path})"
        out.print(f"{shown}  (Ctrl+C để dừng / to stop)", markup=False, highlight=False)
        Service(home, port, token(home)).run()
