"""Lists of a workbook as the localiser sees them: records, and the counts and sums that rules take of them.

Pure values. Errors in records stand in `record_errors.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANY = "*"
"""In a condition: any code at all."""


@dataclass(frozen=True, slots=True)
class ListAggregate:
    """One count or sum over a list: cell code, summed field (None: records are counted), accepted codes by field."""

    cell_code: str
    sum_field: str | None
    accepted: Mapping[str, frozenset[str]]

    def of(self, values: Mapping[str, str | int | None]) -> int:
        """What a record with these values adds to it."""
        for name, codes in self.accepted.items():
            value = values.get(name)
            if not value or (ANY not in codes and value not in codes):
                return 0
        return 1 if self.sum_field is None else int(values.get(self.sum_field) or 0)


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One record: the cell and the value (a code, or a figure) of each field; ``shown`` is what people read there."""

    number: int
    cells: Mapping[str, str]
    values: Mapping[str, str | int | None]


@dataclass(frozen=True)
class RecordList:
    """One list of a workbook.

    ``span``: the cells its records stand in (one row where it is empty); ``codes``: for every code field that an
    aggregate looks at, the codes it may hold and what they are called; ``single``: a form of exactly one record.
    ``forbids``, ``asks``: (code field, code) -> the fields that cannot, that must be filled in with it; ``numbers``:
    the fields by which records are told apart, whatever else they say.
    """

    form: str
    sheet: str
    span: str
    records: tuple[ListRecord, ...]
    aggregates: tuple[ListAggregate, ...]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    single: bool = False
    forbids: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    asks: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()

    def may_hold(self, record: ListRecord, name: str, code: str) -> bool:
        """False where the record would have to say more or less with this code: whoever chose it would be asked next.

        A case with a day of decision is no proposed one; a transfer within the committee says whose the other end is.
        """
        filled = record.values.keys()
        return self.asks.get((name, code), frozenset()) <= filled and self.forbids.get(
            (name, code), frozenset()
        ).isdisjoint(filled)

    def is_again(self, one: ListRecord, other: ListRecord) -> bool:
        """True where the two records say the same but for their numbers: in no other field anything different.

        What rules look at must be the same, filled in or not.
        """
        looked_at = {*self.codes, *self.amounts} - self.numbers
        both = (one.values.keys() & other.values.keys()) - self.numbers
        return all(one.values.get(name) == other.values.get(name) for name in looked_at | both)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The fields that are summed."""
        return tuple(dict.fromkeys(one.sum_field for one in self.aggregates if one.sum_field))

    def called(self, name: str, code: object) -> str:
        """What a code is called in its drop-down."""
        return self.codes.get(name, {}).get(str(code), str(code))
