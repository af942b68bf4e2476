"""Errors in the records of lists: a row missing or too many, a list cut short, a wrong code or amount, two exchanged.

What rules see of a list are counts and sums over its records (aggregates). Nobody writes an aggregate, so it is never
blamed itself: what is blamed is a cell of a record, a row, or the list that lacks one. Every hypothesis says what the
aggregates would be without the error, and becomes a `MultiCellError` of the search.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from quality.localise.lists import ANY, ListAggregate, ListRecord, RecordList
from quality.localise.multi_cell_errors import Blame, MultiCellError, keeps, repairs
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.single_cell_errors import explain, inverses
from quality.localise.weights import UNIT

ELSEWHERE = ""
"""A code that no rule looks at."""
MOST_COMBINATIONS = 600
"""Combinations of codes tried for a row that may be missing; beyond it the list is not explained by one."""

LEAST_REPEATED = 2
"""So many records, and counts or sums that are not zero, say that a list is last period's; one may be so by chance."""

Effects = dict[int, int]
"""By aggregate (index in the neighbourhood), how much more it would be without the error."""


def record_errors(neighbourhood: Neighbourhood, lists: Iterable[RecordList]) -> list[MultiCellError]:
    """Every error of a record that repairs a violated constraint and breaks no more than it repairs, cheapest first."""
    index = {cell.key: number for number, cell in enumerate(neighbourhood.cells)}
    found: list[MultiCellError] = []
    for one in lists:
        seen = {
            aggregate.cell_code: index[aggregate.cell_code]
            for aggregate in one.aggregates
            if aggregate.cell_code in index
        }
        if any(neighbourhood.constraints_of[number] for number in seen.values()):
            found += _ListErrors(neighbourhood, one, seen).all()
    return sorted(found, key=lambda error: (error.cost, error.kind, error.changes, str(error.blames)))


class _ListErrors:
    """The hypotheses about one list."""

    def __init__(self, neighbourhood: Neighbourhood, records: RecordList, seen: Mapping[str, int]) -> None:
        self.neighbourhood = neighbourhood
        self.list = records
        self.seen = {code: number for code, number in seen.items() if neighbourhood.constraints_of[number]}
        self.watched = [one for one in records.aggregates if one.cell_code in self.seen]
        self.wanted = self._wanted()

    def all(self) -> Iterator[MultiCellError]:
        for record in self.list.records:
            yield from self._codes(record)
            yield from self._amounts(record)
            yield from self._fields_exchanged(record)
            if not self.list.single:
                yield from self._surplus(record)
        if not self.list.single:
            yield from self._exchanged()
            yield from self._missing()
            yield from self._cut_short()
            yield from self._repeated()

    def _wanted(self) -> Effects:
        """By aggregate what the violated equalities ask for, where they agree on it."""
        around, found = self.neighbourhood, {}
        for number in self.seen.values():
            asked = {
                -around.residuals[constraint] // factor
                for constraint, factor in around.constraints_of[number]
                if around.violated >> constraint & 1 and around.residuals[constraint] % factor == 0
            }
            if asked:
                found[number] = min(asked, key=abs)
        return found

    def _effects(self, before: Mapping[str, str | int | None], after: Mapping[str, str | int | None]) -> Effects:
        effects: Effects = {}
        for one in self.watched:
            step = one.of(after) - one.of(before)
            if step:
                effects[self.seen[one.cell_code]] = step
        return effects

    def _error(self, kind: str, effects: Effects, cost: float, *blames: Blame) -> Iterator[MultiCellError]:
        """The hypothesis, where it repairs something and leaves no aggregate below zero; ``cost`` in log units."""
        values = self.neighbourhood.value
        changes = tuple(sorted((cell, values[cell] + step) for cell, step in effects.items()))
        if changes and all(value >= 0 for _, value in changes) and self._is_worth(kind, changes):
            rate = self.neighbourhood.weights.rated_kinds[kind].rate
            yield MultiCellError(kind, changes, round((cost - math.log(rate)) * UNIT), blames)

    def _is_worth(self, kind: str, changes: tuple[tuple[int, int], ...]) -> bool:
        """True where it repairs something, or where an amount may have been taken over from a figure that is wrong."""
        around = self.neighbourhood
        taken_over = kind == "wrong_amount" and all(cell in around.alike for cell, _ in changes)
        return repairs(around, changes) or (taken_over and keeps(around, changes))

    def _blame(self, record: ListRecord, name: str, shown: object, proposed: object) -> Blame:
        place = f"{self.list.sheet}!{record.cells[name]}"
        return Blame(f"{self.list.form}#{record.number}.{name}", place, str(shown), str(proposed))

    def _codes(self, record: ListRecord) -> Iterator[MultiCellError]:
        for name, called in self.list.codes.items():
            now = record.values.get(name)
            if not now or name not in record.cells:
                continue
            for code in (code for code in called if code != now and self.list.may_hold(record, name, code)):
                effects = self._effects(record.values, {**record.values, name: code})
                if self._only_evades(effects):
                    continue
                blame = self._blame(record, name, self.list.called(name, now), called[code])
                yield from self._error("wrong_code", effects, self._code_cost(name, code), blame)

    def _only_evades(self, effects: Effects) -> bool:
        """True where all that the effects mend is that amounts of a record do not fit together: with another code they
        would not fit either."""
        around, own = self.neighbourhood, set(self.seen.values())
        broken = {rule for cell in effects for rule, _ in around.constraints_of[cell] if around.violated >> rule & 1}
        return bool(broken) and all({cell for cell, _ in around.terms[rule]} <= own for rule in broken)

    def _code_cost(self, name: str, code: str) -> float:
        """-log P(a record holds this code): what the list holds often is the likelier."""
        held = sum(record.values.get(name) == code for record in self.list.records)
        return -math.log((held + 0.5) / (len(self.list.records) + 0.5 * len(self.list.codes[name])))

    def _amounts(self, record: ListRecord) -> Iterator[MultiCellError]:
        for name in self.list.amounts:
            now = record.values.get(name)
            if not isinstance(now, int) or name not in record.cells:
                continue
            known = {now + step for step in self.wanted.values()} | set(inverses(now)) | self._as_alike(record, name)
            known |= self._as_share(record, name)
            for true in sorted(known):
                if true != now and true > 0:
                    effects = self._effects(record.values, {**record.values, name: true})
                    cost = self._amount_cost(record, name, true)
                    yield from self._error("wrong_amount", effects, cost, self._blame(record, name, now, true))

    def _amount_cost(self, record: ListRecord, name: str, true: int) -> float:
        """-log P(the amount that stands there | the true one), with how much less probable the amount becomes."""
        now = int(record.values[name] or 0)
        cell = self._written_as(record, name)
        previous = None if cell is None else self.neighbourhood.cells[cell].previous
        costs = self.neighbourhood.shape_costs
        cost, _ = explain(now, true, previous, costs)
        cost = min(cost, costs["percent"]) if true in self._as_share(record, name) else cost
        return cost / UNIT + self._amount_gain(record, name, true)

    def _as_share(self, record: ListRecord, name: str) -> set[int]:
        """What the amount is if it was written as a share in percent of another amount of the record."""
        now = int(record.values[name] or 0)
        others = [one for one in self.list.amounts if one != name and self._held_together(name, one)]
        counts = {whole: round(now * whole / 100) for one in others if (whole := int(record.values.get(one) or 0))}
        return {count for whole, count in counts.items() if count and round(100 * count / whole) == now}

    def _written_as(self, record: ListRecord, name: str) -> int | None:
        """The aggregate that is this amount and nothing else, so that its history is the amount's."""
        cells = [self.seen[one.cell_code] for one in self.watched if one.sum_field == name and one.of(record.values)]
        alone = [cell for cell in cells if self.neighbourhood.value[cell] == record.values[name]]
        return alone[0] if len(alone) == 1 == len(cells) else None

    def _as_alike(self, record: ListRecord, name: str) -> set[int]:
        """What others that count the same people are, or would be if what is broken of them were mended."""
        cell = self._written_as(record, name)
        around = self.neighbourhood
        alike = set() if cell is None else around.alike.get(cell, set())
        return {value for other in alike for value in (around.value[other], *around.asked(other)) if value > 0}

    def _exchanged(self) -> Iterator[MultiCellError]:
        """The amounts of two rows have changed places: one event, though two cells are wrong.

        Two sums move by the difference in opposite directions, so it is looked for only where a rule asks for that.
        """
        asked = {abs(step) for step in self.wanted.values()}
        ways = math.log(max(1, len(self.list.records) - 1))
        for name in self.list.amounts:
            there = [one for one in self.list.records if isinstance(one.values.get(name), int) and name in one.cells]
            for one, other in itertools.combinations(there, 2):
                mine, theirs = int(one.values[name] or 0), int(other.values[name] or 0)
                if abs(mine - theirs) not in asked:
                    continue
                effects = self._effects(one.values, {**one.values, name: theirs})
                for cell, step in self._effects(other.values, {**other.values, name: mine}).items():
                    effects[cell] = effects.get(cell, 0) + step
                moved = {cell: step for cell, step in effects.items() if step}
                blames = self._blame(one, name, mine, theirs), self._blame(other, name, theirs, mine)
                yield from self._error("amounts_exchanged", moved, ways, *blames)

    def _fields_exchanged(self, record: ListRecord) -> Iterator[MultiCellError]:
        """Two figures of the record, of which a rule says that one is at most the other, stand in each other's cell."""
        there = [one for one in self.list.amounts if isinstance(record.values.get(one), int) and one in record.cells]
        for name, other in itertools.combinations(there, 2):
            here, beside = record.values[name], record.values[other]
            if here != beside and self._held_together(name, other):
                effects = self._effects(record.values, {**record.values, name: beside, other: here})
                blames = self._blame(record, name, here, beside), self._blame(record, other, beside, here)
                gains = (
                    self._amount_gain(record, name, int(beside or 0)),
                    self._amount_gain(record, other, int(here or 0)),
                )
                yield from self._error("fields_exchanged", effects, sum(gains), *blames)

    def _held_together(self, name: str, other: str) -> bool:
        """True where a broken rule is about sums of both fields."""
        around = self.neighbourhood
        sums = [{self.seen[one.cell_code] for one in self.watched if one.sum_field == each} for each in (name, other)]
        return any(
            around.violated >> number & 1 and all(not own.isdisjoint(cell for cell, _ in terms) for own in sums)
            for number, terms in enumerate(around.terms)
        )

    def _amount_gain(self, record: ListRecord, name: str, true: int) -> float:
        """How much less probable the amount becomes; rows of several figures are not mostly of small ones."""
        now, cell = int(record.values[name] or 0), self._written_as(record, name)
        if cell is not None and self.neighbourhood.cells[cell].previous is not None and len(self.list.amounts) > 1:
            return self.neighbourhood.gain(cell, true) / UNIT
        if len(self.list.amounts) > 1:
            return math.log((true + 1) / (now + 1))
        return _amount_cost(true) - _amount_cost(now)

    def _surplus(self, record: ListRecord) -> Iterator[MultiCellError]:
        """The row should not be there. Rows that say the same are one suspect: any of them may go."""
        alike = [one for one in self.list.records if self.list.is_again(one, record)]
        if record is not alike[-1] or not record.cells:
            return
        effects = self._effects(record.values, {})
        twice = len(alike) > 1
        if not any(self._asked(number) for number in effects) and not (twice and self._eases_too_much(effects)):
            return  # That a sum is too large says nothing of a row, unless it is there twice: only an equality does.
        kind, cost = ("row_twice", 0.0) if twice else ("row_surplus", math.log(len(self.list.records)))
        cells = list(record.cells.values())
        blame = Blame(f"{self.list.form}#{record.number}", f"{self.list.sheet}!{cells[0]}:{cells[-1]}", None, None)
        yield from self._error(kind, effects, cost, blame)

    def _asked(self, number: int) -> bool:
        """True where an equality is broken that takes from the aggregate."""
        around = self.neighbourhood
        return any(around.violated >> one & 1 and around.equal[one] for one, _ in around.constraints_of[number])

    def _eases_too_much(self, effects: Effects) -> bool:
        """True where the effects ease a broken bound that a row more, counted in all its sums, would break further."""
        around, own = self.neighbourhood, set(self.seen.values())
        return any(
            around.violated >> one & 1
            and not around.equal[one]
            and sum(factor for cell, factor in around.terms[one] if cell in own) > 0
            and sum(factor * effects.get(cell, 0) for cell, factor in around.terms[one]) < 0
            for one in {one for cell in effects for one, _ in around.constraints_of[cell]}
        )

    def _missing(self) -> Iterator[MultiCellError]:
        """One row is missing: all combinations of codes with the same effect are one hypothesis."""
        by_effect: dict[tuple[tuple[int, int], ...], list[dict[str, str | int | None]]] = {}
        drawn = 0
        for values in self._new_rows():
            drawn += 1
            by_effect.setdefault(tuple(sorted(self._effects({}, values).items())), []).append(values)
        for effects, rows in by_effect.items():
            if self._eases_too_much(dict(effects)):
                continue  # No list holds too much for want of a row: an undecided case makes room for a decided one.
            amount = sum(_amount_cost(int(rows[0].get(name) or 0)) for name in self.list.amounts)
            told = tuple(
                self.list.called(name, value)
                for name, value in rows[0].items()
                if value and all(row[name] == value for row in rows)
            )
            blame = Blame(f"{self.list.form}#missing", f"{self.list.sheet}!{self.list.span}", None, None, told)
            choice = math.log(max(1, drawn / max(1, len(self._new_amounts()))) / len(rows))
            yield from self._error("row_missing", dict(effects), choice + amount, blame)

    def _new_amounts(self) -> list[int]:
        return sorted({step for step in self.wanted.values() if step > 0}) or [1]

    def _new_rows(self) -> Iterator[dict[str, str | int | None]]:
        named: dict[str, set[str]] = {}
        for one in self.watched:
            for name, codes in one.accepted.items():
                named.setdefault(name, set()).update(codes - {ANY})
        fields = sorted(named)
        options = [[*sorted(named[name]), ELSEWHERE] for name in fields]
        if math.prod(len(codes) for codes in options) > MOST_COMBINATIONS:
            return
        amounts = self._new_amounts() if self.list.amounts else [1]
        for chosen in itertools.product(*options):
            for amount in amounts:
                yield {**dict(zip(fields, chosen, strict=True)), **dict.fromkeys(self.list.amounts, amount)}

    def _cut_short(self) -> Iterator[MultiCellError]:
        """Several rows at the end are missing: everything that rules ask of the list is more than it holds.

        Where it holds nothing, it was forgotten as a whole: what it lacks is then what the forms say, and no choice.
        """
        effects = self._with_wider(self._asked_for())
        if effects and all(step > 0 for step in effects.values()):
            cost = sum(_amount_cost(step) + math.log(len(self.watched)) for step in effects.values())
            blame = Blame(f"{self.list.form}#missing", f"{self.list.sheet}!{self.list.span}", None, None)
            kind, paid = ("cut_short", cost) if self.list.records else ("list_empty", 0.0)
            yield from self._error(kind, effects, paid, blame)

    def _repeated(self) -> Iterator[MultiCellError]:
        """The list is last period's: all its counts and sums are; what it should say is what the forms say."""
        cells = [(self.neighbourhood.cells[number], self.neighbourhood.value[number]) for number in self.seen.values()]
        alike = [value for cell, value in cells if value and value == cell.previous]
        if len(self.list.records) < LEAST_REPEATED or len(alike) < LEAST_REPEATED:
            return
        if all(value == (cell.previous or 0) for cell, value in cells):
            blame = Blame(f"{self.list.form}#repeated", f"{self.list.sheet}!{self.list.span}", None, None)
            yield from self._error("list_repeated", self._with_wider(self._asked_for()), 0.0, blame)

    def _with_wider(self, asked: Effects) -> Effects:
        """What is ``asked`` and what the same rows add to the counts that hold them all and that nothing asks for."""
        more: Effects = {}
        by_cell = {self.seen[one.cell_code]: one for one in self.watched}
        for cell, step in asked.items():
            for wider, one in by_cell.items():
                if wider not in asked and one.sum_field == by_cell[cell].sum_field and _holds(one, by_cell[cell]):
                    more[wider] = more.get(wider, 0) + step
        return asked | more

    def _asked_for(self) -> Effects:
        """What all violated equalities together ask of the sums; where one names several, of the most used one."""
        effects: Effects = {}
        around = self.neighbourhood
        by_use = sorted(self.seen.values(), key=lambda number: (-around.value[number], number))
        for number in by_use:
            for constraint, factor in around.constraints_of[number]:
                done = sum(effects.get(cell, 0) * each for cell, each in around.terms[constraint])
                rest = around.residuals[constraint] + done
                if around.violated >> constraint & 1 and around.equal[constraint] and rest and rest % factor == 0:
                    effects[number] = effects.get(number, 0) - rest // factor
        return effects


def _holds(wide: ListAggregate, narrow: ListAggregate) -> bool:
    """True where every record that the narrow aggregate counts is counted by the wide one."""
    return all(
        name in narrow.accepted and (ANY in codes or narrow.accepted[name] <= codes)
        for name, codes in wide.accepted.items()
    )


def _amount_cost(amount: int) -> float:
    """-log P(amount of a record): small ones are the rule, P falls like 1 / (n (n + 1))."""
    return math.log(amount * (amount + 1)) if amount > 0 else 5.0
