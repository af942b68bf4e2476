"""The registers of a folder, checked as every command checks them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from register_folder import write_registers

from ingest.catalogue import load_catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import read_reference
from ingest.register_files.mistakes import Mistake, in_order
from quality.registers.checked import register_mistakes

Told = Callable[[], list[Mistake]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_registers(tmp_path / "seeds")


@pytest.fixture(scope="session")
def judge() -> Callable[[Path], list[Mistake]]:
    """Every mistake of a folder of registers, of reading and of content."""
    catalogue = load_catalogue()

    def mistakes(folder: Path) -> list[Mistake]:
        reference, unread = read_reference(folder)
        cells = frozenset(form_cells(catalogue, reference["codes"])["cell_code"])
        return in_order([*unread, *register_mistakes(reference, cells)])

    return mistakes
