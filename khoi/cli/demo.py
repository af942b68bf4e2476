"""`khoi demo`: the whole job on the example committees, offline.

The example committees are no part of the product. The checkout brings them in through an entry point of the group
`khoi.demo`; an installation without them says where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Annotated

import typer

from khoi.cli.output import AsJson, refuse
from khoi.deployment.home import Home

_GROUP = "khoi.demo"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Làm lại từ đầu / remove the old demo and start over")] = False,
    json: AsJson = False,
) -> None:
    """Dựng các đảng bộ minh họa và chạy toàn bộ công việc / build the example committees and run the whole job."""
    run = _brought_in()
    if run is None:
        refuse(
            "Bản minh họa không nằm trong gói cài đặt; trong thư mục mã nguồn của khoi hãy chạy `make demo`\n"
            "the demo is not in the installed package; run `make demo` in the source folder of khoi"
        )
    run(Home.from_environment(), fresh=fresh, json=json)


def _brought_in() -> Callable[..., None] | None:
    """The demo's function, None where its package is not installed."""
    for point in entry_points(group=_GROUP):
        package = point.module.partition(".")[0]
        try:
            run: Callable[..., None] = point.load()
        except ModuleNotFoundError as error:
            if error.name not in (package, point.module):
                raise
            continue
        return run
    return None
