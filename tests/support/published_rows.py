"""Published figures over the deployment of rows, one for every aggregate, comparison and status."""

from __future__ import annotations

from pathlib import Path

import pytest
from built_once import built_once
from lake_of_rows import LakeOfRows

from khoi.deployment.home import Home
from khoi.warehouse.build import build_warehouse
from khoi.warehouse.publish import publish

Row = dict[str, object]

# figure, value, denominator, pct, dimension
FIGURES = [
    ("total", 222, None, None, None),
    ("admitted", 13, None, None, None),
    ("excellent", 20, 200, 10.01, None),
    ("excellent_far", 20, 200, 10.05, None),
    ("undefined", 5, None, None, None),
    ("undated", 59, None, None, None),
    ("average", None, None, 9, None),
    ("average_low", None, None, 11, None),
    ("opening", 240, None, None, None),
    ("first_opening", 238, None, None, None),
    ("positive", 1, None, None, None),
    ("per_year", 6, None, None, None),
    ("rounded", 10, None, None, None),
    ("handed_over", 1, None, None, None),
    ("no_data", 7, None, None, None),
    ("sum_total", 222, None, None, None),
    ("part_a", 200, None, None, None),
    ("part_b", 21, None, None, None),
    ("part_c", 180, None, None, None),
    ("part_d", 42, None, None, None),
    ("total_again", 222, None, None, "restates=sum_total"),
]

# figure, measure, denominator, aggregate, from, to, comparison, note; all of committee AA
COVERED = [
    ("total", "members_total", None, "last", "2022H1", "2022H1", "equal", None),
    ("admitted", "members_admitted", None, "sum", "2021H2", "2022H1", "equal", None),
    ("excellent", "members_excellent", "members_rated", "last", "2021H2", "2021H2", "equal", None),
    ("excellent_far", "members_excellent_pct", None, "last", "2021H2", "2021H2", "equal", None),
    ("average", "members_excellent_pct", None, "average_ratio", "2021H1", "2022H1", "at_least", None),
    ("average_low", "members_excellent_pct", None, "average_ratio", "2021H1", "2022H1", "at_least", None),
    ("opening", "members_total", None, "opening", "2021H2", "2022H1", "equal", None),
    ("first_opening", "members_opening", None, "opening", "2021H1", "2022H1", "equal", None),
    ("positive", "members_expelled_cases", None, "organizations_positive", "2021H1", "2022H1", "equal", None),
    ("per_year", "members_admitted", None, "average_year", "2021H2", "2022H1", "equal", "2 năm"),
    ("rounded", "members_excellent_pct", None, "last", "2021H2", "2021H2", "rounded", None),
    ("handed_over", "orgs_handed_over", None, "sum", "2021H1", "2022H1", "equal", None),
    ("no_data", "members_rated", None, "last", "2022H1", "2022H1", "equal", None),
    ("sum_total", "members_total", None, "last", "2022H1", "2022H1", "equal", None),
    ("part_a", "members_total", None, "last", "2022H1", "2022H1", "equal", None),
    ("total_again", "members_total", None, "last", "2022H1", "2022H1", "equal", None),
]

# figure: status, the warehouse's number
EXPECTED: dict[str, tuple[str, float | None]] = {
    "total": ("equal", 222),
    "admitted": ("differs", 12),
    "excellent": ("equal", 20),
    "excellent_far": ("published_inconsistent", 20),
    "undefined": ("not_covered", None),
    "undated": ("out_of_scope", None),
    "average": ("within_bound", None),
    "average_low": ("differs", None),
    "opening": ("equal", 240),
    "first_opening": ("equal", 238),
    "positive": ("equal", 1),
    "per_year": ("equal", 6),
    "rounded": ("differs", 20),
    "handed_over": ("equal", 1),
    "no_data": ("differs", None),
    "sum_total": ("equal", 222),
    "part_a": ("published_inconsistent", 222),
    "part_b": ("not_covered", None),
    "part_c": ("not_covered", None),
    "part_d": ("not_covered", None),
    "total_again": ("equal", 222),
}


def published_rows() -> dict[str, list[Row]]:
    """The arguments of `LakeOfRows` that add the figures, their definitions and the publication's sums."""
    figures: list[Row] = [
        {
            **{"figure_id": name, "block": "a", "report": "r", "domain": "membership", "measure": name},
            **{"measure_vi": name, "value": value, "denominator": base, "published_pct": percent},
            "dimension": dimension,
        }
        for name, value, base, percent, dimension in FIGURES
    ]
    names = ("figure_id", "measure_code", "denominator_measure_code", "aggregate", "period_from", "period_to")
    definitions: list[Row] = [
        {
            **dict(zip((*names, "comparison", "note"), row, strict=True)),
            **{"scope": "covered", "committee_code": "AA"},
        }
        for row in COVERED
    ]
    undated = {
        "figure_id": "undated",
        "scope": "out_of_scope",
        "reason_vi": "không có mốc",
        "reason_en": "undated",
    }
    checks: list[Row] = [
        {
            "check_id": "bad",
            "total_figure_id": "sum_total",
            "part_figure_ids": "part_a;part_b",
            "note_en": "200 + 21",
        },
        {"check_id": "good", "total_figure_id": "total_again", "part_figure_ids": "part_c; part_d"},
    ]
    return {"figures": figures, "definitions": [*definitions, undated], "checks": checks}


def built_rows(factory: pytest.TempPathFactory) -> Home:
    """A home with these rows built, dbt's unit tests among it, and published; once for all workers."""
    return Home(built_once(factory, "it's data", _build))


def _build(root: Path) -> None:
    home = LakeOfRows(**published_rows()).write(root)
    build_warehouse(home, arguments=())
    publish(home, fingerprint="of-the-rows")
