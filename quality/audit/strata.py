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
from quality.check_sheet.formulas import as_printed
from quality.engine.completeness import roster
from quality.engine.context import applicability, organization_types
from quality.localise.problem import Edit
from quality.localise.weights import load_weights


@dataclass(frozen=True)
class AuditedStratum:
    """The rules that hold for one kind of workbook, as edits over the cells it prints."""

    period_code: str
    organization_type: str
    edits: tuple[Edit, ...]
    cells: tuple[str, ...]
    signed: frozenset[str]


def audited_strata(
    periods: Iterable[str], rules: RuleCatalogue, catalogue: Catalogue, reference: Reference
) -> Iterator[AuditedStratum]:
    """One per distinct set of edits and cells among the workbooks due in ``periods``, in order of period and type."""
    strata = _strata(sorted(set(periods)), reference)
    holding = applicability(rules, strata, catalogue, reference)
    conditions = aggregate_conditions(catalogue, reference["codes"])
    linear = {rule.id for rule in rules.linear}
    by_stratum = dict(tuple(holding[holding["rule_id"].isin(linear)].groupby("stratum")))
    seen: set[tuple[tuple[Edit, ...], tuple[str, ...]]] = set()
    for stratum in strata.itertuples():
        sender: Sender = "committee" if stratum.organization_type == COMMITTEE_ITSELF else "organization"
        day = reference.period_ends[str(stratum.period_code)]
        form_set = catalogue.form_set(day, str(stratum.period_kind), sender)
        printed = PrintedFigures(layouts(form_set), conditions)
        cells = tuple(sorted({*printed.matrix, *printed.aggregates}))
        edits = tuple(_edits(by_stratum.get(stratum.stratum, holding.iloc[:0]), rules, printed))
        if (edits, cells) not in seen:
            seen.add((edits, cells))
            signed = frozenset(
                code for code, (layout, item, _) in printed.matrix.items() if layout.form.items[item].signed
            )
            yield AuditedStratum(str(stratum.period_code), str(stratum.organization_type), edits, cells, signed)


def _strata(periods: list[str], reference: Reference) -> pd.DataFrame:
    """One row per period and organization type on its rosters; tolerances are those of the first committee."""
    subjects = roster(reference)
    subjects = subjects[subjects["period_code"].isin(periods)]
    typed = subjects.assign(organization_type=organization_types(subjects, reference))
    typed = typed.dropna(subset=["organization_type"])
    typed = typed.sort_values(["period_end", "organization_type", "committee_code"])
    typed = typed.drop_duplicates(["period_code", "organization_type"])
    kinds = reference["periods"].set_index("period_code")["kind"]
    return typed.assign(period_kind=typed["period_code"].map(kinds), stratum=range(len(typed)))


def _edits(holding: pd.DataFrame, rules: RuleCatalogue, printed: PrintedFigures) -> Iterator[Edit]:
    soft = load_weights().soft_rule
    for row in holding.sort_values("rule_id").itertuples():
        expression = as_printed(rules.expressions[str(row.rule_id)], printed)
        if expression is None or row.severity == "info":
            continue
        constant = expression.left_constant - expression.right_constant
        weight = None if row.severity == "hard" else soft
        tolerance = int(float(str(row.tolerance)))
        yield Edit(str(row.rule_id), expression.net, expression.operator, constant, tolerance, weight)
