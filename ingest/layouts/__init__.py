"""Layouts of others: a workbook of a committee's own form, read as the cells of each organization in it.

Belongs here: finding a declared table on a sheet and whose its figures are. Does not belong here: what a figure is
worth (`ingest.normalise`), who may report when (`ingest.receive`), proposing a mapping (`khoi.layouts`).
"""

from ingest.layouts.read import LayoutReader, LayoutReading, Part, Refusal
from ingest.layouts.terms import Term

__all__ = ["LayoutReader", "LayoutReading", "Part", "Refusal", "Term"]
