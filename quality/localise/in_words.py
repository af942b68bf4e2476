"""What an event says: the places that are wrong by it, and the words for how they came to be.

The words stand in `mechanisms.yaml`. Belongs here: that they are true of the figures which the reader sees. Does not
belong here: how probable an event is (`posterior.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quality.localise.diagnosis import Repair
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.problem import Cell
from quality.localise.runs import COPIED
from quality.localise.states import Step

LAST_PERIOD, LAST_YEAR = ("kỳ trước", "last period"), ("năm trước", "last year")


def repairs_of(neighbourhood: Neighbourhood, step: Step) -> Iterator[Repair]:
    """What the step says is wrong: the places it blames, else the cells it changes."""
    for blame in step.blames:
        yield Repair(blame.key, blame.place, blame.observed, blame.proposed)
    if not step.blames:
        for number, value in step.changes:
            cell = neighbourhood.cells[number]
            yield Repair(cell.key, cell.label, cell.observed, value)


def words(
    neighbourhood: Neighbourhood, step: Step, cell: str, doubted: bool = False, kind: str = ""
) -> tuple[str, str]:
    """The step in words (Vietnamese, English), seen from one of its places; ``doubted``: without naming another.

    ``kind``: what it is called where that is not the kind of the step.
    """
    said = neighbourhood.weights.worded(kind or step.kind)
    others = [repair.place or repair.cell for repair in repairs_of(neighbourhood, step) if repair.cell != cell]
    if step.kind == COPIED and not others:
        others = _copied_from(neighbourhood, step)
    # A number alone does not say which row it is.
    details = [", ".join(one.detail) for one in step.blames if not all(part.isdigit() for part in one.detail)]
    detail = f" ({details[0]})" if details else ""
    known = others and not doubted
    other_vi, other_en = (f"ô {others[0]}", f"the cell {others[0]}") if known else ("một ô khác", "another cell")
    before_vi, before_en = time_before(neighbourhood.cells[number] for number, _ in step.changes)
    return (
        said.vi.format(other=other_vi, detail=detail, before=before_vi),
        said.en.format(other=other_en, detail=detail, before=before_en),
    )


def time_before(cells: Iterable[Cell]) -> tuple[str, str]:
    """What the cells' former figures are of, in words: what is asked once a year has stood a year before."""
    told = [one.yearly for one in cells if one.previous is not None]
    return LAST_YEAR if told and all(told) else LAST_PERIOD


def _copied_from(neighbourhood: Neighbourhood, step: Step) -> list[str]:
    """The places next to the cell of the step that hold the same figure."""
    ((here, _), *_) = step.changes
    beside = {
        other
        for _, line in neighbourhood.lines_by_way
        if here in line
        for other in (*line[max(0, line.index(here) - 1) : line.index(here)], *line[line.index(here) + 1 :][:1])
    }
    same = [other for other in sorted(beside) if neighbourhood.value[other] == neighbourhood.value[here]]
    return [neighbourhood.cells[other].label for other in same if neighbourhood.cells[other].label]
