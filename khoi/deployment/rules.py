"""The rules of a deployment, held against each other before anything rests on them.

Whether some workbook could satisfy them all is a linear program for every kind of workbook and takes half a second with
what it loads; rules that were found to agree once are not asked again until they, the forms or the registers change.
"""

from __future__ import annotations

from ingest.durable import holds, write_text
from khoi.deployment.context import Context
from khoi.deployment.fingerprint import check_basis


def require_agreeing(context: Context) -> None:
    """Raise ContradictoryRules where no workbook of some reporting period could satisfy the hard rules."""
    lake = context.home.lake
    note = lake / "reference" / "rules_agree.txt"
    key = f"{check_basis(context.declared)} {context.reference.fingerprint}"
    rules = context.rules  # that they can be read is asked of every run
    if holds(note, key):
        return
    from quality.audit.report import require_consistent

    require_consistent(rules, context.catalogue, context.reference)
    if lake.is_dir():
        note.parent.mkdir(exist_ok=True)
        write_text(note, key)
