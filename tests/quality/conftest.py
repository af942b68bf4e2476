"""Gives the tests below the project's forms, rules and a register."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from submitted_rows import register_of

from ingest.catalogue import Catalogue, load_catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue, load_rules
from quality.engine import offline_connection


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The project's forms."""
    return load_catalogue()


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The project's code lists and periods with a register of three organizations."""
    return register_of("AA-1", "AA-2", "AA-3")


@pytest.fixture(scope="session")
def rules(catalogue: Catalogue, reference: Reference) -> RuleCatalogue:
    """The project's rules."""
    return load_rules(catalogue, reference)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory."""
    with offline_connection() as opened:
        yield opened
