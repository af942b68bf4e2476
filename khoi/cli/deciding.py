"""What commands that decide something ask for alike: the role that decides, never a name, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from khoi.cli.output import as_json, refuse, table

if TYPE_CHECKING:
    import pandas as pd

    from khoi.deployment.home import Home

ROLE_HELP = "Vai trò người quyết định, theo danh mục deciding_roles.csv; không ghi họ tên / a role of the list, no name"
ByRole = Annotated[str, typer.Option("--by", help=ROLE_HELP)]
Reason = Annotated[str, typer.Option("--reason", help="Lý do, không ghi họ tên / why, no name")]


def with_role_labels(home: Home, frame: pd.DataFrame, column: str = "by_role") -> pd.DataFrame:
    """``frame`` with the roles of ``column`` as people call them; what is no role of the list is not shown."""
    from ingest.deciding_roles import DecidingRoles

    roles = DecidingRoles.read(home.seeds)
    return frame.assign(**{column: [roles.label_of(str(code)) for code in frame[column]]})


def print_decided(home: Home, frame: pd.DataFrame, columns: dict[str, str], title: str, *, json: bool) -> None:
    """The register of such decisions: as a table with the roles' labels, or with their codes as JSON."""
    if json:
        as_json(frame)
    else:
        table(with_role_labels(home, frame), columns, title)


def require_role_and_reason(by: str, reason: str) -> None:
    """End the command where a decision lacks who decides or why."""
    if not by or not reason:
        refuse("Cần --by VAI-TRÒ và --reason LÝ-DO / --by and --reason are needed")
