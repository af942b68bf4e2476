"""Which form of which organization is filled: organization x form for every committee and period."""

from __future__ import annotations

from typing import Any

from khoi.reports.quality.tables import QualityTables, Row, rows, rows_by

FILLED, NIL, PARTIAL, EMPTY = "filled", "nil", "partial", "empty"


def form_matrices(tables: QualityTables) -> dict[tuple[str, str], list[Row]]:
    """By committee and period: groups of organizations that owe the same forms.

    A group has ``forms`` (code and labels, in their order) and ``organizations``: one row each with its completeness
    row and ``cells``, the state of each form: filled, nil (all zero), partial (figures missing), empty. An organization
    whose workbook does not count stands in the greatest group, without cells.
    """
    labels = {row["form"]: row for row in rows(tables.form_labels)}
    told = rows_by(tables.forms, "committee_code", "organization_code", "period_code")
    matrices: dict[tuple[str, str], list[Row]] = {}
    for key, roster in rows_by(tables.completeness, "committee_code", "period_code").items():
        groups: dict[tuple[str, ...], list[Row]] = {}
        silent = []
        for row in roster:
            cells = {one["form"]: _state(one) for one in told.get((key[0], row["organization_code"], key[1]), [])}
            if cells:
                groups.setdefault(tuple(form for form in labels if form in cells), []).append(row | {"cells": cells})
            else:
                silent.append(row | {"cells": {}})
        matrices[key] = _laid_out(groups, silent, labels)
    return matrices


def _laid_out(groups: dict[tuple[str, ...], list[Row]], silent: list[Row], labels: dict[Any, Row]) -> list[Row]:
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])) or [((), [])]
    forms, members = ordered[0]
    ordered[0] = (forms, sorted([*members, *silent], key=lambda row: str(row["organization_code"])))
    return [{"forms": [labels[form] for form in forms], "organizations": members} for forms, members in ordered]


def _state(form: Row) -> Row:
    """The state of one form: its counts of figures that are there, zero and missing say which."""
    if form["missing"] and not form["filled"] + form["zero"]:
        state = EMPTY
    elif form["missing"]:
        state = PARTIAL
    else:
        state = FILLED if form["filled"] else NIL
    return {"state": state, "missing": form["missing"]}
