"""What a parameter of `rule_parameters.csv` is for a committee on a day: the committee's own row, else that of all."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.derived_once import derived_once
from ingest.reference import Reference


@dataclass(frozen=True)
class Parameters:
    """Parameter -> rows (committee or None, valid from, valid to, value), those of a committee first."""

    rows: dict[str, list[tuple[str | None, str, str, str]]]

    @classmethod
    def of(cls, reference: Reference) -> Parameters:
        """Those of the register."""
        return _parameters(reference)

    def value_on(self, committee: str, day: str, parameter: str) -> str | None:
        """The value in force on ``day`` (ISO); None where the register says nothing."""
        for owner, start, end, value in self.rows.get(parameter, []):
            if owner in (None, committee) and start <= day <= end:
                return value
        return None


@derived_once
def _parameters(reference: Reference) -> Parameters:
    found: dict[str, list[tuple[str | None, str, str, str]]] = {}
    for row in reference["rule_parameters"].itertuples():
        span = (row.committee_code, row.valid_from or "", row.valid_to or "9999", str(row.value))
        found.setdefault(str(row.parameter), []).append(span)
    return Parameters({name: sorted(rows, key=lambda row: row[0] is None) for name, rows in found.items()})
