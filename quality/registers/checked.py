"""All that is wrong with the registers of a deployment, in one pass."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.reference import Reference
from ingest.register_cells import register_cells
from ingest.register_files.mistakes import Mistake, in_order
from quality.registers.calendar import calendar_mistakes
from quality.registers.code_lists import code_mistakes
from quality.registers.events import event_mistakes
from quality.registers.stretches import stretch_mistakes
from quality.registers.working_calendar import working_calendar_mistakes
from quality.schemas.seeds import seed_mistakes


def register_mistakes(reference: Reference, form_cells: Iterable[str]) -> list[Mistake]:
    """Every mistake of values, rows and whole registers, hard ones first; ``form_cells`` are the cells of the forms."""
    cells = [*form_cells, *register_cells(reference)]
    return in_order(
        [
            *seed_mistakes(reference, cells),
            *stretch_mistakes(reference),
            *calendar_mistakes(reference),
            *working_calendar_mistakes(reference),
            *code_mistakes(reference),
            *event_mistakes(reference),
        ]
    )
