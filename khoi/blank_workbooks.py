"""The blank workbooks of a period: one an organization, with its code, period and last closing filled in."""

from __future__ import annotations

from pathlib import Path

from ingest.template import WorkbookContent, write_workbook
from khoi.home import Home
from khoi.warehouse.errors import WarehouseError


class NothingToWrite(ValueError):
    """No organization is on the roster that was asked for."""


def write_blank_workbooks(home: Home, period_code: str, organization: str | None, folder: Path) -> list[Path]:
    """Write the workbooks into ``folder`` and return their paths.

    Raises NothingToWrite where the period is unknown or the organization is not on its roster.
    """
    catalogue, reference = home.catalogue(), home.reference()
    end = reference.period_ends.get(period_code)
    if end is None:
        raise NothingToWrite(f"{period_code}: không có kỳ này trong periods.csv / no such period")
    organizations = reference["organizations"]
    day = end.isoformat()
    roster = organizations[
        (organizations["valid_from"] <= day)
        & (organizations["valid_to"].isna() | (organizations["valid_to"].fillna("") >= day))
    ]
    if organization is not None:
        roster = roster[roster["organization_code"] == organization]
    if roster.empty:
        raise NothingToWrite(f"{organization or ''}: không có trong danh sách của kỳ {period_code} / not on the roster")
    closings = _last_closings(home, period_code)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for row in roster.itertuples():
        opening = closings.get(row.organization_code)
        matrix = {} if opening is None else {"membership_change": {("OPEN", "value"): opening}}
        content = WorkbookContent(row.committee_code, row.organization_code, row.name, period_code, matrix=matrix)
        path = folder / f"{row.organization_code}_{period_code}.xlsx"
        write_workbook(path, content, catalogue, reference)
        written.append(path)
    return written


def _last_closings(home: Home, period_code: str) -> dict[str, int]:
    """The expected openings: last closings with the members that events move; empty where nothing is published."""
    from khoi.warehouse.read import open_published

    previous = home.reference()["periods"].set_index("period_code").loc[period_code, "previous_period_code"]
    try:
        with open_published(home) as connection:
            rows = connection.execute(
                "select organization_code, closing from fct_membership_balances where period_code = ? and closing is not null",
                [previous],
            ).fetchall()
    except WarehouseError:
        return {}
    return {code: int(closing) for code, closing in rows}
