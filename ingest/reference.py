"""Reading the seeds of a deployment: code lists, registers and parameters, all as text tables with typed dates.

What every deployment shares lies in the product's `seeds/`, what is a committee's own in the deployment; a file of
the deployment replaces the shared one of its name. The columns of every file are declared here once;
`dbt_project/seeds` properties and the pandera schemas of `quality` are tested against them. Cells are text ("01"
stays "01"); an empty cell is None.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import pandas as pd

SEEDS_DIR = Path(__file__).resolve().parent.parent / "seeds"
"""What every deployment shares; it travels beside this package, in the checkout and in the wheel."""

_VALIDITY = ["valid_from", "valid_to", "authority"]
SEED_COLUMNS: dict[str, list[str]] = {
    "codes": [
        "code_list",
        "code",
        "label_vi",
        "label_en",
        "aliases",
        "parent_code",
        "sort_order",
        *_VALIDITY,
    ],
    "code_combinations": ["combination", "left_code", "right_code", *_VALIDITY],
    "committees": ["committee_code", "name_vi", "name_en", "province", "block", *_VALIDITY],
    "organizations": [
        "organization_code",
        "committee_code",
        "name",
        "organization_type",
        "sector",
        "industrial_zone",
        *_VALIDITY,
    ],
    "organization_events": [
        "event_id",
        "event_type",
        "effective_on",
        "committee_code",
        "from_organization_code",
        "to_organization_code",
        "external_body",
        "unit",
        "cells_moved",
        "members_moved",
        "authority",
        "note",
    ],
    "periods": [
        "period_code",
        "kind",
        "year",
        "period_start",
        "period_end",
        "previous_period_code",
        "label_vi",
        "label_en",
    ],
    "reporting_periods": ["committee_code", "period_code", "due_on", "locked_on"],
    "measures": [
        "measure_code",
        "label_vi",
        "label_en",
        "unit_vi",
        "unit_en",
        "kind",
        "aggregation",
        "numerator_measure",
        "denominator_measure",
    ],
    "measure_terms": ["measure_code", "cell_code", "coefficient"],
    "rule_parameters": ["parameter", "committee_code", "value", *_VALIDITY],
    "published_figures": [
        "figure_id",
        "block",
        "report",
        "section",
        "domain",
        "measure",
        "measure_vi",
        "dimension",
        "period_start",
        "period_end",
        "value",
        "denominator",
        "published_pct",
        "kind",
        "target_op",
        "target_low",
        "target_high",
        "target_unit",
    ],
    "figure_definitions": [
        "figure_id",
        "scope",
        "reason_vi",
        "reason_en",
        "committee_code",
        "measure_code",
        "denominator_measure_code",
        "aggregate",
        "period_from",
        "period_to",
        "comparison",
        "note",
    ],
    "published_checks": ["check_id", "total_figure_id", "part_figure_ids", "note_vi", "note_en"],
    "targets": [
        "target_id",
        "figure_id",
        "committee_code",
        "target_set",
        "label_vi",
        "label_en",
        "measure_code",
        "base_measure_code",
        "organization_type",
        "unit",
        "time_window",
        "divisor",
        "operator",
        "low",
        "high",
        "revises",
        *_VALIDITY,
        "note",
    ],
    "measure_breaks": ["measure_code", "changed_on", "bridge_measure_code", "note_vi", "note_en", "authority"],
    "corrections": [
        "correction_id",
        "committee_code",
        "organization_code",
        "period_code",
        "cell_code",
        "expected_old",
        "new_value",
        "reason",
        "by_role",
        "decided_on",
        "expires",
    ],
}


TARGET_LIST = "target"
"""The code list that follows from the register of targets and stands in no file."""
COMMITTEE_ITSELF = "CAP_TREN"
"""The organization type of the code under which a committee sends in its own work."""


class SeedError(ValueError):
    """A seed that cannot be used; the message names file, line and what to change."""


@dataclass(frozen=True)
class Reference:
    """The seeds of one deployment: one frame per file, by name."""

    folder: Path
    tables: dict[str, pd.DataFrame]
    fingerprint: str

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @cached_property
    def period_ends(self) -> dict[str, dt.date]:
        """The last day of every declared period."""
        periods = self.tables["periods"]
        return {
            code: dt.date.fromisoformat(end)
            for code, end in zip(periods["period_code"], periods["period_end"], strict=True)
        }

    def committee_on(self, committee_code: str, day: dt.date) -> pd.Series:
        """The row of `committees` in force on ``day``: a committee may be renamed and has then several stretches.

        Before its first stretch that one stands, in a hole or after the last one the one before. Raises KeyError for a
        committee that the register does not know.
        """
        committees = self.tables["committees"]
        stretches = committees[committees["committee_code"] == committee_code]
        if stretches.empty:
            raise KeyError(committee_code)
        begins_on = stretches["valid_from"].fillna("")
        begun = begins_on[begins_on <= day.isoformat()]
        return stretches.loc[begun.idxmax() if len(begun) else begins_on.idxmin()]

    @cached_property
    def committees_themselves(self) -> frozenset[str]:
        """The organization codes under which committees send in their own work."""
        organizations = self.tables["organizations"]
        return frozenset(organizations.loc[organizations["organization_type"] == COMMITTEE_ITSELF, "organization_code"])

    def as_declared(self) -> dict[str, pd.DataFrame]:
        """The rows of the files alone, without those that follow from another file."""
        codes = self.tables["codes"]
        return {**self.tables, "codes": codes[codes["code_list"] != TARGET_LIST]}

    def sender(self, organization_code: str) -> Literal["organization", "committee"]:
        """Who sends under ``organization_code``: an organization, or the committee above for itself."""
        return "committee" if organization_code in self.committees_themselves else "organization"


def seed_file(folder: Path, name: str) -> Path:
    """Where a seed is read from: the deployment's own file in ``folder``, else the shared one of that name.

    Raises SeedError where it is a register, which nobody shares, and the deployment has none.
    """
    own, shared = folder / f"{name}.csv", SEEDS_DIR / f"{name}.csv"
    if own.is_file():
        return own
    if shared.is_file():
        return shared
    header = ",".join(SEED_COLUMNS[name])
    raise SeedError(
        f"{own}: không có tệp; nếu không có gì để ghi, hãy lập tệp chỉ có dòng đầu `{header}`\n"
        "the file is missing; where there is nothing to say, make one with that header only"
    )


def load_reference(folder: Path) -> Reference:
    """Read every declared seed of the deployment whose seeds lie in ``folder`` (`seed_file`).

    Raises SeedError where a register is missing or a header differs from the declaration.
    """
    tables: dict[str, pd.DataFrame] = {}
    digest = hashlib.sha256()
    for name, columns in SEED_COLUMNS.items():
        path = seed_file(folder, name)
        digest.update(name.encode() + b"\0" + path.read_bytes())
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        if list(frame.columns) != columns:
            raise SeedError(f"{path}: the header must be {','.join(columns)}")
        tables[name] = frame.astype(object).where(frame != "", None)
    tables["codes"] = pd.concat([tables["codes"], _target_codes(tables["targets"])], ignore_index=True)
    return Reference(folder, tables, digest.hexdigest()[:16])


def _target_codes(targets: pd.DataFrame) -> pd.DataFrame:
    """The register of targets as a code list, so that a committee's workbook names them by their labels."""
    codes = targets.rename(columns={"target_id": "code"}).assign(
        code_list=TARGET_LIST, aliases=None, parent_code=None, sort_order=[str(n) for n in range(1, len(targets) + 1)]
    )
    return codes.reindex(columns=SEED_COLUMNS["codes"])
