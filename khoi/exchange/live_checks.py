"""The checks that each organization's blank workbook carries: which rules hold for it, and what is known before it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.model import Sender
from ingest.catalogue.tables import aggregate_conditions
from ingest.reference import Reference
from ingest.register_cells import register_observations
from ingest.template import PrintedFigures, WorkbookChecks
from ingest.template.layout import layouts
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import PREVIOUS
from quality.catalogue.words import CellLabels
from quality.check_sheet.formulas import HoldingRule, workbook_checks
from quality.engine.context import SAME_RULES, applicability, began_within, ended_within, organization_types


class ChecksByOrganization:
    """The checks of every organization of a period's roster; compiled once for all of which the same rules hold."""

    def __init__(
        self,
        expected: pd.DataFrame,
        before: pd.DataFrame,
        catalogue: Catalogue,
        reference: Reference,
        rules: RuleCatalogue,
    ) -> None:
        """``expected``: the roster (committee_code, organization_code, period_code, period_end) of one period.

        ``before``: organization_code, cell_code and value of the period before (`figures_before`).
        """
        kinds = reference["periods"].set_index("period_code")["kind"]
        subjects = expected.assign(period_kind=expected["period_code"].map(kinds))
        subjects["organization_type"] = organization_types(subjects, reference)
        subjects["is_new"] = began_within(subjects, reference)
        subjects["is_ended"] = ended_within(subjects, reference)
        subjects["workbook_kind"] = subjects.groupby(SAME_RULES, dropna=False).ngroup()
        self._catalogue, self._reference, self._rules = catalogue, reference, rules
        self._labels = CellLabels.of(catalogue, reference)
        self._subjects = subjects.set_index("organization_code")
        workbook_kinds = subjects[["workbook_kind", *SAME_RULES]].drop_duplicates("workbook_kind")
        holding = applicability(rules, workbook_kinds, catalogue, reference)
        linear = {rule.id for rule in rules.linear}
        self._holding = dict(tuple(holding[holding["rule_id"].isin(linear)].groupby("workbook_kind")))
        self._known = _known(before, str(expected["period_code"].iloc[0]), reference)
        self._compiled: dict[tuple[int, Sender], WorkbookChecks] = {}

    def of(self, organization: str) -> WorkbookChecks:
        """The checks of one organization."""
        subject = self._subjects.loc[organization]
        sender: Sender = self._reference.sender(organization)
        key = (int(subject["workbook_kind"]), sender)
        if key not in self._compiled:
            self._compiled[key] = self._compile(subject, sender)
        compiled, known = self._compiled[key], self._known.get(organization, {})
        return replace(compiled, known={**compiled.known, **{k: known[k] for k in compiled.keys if k in known}})

    def _compile(self, subject: pd.Series, sender: Sender) -> WorkbookChecks:
        day = self._reference.period_ends[subject["period_code"]]
        form_set = self._catalogue.form_set(day, str(subject["period_kind"]), sender)
        sheets = layouts(form_set, subject["organization_type"])
        printed = PrintedFigures(sheets, aggregate_conditions(self._catalogue, self._reference["codes"]))
        rows = self._holding.get(subject["workbook_kind"])
        holding = (
            [] if rows is None else [HoldingRule(row.rule_id, row.severity, row.tolerance) for row in rows.itertuples()]
        )
        return workbook_checks(holding, self._rules, printed, self._labels, {})


def _known(before: pd.DataFrame, period_code: str, reference: Reference) -> dict[str, dict[str, float | None]]:
    """Organization -> key -> value of the last period's figures and of the register's; None where one is unknown."""
    register = register_observations(reference)
    register = register[register["period_code"] == period_code]
    last = before.assign(cell_code=PREVIOUS + before["cell_code"].astype(str))
    values = pd.concat([last, register])[["organization_code", "cell_code", "value"]]
    summed = values.groupby(["organization_code", "cell_code"], as_index=False)["value"].sum(skipna=False)
    found: dict[str, dict[str, float | None]] = {}
    for row in summed.itertuples():
        found.setdefault(str(row.organization_code), {})[str(row.cell_code)] = (
            None if pd.isna(row.value) else float(str(row.value))
        )
    return found
