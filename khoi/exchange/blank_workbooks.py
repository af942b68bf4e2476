"""The blank workbooks of a period: one an organization, with its code, period, type and sector, last closing figures
and live checks.

Which cells are carried over is not said here. It follows from the rules: where an equality gives one cell from the
previous period and the register alone, that is what the cell must say. And the forms say which levels stay as they were
unless something changed (`carried`). Which of them a figure tells, and which a code, stands in
`khoi.exchange.carried_fields`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ingest.active_stretches import active_stretches
from ingest.catalogue import Catalogue
from ingest.catalogue.model import cell_code
from ingest.catalogue.tables import form_cells
from ingest.codes import code_texts
from ingest.file_names import as_file_name
from ingest.reference import Reference
from ingest.register_cells import register_observations
from ingest.template import WorkbookContent, write_workbook
from khoi.deployment.home import Home
from khoi.exchange.carried_fields import CarriedFields, with_registered
from khoi.exchange.live_checks import ChecksByOrganization
from khoi.figures.names import chosen, nearest
from khoi.warehouse.errors import WarehouseError
from quality.catalogue import RuleCatalogue, load_rules
from quality.catalogue.grammar import REGISTER
from quality.catalogue.tables import rule_terms_table
from quality.check_sheet.formulas import lagged_cells
from quality.engine.completeness import asked


class NothingToWrite(ValueError):
    """No organization is on the roster that was asked for."""


def write_blank_workbooks(home: Home, period_code: str, organization: str | None, folder: Path) -> list[Path]:
    """Write the workbooks of the period's rosters into ``folder`` and return their paths.

    Raises NothingToWrite where no committee reports for the period or the organization is not on a roster,
    UnsafeName where a code of the register would lead out of ``folder``.
    """
    catalogue, reference = home.catalogue(), home.reference()
    period_code = _due_period(reference, period_code)
    expected = _expected(reference, period_code, organization)
    rules = load_rules(catalogue, reference, home.config / "rules")
    levels, fields = carried_levels(catalogue), CarriedFields(catalogue, reference, period_code)
    before = figures_before(home, period_code, reference, [*lagged_cells(rules), *levels, *fields.cells])
    registered = registered_fields(catalogue, reference, period_code)
    reported = fields.of_organizations(before)
    carried = pd.concat([before[before["cell_code"].isin(levels)], carried_over(before, period_code, reference, rules)])
    filled = _filled(carried, catalogue, reference)
    checks = ChecksByOrganization(expected, before, catalogue, reference, rules)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for row in expected.itertuples():
        matrix = filled.get(row.organization_code, {})
        known = with_registered(reported.get(row.organization_code, {}), registered.get(row.organization_code, {}))
        content = WorkbookContent(
            row.committee_code,
            row.organization_code,
            row.name,
            period_code,
            matrix=matrix,
            records=known,
            is_prefilled=True,
        )
        path = folder / f"{as_file_name(row.organization_code)}_{as_file_name(period_code)}.xlsx"
        write_workbook(path, content, catalogue, reference, checks.of(str(row.organization_code)))
        written.append(path)
    return written


def _due_period(reference: Reference, period_code: str) -> str:
    """The period that was meant, in any case. Raises NothingToWrite where nobody reports for it."""
    due = sorted(set(reference["reporting_periods"]["period_code"]))
    meant = {code.lower(): code for code in due}.get(period_code.lower())
    if meant is None:
        near = nearest(period_code, due)
        raise NothingToWrite(
            f"{period_code}: chưa có trong reporting_periods.csv; gần nhất: {near}\n"
            f"{period_code}: not in the calendar reporting_periods.csv; nearest: {near}"
        )
    return meant


def _expected(reference: Reference, period_code: str, organization: str | None) -> pd.DataFrame:
    """One row per organization to write for, with its name: those due, and those that ended within the period."""
    everyone = asked(reference)
    mine = everyone[everyone["period_code"] == period_code]
    if organization is not None:
        mine = mine[mine["organization_code"] == chosen("organization", organization, mine["organization_code"])]
    if mine.empty:
        raise NothingToWrite(f"{organization or period_code}: không có trong danh sách của kỳ / not on the roster")
    named = active_stretches(reference)[["organization_code", "period_code", "name"]]
    return mine.merge(named, on=["organization_code", "period_code"])


def registered_fields(
    catalogue: Catalogue, reference: Reference, period_code: str
) -> dict[str, dict[str, dict[str, Any]]]:
    """What the register of organizations says for the period: organization -> form -> field -> code.

    A code that its list does not hold on that day is left to the sender.
    """
    choices = code_texts(reference, reference.period_ends[period_code])
    active = active_stretches(reference)
    today = active[active["period_code"] == period_code].to_dict("records")
    known: dict[str, dict[str, dict[str, Any]]] = {}
    for form in catalogue.forms:
        for name, field in form.fields.items() if form.kind == "record" else ():
            for row in today if field.registered_as else ():
                code = row[str(field.registered_as)]
                if code in choices.get(str(field.code_list), {}).values():
                    known.setdefault(str(row["organization_code"]), {}).setdefault(form.form, {})[name] = code
    return known


def carried_over(before: pd.DataFrame, period_code: str, reference: Reference, rules: RuleCatalogue) -> pd.DataFrame:
    """One row per organization and cell that the last period determines: organization_code, cell_code, value.

    ``before`` are the figures of the last period (`figures_before`); where there are none nothing is carried over.
    """
    terms = _determining_terms(rules)
    known = before[before["cell_code"].isin(terms.loc[terms["lag"] == 1, "source"])]
    if known.empty:
        return pd.DataFrame(columns=["organization_code", "cell_code", "value"])
    register = register_observations(reference)
    register = register[register["period_code"] == period_code].assign(lag=0)
    values = pd.concat([known.assign(lag=1), register])[["organization_code", "cell_code", "lag", "value"]]
    joined = terms.merge(values, left_on=["source", "lag"], right_on=["cell_code", "lag"], suffixes=("", "_source"))
    joined["value"] = joined["value"] * joined["coefficient"]
    complete = joined[joined["lag"] == 1].groupby(["rule_id", "organization_code"]).size().rename("found").reset_index()
    needed = terms[terms["lag"] == 1].groupby("rule_id").size().rename("needed").reset_index()
    complete = complete.merge(needed, on="rule_id")
    complete = complete.loc[complete["found"] == complete["needed"], ["rule_id", "organization_code"]]
    grouped = joined.merge(complete).groupby(["organization_code", "cell_code"], as_index=False)["value"]
    sums = grouped.sum(skipna=False)  # with a number of the register unknown, the sum is
    return sums[sums["value"] >= 0]


def _determining_terms(rules: RuleCatalogue) -> pd.DataFrame:
    """One row per rule and term of the equalities ``cell = previous and register cells``.

    Columns: rule_id, cell_code (what is determined), source, lag, coefficient.
    """
    terms = rule_terms_table(rules)
    equalities = {rule_id for rule_id, found in rules.expressions.items() if found.operator == "="}
    terms = terms[terms["rule_id"].isin(equalities)]
    current = (terms["lag"] == 0) & ~terms["cell_code"].str.startswith(REGISTER)
    alone = terms[current].groupby("rule_id").filter(lambda rows: len(rows) == 1)
    alone = alone[(alone["side"] == "left") & (alone["coefficient"] == 1)]
    lagging = terms.loc[terms["lag"] == 1, "rule_id"]
    alone = alone[alone["rule_id"].isin(lagging)]
    sources = terms[~current & (terms["side"] == "right")].rename(columns={"cell_code": "source"})
    return alone[["rule_id", "cell_code"]].merge(sources[["rule_id", "source", "lag", "coefficient"]], on="rule_id")


def carried_levels(catalogue: Catalogue) -> list[str]:
    """The cells of matrix forms that stay as they were in the last period unless something changed."""
    return [
        cell_code(form.form, item, column)
        for form in catalogue.forms
        for item in form.items
        for column in form.columns
        if form.is_carried(item, column)
    ]


def figures_before(home: Home, period_code: str, reference: Reference, cells: list[str]) -> pd.DataFrame:
    """One row per organization and one of ``cells`` in the last period: organization_code, cell_code, value.

    Empty where nothing is published for that period.
    """
    from khoi.warehouse.read import open_published

    previous = reference["periods"].set_index("period_code").loc[period_code, "previous_period_code"]
    try:
        with open_published(home) as connection:
            return connection.execute(
                "select organization_code, cell_code, value from fct_observations "
                "where period_code = ? and list_contains(?, cell_code) and value is not null",
                [previous, cells],
            ).df()
    except WarehouseError:
        return pd.DataFrame(columns=["organization_code", "cell_code", "value"])


def _filled(values: pd.DataFrame, catalogue: Catalogue, reference: Reference) -> dict[str, dict[str, Any]]:
    """The values by organization, form and (item, column), as `WorkbookContent.matrix` wants them."""
    cells = form_cells(catalogue, reference["codes"])
    placed = values.merge(cells.loc[cells["source"] == "matrix", ["cell_code", "form", "item", "column"]])
    return {str(code): dict(_by_form(rows)) for code, rows in placed.groupby("organization_code")}


def _by_form(rows: pd.DataFrame) -> Iterator[tuple[str, dict[tuple[str, str], int]]]:
    for form, cells in rows.groupby("form"):
        yield str(form), {(row.item, row.column): int(row.value) for row in cells.itertuples()}
