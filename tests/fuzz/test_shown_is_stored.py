"""A figure that is taken equals what its cell shows, whatever was done to the workbook; no filled cell is lost.

Where LibreOffice is installed it looks at every workbook. Where it is not, what it showed of 5,000 pairs of format and
number stands in `bench/fuzz/shown.csv`, and of every other cell only that it is accounted for is held.
"""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path

import pytest

from bench.fuzz import recorded
from bench.fuzz.__main__ import looked_at
from bench.fuzz.cases import bases, cases
from bench.fuzz.formats import all_taken, differing, invented
from bench.fuzz.office import office
from bench.fuzz.palette import FORMATS, NUMBERS
from bench.fuzz.trial import Clean, compared

pytestmark = pytest.mark.long

# Explained in bench/README.md: LibreOffice says true and false in words, a day in a free text lands with its hour.
EXPLAINED = re.compile(r"text='(ĐÚNG|SAI)'|taken '\d{4}-\d\d-\d\dT")
FIXED = range(9_000_000, 9_000_060)
FURTHER = 20


def test_no_format_makes_a_count_of_a_number_that_reads_otherwise() -> None:
    table = recorded.table()
    assert len(table) == len(FORMATS) * len(NUMBERS), "the palette changed: run `python -m bench.fuzz --record`"
    taken = all_taken(table)
    assert len(taken) > 1000
    assert differing(taken) == []


@pytest.mark.skipif(office() is None, reason="LibreOffice shows what the formats make of the numbers")
def test_no_invented_format_either(clean_ones, tally) -> None:
    (shown,) = invented(400, 20261127, clean_ones[0][0])
    taken = all_taken(shown)
    tally(f"fuzz: {len(shown)} pairs of invented format and number, {len(taken)} taken, held against LibreOffice")
    assert len(taken) > 1000
    assert differing(taken) == []


@pytest.fixture(scope="module", autouse=True)
def eyes_named() -> None:
    """Say whose eyes looked: a run on a machine without LibreOffice holds less, and must not look the same."""
    if office() is None:
        told = "LibreOffice is not installed: recorded expectations (bench/fuzz/shown.csv) were used instead of it"
        warnings.warn(told, stacklevel=1)


@pytest.fixture(scope="module")
def clean_ones(tmp_path_factory):
    """Filled workbooks of four organizations, and what the product reads in them."""
    folder: Path = tmp_path_factory.mktemp("clean")
    found = bases(4, folder)
    return found, Clean(found, folder)


def _faults(seeds, clean_ones, folder: Path, tally) -> list[str]:
    found, clean = clean_ones
    with_office = office() is not None
    # Formats that nobody wrote down are tried by `make fuzz` only: in some of them LibreOffice itself errs.
    batch = list(cases(seeds, found, folder, invents=False))
    eyes = looked_at(batch, folder) if with_office else [recorded.seen_by_record(case) for case in batch]
    outcome = compared(batch, eyes, clean)
    tally(
        f"fuzz: {len(batch)} workbooks, {outcome.read} read, {outcome.figures} figures and {outcome.cells} cells"
        f" compared, {len(outcome.faults)} differences, seen by {'LibreOffice' if with_office else 'the record'}"
    )
    assert outcome.read > len(batch) * 0.9
    assert outcome.figures > 0
    return [str(fault) for fault in outcome.faults if not EXPLAINED.search(str(fault))]


def test_changed_workbooks_are_read_as_they_are_seen(clean_ones, tmp_path: Path, tally) -> None:
    assert _faults(FIXED, clean_ones, tmp_path, tally) == []


def test_further_workbooks_are_read_as_they_are_seen(clean_ones, tmp_path: Path, tally) -> None:
    seed = int(os.environ.get("KHOI_FUZZ_SEED", "51000000"))
    assert _faults(range(seed, seed + FURTHER), clean_ones, tmp_path, tally) == [], f"seeds from {seed} on"


def test_without_the_program_the_record_is_the_eye(clean_ones, tmp_path: Path) -> None:
    found, clean = clean_ones
    batch = list(cases(range(40), found, tmp_path, invents=False))
    outcome = compared(batch, [recorded.seen_by_record(case) for case in batch], clean)
    assert [str(fault) for fault in outcome.faults] == []
    assert outcome.figures > 200
