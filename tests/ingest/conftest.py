"""Makes `workbook_rows` importable from the tests below and gives them the catalogue and a small register."""

from __future__ import annotations

import pytest
from workbook_rows import small_reference

from ingest.catalogue import Catalogue, load_catalogue
from ingest.reference import Reference


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The project's forms."""
    return load_catalogue()


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The project's code lists and periods with a register of four organizations."""
    return small_reference()
