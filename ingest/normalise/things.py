"""What a cell asks for, as its form calls it: a finding that may not quote a cell says at least which one it is.

Belongs here: labels of cells and fields in both languages. Does not belong here: where they stand in a workbook.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.derived_once import derived_once

_LINE = re.compile(r"\d+")


@dataclass(frozen=True)
class Things:
    """Cell code of a matrix, or form and field with a point between them -> its label in Vietnamese and English."""

    labels: Mapping[str, tuple[str, str]]
    lists: frozenset[str]
    """The forms of which a field has many cells, so that the line belongs to what it is called."""

    def of(self, thing: str, cell: str | None) -> dict[str, str]:
        """thing_vi and thing_en of one cell of a workbook; nothing where no form has it."""
        if thing not in self.labels:
            return {}
        line = _LINE.search(cell or "") if thing.partition(".")[0] in self.lists else None
        at = (f", dòng {line[0]}", f", line {line[0]}") if line else ("", "")
        return {
            f"thing_{name}": label + more
            for name, label, more in zip(("vi", "en"), self.labels[thing], at, strict=True)
        }


@derived_once
def things_of(catalogue: Catalogue, codes: pd.DataFrame) -> Things:
    """The things of all forms."""
    cells = form_cells(catalogue, codes)
    matrix = cells[cells["source"] == "matrix"]
    labels = dict(zip(matrix["cell_code"], zip(matrix["label_vi"], matrix["label_en"], strict=True), strict=True))
    for form in catalogue.forms:
        labels |= {f"{form.form}.{name}": (field.label.vi, field.label.en) for name, field in form.fields.items()}
    return Things(labels, frozenset(form.form for form in catalogue.forms if form.kind == "list"))
