"""Reading the seeds of a deployment: code lists, registers and parameters, all as text tables with typed dates.

What every deployment shares lies in the product's `seeds/`, what is a committee's own in the deployment; a file of
the deployment replaces the shared one of its name. The columns of every file are declared here once, what they hold
in `ingest/register_files/registers.yaml`; `dbt_project/seeds` properties and the pandera schemas of `quality` are
tested against them. Cells are text ("01" stays "01"); an empty cell is None.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal

import pandas as pd

from ingest.register_files.mistakes import Mistake, RegisterMistakes, SeedError, TablePlaces
from ingest.register_files.tables import RegisterContent, RegisterTables, contents_of, read_contents
from ingest.register_files.values import is_day

__all__ = ["SEED_COLUMNS", "Reference", "RegisterMistakes", "SeedError", "load_reference", "read_reference"]

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
    "holidays": ["day", "name_vi", "name_en", "source"],
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
    "deciding_roles": ["role_code", "label_vi", "label_en", "aliases"],
}


TARGET_LIST = "target"
"""The code list that follows from the register of targets and stands in no file."""
COMMITTEE_ITSELF = "CAP_TREN"
"""The organization type of the code under which a committee sends in its own work."""


@dataclass(frozen=True)
class Reference:
    """The seeds of one deployment: one frame per file, by name."""

    folder: Path
    tables: dict[str, pd.DataFrame]
    fingerprint: str
    places: dict[str, TablePlaces] = field(default_factory=dict)
    """Where the rows of each register stand in its file."""
    incomplete: frozenset[str] = frozenset()
    """Registers of which something could not be read: what is not in them may still be in their file."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @cached_property
    def period_ends(self) -> dict[str, dt.date]:
        """The last day of every declared period; a line that holds no day is told by the register's check."""
        periods = self.tables["periods"]
        return {
            code: dt.date.fromisoformat(end)
            for code, end in zip(periods["period_code"], periods["period_end"], strict=True)
            if is_day(str(end))
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
        return {name: self.stored(name) for name in self.tables}

    def sender(self, organization_code: str) -> Literal["organization", "committee"]:
        """Who sends under ``organization_code``: an organization, or the committee above for itself."""
        return "committee" if organization_code in self.committees_themselves else "organization"

    def organization_type(self, organization_code: str, day: dt.date) -> str | None:
        """What the register calls ``organization_code`` on ``day``; None where it is not registered then."""
        kinds = self._types_by_organization.get(organization_code, ())
        return next((kind for first, last, kind in kinds if first <= day.isoformat() <= last), None)

    @cached_property
    def _types_by_organization(self) -> dict[str, list[tuple[str, str, str]]]:
        """Organization -> its stretches: first day, last day, type."""
        rows = self["organizations"].fillna({"valid_to": "9999-12-31"})
        stretches: dict[str, list[tuple[str, str, str]]] = {}
        for code, first, last, kind in rows[
            ["organization_code", "valid_from", "valid_to", "organization_type"]
        ].itertuples(index=False):
            stretches.setdefault(str(code), []).append((str(first), str(last), str(kind)))
        return stretches

    def stored(self, name: str) -> pd.DataFrame:
        """The rows of a register's own file: the code lists without the targets that stand among them."""
        table = self.tables[name]
        return table[table["code_list"] != TARGET_LIST] if name == "codes" else table

    def places_of(self, name: str) -> TablePlaces:
        """Where the rows of a register stand: under a header in the declared order where no file was read."""
        columns = SEED_COLUMNS[name]
        return self.places.get(name) or TablePlaces(f"{name}.csv", {c: n for n, c in enumerate(columns, start=1)})


_LISTS = {"codes": "code_list", "code_combinations": "combination"}
"""The shared seeds that hold several lists, and the column that names them."""


def seed_file(folder: Path, name: str) -> Path:
    """Where a seed is read from: the deployment's own file in ``folder``, else the shared one of that name.

    The file is not there where it is a register, which nobody shares, and the deployment has none.
    """
    own, shared = folder / f"{name}.csv", SEEDS_DIR / f"{name}.csv"
    return shared if shared.is_file() and not own.exists() else own


def load_reference(folder: Path) -> Reference:
    """Read every declared seed of the deployment whose seeds lie in ``folder`` (`seed_file`), as it is stored.

    Raises RegisterMistakes, which tells every line that cannot be read (`ingest.register_files`). What must hold of
    the values is checked by `quality.registers`.
    """
    reference, mistakes = read_reference(folder)
    if mistakes:
        raise RegisterMistakes(folder, mistakes)
    return reference


def read_reference(folder: Path) -> tuple[Reference, list[Mistake]]:
    """The seeds of ``folder`` as far as they can be read, and every mistake of reading.

    As long as the files say the same, the answer of the last call is given again, with all that was derived from it.
    """
    files = {name: seed_file(folder, name) for name in SEED_COLUMNS}
    reference, mistakes = _reference_said(folder, contents_of(files, SEED_COLUMNS))
    return reference, [*mistakes]


@lru_cache(maxsize=4)
def _reference_said(folder: Path, contents: tuple[RegisterContent, ...]) -> tuple[Reference, list[Mistake]]:
    return reference_of(folder, read_contents(contents))


def reference_of(folder: Path, read: RegisterTables) -> tuple[Reference, list[Mistake]]:
    """What was read as a reference; the register of targets is a code list as well.

    A whole list that the deployment's file does not have is the product's: a later edition brought it, and its forms
    and rules name it. A list that is there stays as the deployment has it.
    """
    tables = dict(read.tables)
    for name in _LISTS.keys() - read.incomplete:
        tables[name] = pd.concat([tables[name], _later_lists(name, tables[name])], ignore_index=True)
    tables["codes"] = pd.concat([tables["codes"], _target_codes(tables["targets"])], ignore_index=True)
    return Reference(folder, tables, read.fingerprint, read.places, read.incomplete), read.mistakes


def _later_lists(name: str, own: pd.DataFrame) -> pd.DataFrame:
    shared = _shared_lists(name)
    return shared[~shared[_LISTS[name]].isin(own[_LISTS[name]])]


@cache
def _shared_lists(name: str) -> pd.DataFrame:
    rows = pd.read_csv(SEEDS_DIR / f"{name}.csv", dtype=object, keep_default_na=False)
    return rows.where(rows != "", None)


def _target_codes(targets: pd.DataFrame) -> pd.DataFrame:
    """The register of targets as a code list, so that a committee's workbook names them by their labels."""
    codes = targets.rename(columns={"target_id": "code"}).assign(
        code_list=TARGET_LIST, aliases=None, parent_code=None, sort_order=[str(n) for n in range(1, len(targets) + 1)]
    )
    return codes.reindex(columns=SEED_COLUMNS["codes"])
