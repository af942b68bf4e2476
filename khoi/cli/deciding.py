"""What commands that decide something ask for alike: the role that decides, never a name, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

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
