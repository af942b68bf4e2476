"""What a build may start from: the last publication, where only what organizations sent has changed since.

Half of dbt's nodes follow from declarations alone: registers, code lists, measures, forms, rules. While these stand as
they stood when the last publication was built, its tables are theirs still (docs/decisions/0068).
"""

from __future__ import annotations

from pathlib import Path

from khoi.deployment.fingerprint import SENT, Fingerprints, changed_kinds
from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.versions import is_sound, newest_version
from khoi.warehouse.vintages import vintages


def base_of(home: Home, inputs: Fingerprints) -> Path | None:
    """The newest published file, where it is whole and rests on the declarations of ``inputs``; else None."""
    newest = newest_version(home)
    if newest is None or not is_sound(home.published, newest):
        return None
    try:
        kept = vintages(home)
    except WarehouseError:
        return None  # a damaged record cannot say what its file rests on
    if not kept or kept[-1].version != newest.version:
        return None
    before = kept[-1].fingerprints
    if before.keys() != inputs.keys() or not SENT.issuperset(changed_kinds(before, inputs)):
        return None
    return home.published / f"{newest.version}.duckdb"
