"""All that is wrong with the registers of a deployment, in one pass."""

from __future__ import annotations

from ingest.derived_once import derived_once
from ingest.reference import Reference
from ingest.register_cells import register_cells
from ingest.register_files.mistakes import Mistake, in_order
from quality.registers.calendar import calendar_mistakes
from quality.registers.code_lists import code_mistakes
from quality.registers.events import event_mistakes
from quality.registers.stretches import stretch_mistakes
from quality.registers.working_calendar import working_calendar_mistakes
from quality.schemas.seeds import seed_mistakes


@derived_once
def register_mistakes(reference: Reference, form_cells: frozenset[str]) -> tuple[Mistake, ...]:
    """Every mistake of values, rows and whole registers, hard ones first; ``form_cells`` are the cells of the forms."""
    cells = [*form_cells, *register_cells(reference)]
    found = [
        *seed_mistakes(reference, cells),
        *stretch_mistakes(reference),
        *calendar_mistakes(reference),
        *working_calendar_mistakes(reference),
        *code_mistakes(reference),
        *event_mistakes(reference),
    ]
    return tuple(in_order(found))
