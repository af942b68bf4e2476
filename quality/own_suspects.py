"""Which suspects stand at which finding: those in its own cells, or in what these are reckoned from.

Several contradictions that hang together are explained together, and an error of one sheet is no hint at a finding that
does not look at that sheet. Belongs here: what a rule says against where a suspect stands. Does not belong here: how
probable it is (`quality.localise`), how it is told (`quality.suspects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from quality.localise.lists import ANY
from quality.localise.situations import COMPANION, GOES_ON

if TYPE_CHECKING:
    from quality.localise import Problem, Suspect
    from quality.localise.lists import ListAggregate, RecordList

FOLLOWING = frozenset((COMPANION, GOES_ON))
REPEATED = "repeated"
"""What is behind the name of a sheet that as a whole is suspected (`quality.localise.repeated_sheets`)."""

Totals = Mapping[str, Mapping[str, int]]
"""Code of a total -> code of a part -> 1 or -1."""


class OwnSuspects:
    """The suspects of one workbook by rule."""

    def __init__(self, problem: Problem, totals: Totals) -> None:
        self._terms = {one.key: [name for name, _ in one.terms] for one in problem.constraints}
        self._totals = totals
        self._sheets = {cell.key: cell.sheet for cell in problem.cells}
        self._counts = {each.cell_code: (one, each) for one in problem.lists for each in one.aggregates}

    def by_rule(self, rules: Iterable[str], suspects: tuple[Suspect, ...]) -> dict[str, tuple[Suspect, ...]]:
        """For each of ``rules``, which one explanation mends, those of ``suspects`` that stand in its own cells.

        What is part of one event with them and stands in the cells of none (the other half of an exchange), or follows
        from an event (a figure that was taken over onto another form), is told with them. A rule that is not known
        keeps all.
        """
        known = [rule for rule in rules if rule in self._terms]
        own = {rule: [one for one in suspects if self._stands_in(one, self._cells(rule))] for rule in known}
        homed = {id(one) for found in own.values() for one in found}
        alone = [one for one in suspects if id(one) not in homed]
        found = dict.fromkeys(rules, suspects)
        for rule, mine in own.items():
            kinds = {one.kind for one in mine}
            beside = [one for one in alone if one.kind in kinds or (mine and one.situation in FOLLOWING)]
            kept = {id(one) for one in [*mine, *beside]}
            found[rule] = tuple(one for one in suspects if id(one) in kept)
        return found

    def _cells(self, rule: str) -> set[str]:
        """The cells of the rule and, through every total among them, the parts it is reckoned from."""
        found: set[str] = set()
        waiting = list(self._terms[rule])
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._totals.get(name, ()))
        return found

    def _stands_in(self, one: Suspect, cells: set[str]) -> bool:
        """A cell that is named; a list that is counted, or what of it may count; a sheet that is looked at."""
        if one.cell in cells:
            return True
        form, _, rest = one.cell.partition("#")
        if rest == REPEATED:
            return form in {self._sheets.get(name) for name in cells}
        number, _, field = rest.partition(".")
        is_whole = not number.isdigit()
        return any(
            known.form == form and (is_whole or _may_count(known, count, int(number), field))
            for known, count in (self._counts[name] for name in cells if name in self._counts)
        )


def _may_count(known: RecordList, count: ListAggregate, number: int, field: str) -> bool:
    """True of a code that decides whether the record counts, and of what is counted of one that does."""
    if field in count.accepted:
        return True
    values = next((one.values for one in known.records if one.number == number), {})
    counts = all(ANY in codes or values.get(name) in codes for name, codes in count.accepted.items())
    return counts and field in ("", count.sum_field)
