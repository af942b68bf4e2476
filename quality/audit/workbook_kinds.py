"""The rule matrix as it holds in practice: one per period's forms, sender and organization type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.model import Sender
from ingest.catalogue.tables import aggregate_conditions
from ingest.reference import COMMITTEE_ITSELF, Reference
from ingest.template import PrintedFigures
from ingest.template.layout import layouts
from quality.catalogue import RuleCatalogue
from quality.engine.completeness import roster
from quality.engine.context import applicability, organization_types
from quality.localise.build import ProblemBuilder
from quality.localise.problem import Constraint


@dataclass(frozen=True)
class WorkbookKind:
    """The rules that hold for one kind of workbook, as constraints over the cells it prints."""

    period_code: str
    organization_type: str
    constraints: tuple[Constraint, ...]
    cells: tuple[str, ...]
    signed: frozenset[str]


def workbook_kinds(
    periods: Iterable[str], rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> Iterator[WorkbookKind]:
    """One per distinct set of constraints and cells among the workbooks due in ``periods``, by period and type."""
    workbook_kinds = _due_kinds(sorted(set(periods)), reference)
    holding = applicability(rules, workbook_kinds, catalogue, reference)
    builder = ProblemBuilder(rules, catalogue, reference)
    conditions = aggregate_conditions(catalogue, reference["codes"])
    linear = {rule.id for rule in rules.linear}
    by_workbook_kind = dict(tuple(holding[holding["rule_id"].isin(linear)].groupby("workbook_kind")))
    seen: set[tuple[tuple[Constraint, ...], tuple[str, ...]]] = set()
    for workbook_kind in workbook_kinds.itertuples():
        sender: Sender = "committee" if workbook_kind.organization_type == COMMITTEE_ITSELF else "organization"
        day = reference.period_ends[str(workbook_kind.period_code)]
        form_set = catalogue.form_set(day, str(workbook_kind.period_kind), sender)
        printed = PrintedFigures(layouts(form_set), conditions)
        cells = tuple(sorted({*printed.matrix, *printed.aggregates}))
        states = dict.fromkeys(cells, "value")
        constraints = builder.constraints(by_workbook_kind.get(workbook_kind.workbook_kind, holding.iloc[:0]), states)
        if (constraints, cells) not in seen:
            seen.add((constraints, cells))
            signed = frozenset(
                code for code, (layout, item, _) in printed.matrix.items() if layout.form.items[item].signed
            )
            yield WorkbookKind(
                str(workbook_kind.period_code), str(workbook_kind.organization_type), constraints, cells, signed
            )


def _due_kinds(periods: list[str], reference: Reference) -> pd.DataFrame:
    """One row per period and organization type on its rosters; tolerances are those of the first committee."""
    subjects = roster(reference)
    subjects = subjects[subjects["period_code"].isin(periods)]
    typed = subjects.assign(organization_type=organization_types(subjects, reference))
    typed = typed.dropna(subset=["organization_type"])
    typed = typed.sort_values(["period_end", "organization_type", "committee_code"])
    typed = typed.drop_duplicates(["period_code", "organization_type"])
    kinds = reference["periods"].set_index("period_code")["kind"]
    numbered = typed.assign(period_kind=typed["period_code"].map(kinds), workbook_kind=range(len(typed)))
    return numbered.assign(is_new=False, is_ended=False)
