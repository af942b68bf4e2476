"""The audit as tables, for `khoi rules audit`, and the refusal of rules that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.derived_once import derived_once
from ingest.reference import Reference
from quality.audit.blindspots import blind_spots
from quality.audit.consistency import contradictions, redundancies
from quality.audit.remedies import remedies, repeat_candidates, total_candidates
from quality.audit.workbook_kinds import WorkbookKind, workbook_kinds
from quality.catalogue import RuleCatalogue, RuleError
from quality.catalogue.words import CellLabels
from quality.localise.build import trusted_cells

_SAME_RULES = ["period_code", "organization_type"]
_CONTRADICTIONS = [*_SAME_RULES, "cell_code", "rules"]
_REDUNDANCIES = [*_SAME_RULES, "rule_id", "because"]
_SPOTS = [*_SAME_RULES, "cell_code", "label_vi", "label_en", "sight", "watched", "twins", "rules"]
_REMEDIES = [*_SAME_RULES, "rule", "noticed", "located", "cells"]


class ContradictoryRules(RuleError):
    """Hard rules that no workbook can satisfy, or only with a cell left at zero; the message names the fewest."""


@dataclass(frozen=True)
class RulesAudit:
    """What the rules are like, one row per kind of workbook (period, organization type) and

    ``contradictions``: cell that could never be filled (none: nothing can satisfy the rules), the fewest culprits;
    ``redundancies``: rule that the fewest others already say; ``blind_spots``: cell, with what a single error in it
    leads to (unseen, beyond_slack, noticed, located); ``remedies``: new rule, with how many cells it would let be
    noticed and located, best first.
    """

    contradictions: pd.DataFrame
    redundancies: pd.DataFrame
    blind_spots: pd.DataFrame
    remedies: pd.DataFrame


def audit_rules(periods: Iterable[str], rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> RulesAudit:
    """Audit the rules as they hold for the workbooks due in ``periods``."""
    labels = CellLabels.of(catalogue, reference)
    parts = [
        _audit(workbook_kind, labels, catalogue)
        for workbook_kind in workbook_kinds(periods, rules, catalogue, reference)
    ]
    names = (_CONTRADICTIONS, _REDUNDANCIES, _SPOTS, _REMEDIES)
    joined = [[row for part in parts for row in part[position]] for position in range(len(names))]
    return RulesAudit(*(pd.DataFrame(rows, columns=columns) for rows, columns in zip(joined, names, strict=True)))


def require_consistent(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> None:
    """Raise ContradictoryRules where the hard rules of any reporting period contradict each other."""
    found = _contradiction(rules, catalogue, reference)
    if found:
        raise ContradictoryRules(found)


@derived_once
def _contradiction(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> str:
    """What the first contradiction is and what to do, nothing where there is none."""
    periods = reference["reporting_periods"]["period_code"].unique()
    for workbook_kind in workbook_kinds(periods, rules, catalogue, reference):
        for found in contradictions(workbook_kind.constraints, workbook_kind.signed):
            culprits = ", ".join(found.rules)
            where = f"{workbook_kind.period_code}, {workbook_kind.organization_type}"
            if found.cell is None:
                return (
                    f"{culprits} ({where}): các quy tắc mâu thuẫn nhau, không báo cáo nào đúng được; sửa một quy tắc / "
                    "the rules contradict each other, no workbook can satisfy them; change one of them"
                )
            return (
                f"{culprits} ({where}): theo các quy tắc này {found.cell} không bao giờ khác 0; sửa một quy tắc / "
                "by these rules the cell could never be anything but 0; change one of them"
            )
    return ""


_Rows = list[tuple[object, ...]]


def _audit(workbook_kind: WorkbookKind, labels: CellLabels, catalogue: Catalogue) -> tuple[_Rows, _Rows, _Rows, _Rows]:
    constraints, where = list(workbook_kind.constraints), (workbook_kind.period_code, workbook_kind.organization_type)
    trusted = trusted_cells(constraints)
    spots = blind_spots(workbook_kind.cells, constraints, trusted)
    dim = [spot.cell for spot in spots if spot.sight != "located"]
    # To ask for one figure twice is worth trying only where that also tells its twin apart.
    twice = [spot.cell for spot in spots if spot.twins]
    candidates = [*total_candidates(dim, catalogue), *repeat_candidates(twice)]
    return (
        [(*where, one.cell, ", ".join(one.rules)) for one in contradictions(constraints, workbook_kind.signed)],
        [(*where, one.rule, ", ".join(one.because)) for one in redundancies(constraints, workbook_kind.signed)],
        [
            (
                *where,
                spot.cell,
                labels.label(spot.cell, "vi"),
                labels.label(spot.cell, "en"),
                spot.sight,
                ", ".join(spot.watched),
                ", ".join(spot.twins),
                ", ".join(spot.rules),
            )
            for spot in spots
        ],
        [
            (*where, one.rule.key, len(one.noticed), len(one.located), ", ".join(sorted({*one.noticed, *one.located})))
            for one in remedies(workbook_kind.cells, constraints, candidates, trusted)
        ],
    )
