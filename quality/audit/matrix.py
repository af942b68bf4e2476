"""The rule catalogue as the matrix that the audit and the localiser read: one edit per linear rule in force."""

from __future__ import annotations

import datetime as dt

from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import PREVIOUS, REGISTER
from quality.localise.problem import Edit
from quality.localise.weights import load_weights


def rule_edits(
    rules: RuleCatalogue, day: dt.date, parameters: dict[str, int] | None = None, organization_type: str | None = None
) -> list[Edit]:
    """The linear rules in force on ``day`` as edits over cell codes (``prev.`` before the previous period's), by id.

    Rules for some organization types only are taken for that ``organization_type``; without one they are left out, so
    that what contradicts itself only on paper is not reported. Rules between levels look at more than one workbook and
    are left out. ``parameters`` resolves tolerances that are named
    parameters; an unknown one counts as 0, the strictest.
    """
    soft = load_weights().soft_rule
    found = []
    for rule in rules.linear:
        if rule.scope == "levels" or not rule.in_force(day) or rule.severity_on(day) == "info":
            continue
        if rule.when.organization_type and organization_type not in rule.when.organization_type:
            continue
        compiled = rules.expressions[rule.id]
        tolerance = rule.tolerance if isinstance(rule.tolerance, int) else (parameters or {}).get(rule.tolerance, 0)
        found.append(
            Edit(
                rule.id,
                compiled.net,
                compiled.operator,
                compiled.left_constant - compiled.right_constant,
                tolerance,
                None if rule.severity_on(day) == "hard" else soft,
            )
        )
    return sorted(found, key=lambda edit: edit.key)


def trusted_cells(edits: list[Edit]) -> frozenset[str]:
    """Cells of the edits that are never to blame: registers and the accepted past."""
    names = {name for edit in edits for name, _ in edit.terms}
    return frozenset(name for name in names if name.startswith((PREVIOUS, REGISTER)))
