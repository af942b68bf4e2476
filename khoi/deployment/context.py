"""What one run works with, read once: forms, registers, rules and the day, with the fingerprints of what was read.

The stages of a run are given the same context, so a register saved between two of them changes nothing in this run;
it changes the fingerprints that the next run reads, and so makes it run.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from ingest.told import Told
from ingest.vietnam import today
from khoi.deployment.fingerprint import Fingerprints, declared_fingerprints, files_fingerprint
from khoi.deployment.home import Home
from khoi.deployment.prepared import Prepared, keep, prepared_before
from quality.catalogue import RuleCatalogue, RuleError, load_rules

_ATTEMPTS = 3


class StillChanging(Told):
    """Forms, rules or registers were saved while they were read."""

    def __init__(self, home: Home) -> None:
        super().__init__(
            f"{home.config}: biểu, quy tắc hoặc sổ đăng ký đang được ghi; hãy chạy lại khi đã ghi xong / "
            "forms, rules or registers are being saved; run again when that is done"
        )


@dataclass(frozen=True)
class Context:
    """The declarations of a deployment as they were read, and the ``day`` it was in Vietnam.

    ``declared``: the fingerprints of every kind of input but the workbooks (`khoi.deployment.fingerprint`), of what
    was read here. ``kept``: the same declarations as an earlier process kept them, or the key to keep them under.
    """

    home: Home
    catalogue: Catalogue
    reference: Reference
    day: dt.date
    declared: Fingerprints
    kept: Prepared | bytes | None = None

    @cached_property
    def rules(self) -> RuleCatalogue:
        """The rule catalogue: a second of reading, so it is read where it is first asked for and was not kept.

        Raises StillChanging where something was saved since the rest was read.
        """
        if isinstance(self.kept, Prepared):
            return self.kept.rules
        try:
            rules = load_rules(self.catalogue, self.reference, self.home.config / "rules")
        except RuleError as error:
            raise RuleError(f"{error}{_own_declarations(self.home)}") from error
        if declared_fingerprints(self.home, self.reference, self.day) != self.declared:
            raise StillChanging(self.home)
        return rules

    def keep(self) -> None:
        """Keep what was read for the next process, unless it was kept. For one who has the deployment alone."""
        if isinstance(self.kept, bytes):
            keep(self.home, Prepared(self.catalogue, self.reference, self.rules, self.kept))


def _own_declarations(home: Home) -> str:
    """The declarations of the deployment itself: a form of theirs may be why a rule of ours cannot be read."""
    own = [path for folder in ("forms", "rules") for path in sorted((home.config / folder).glob("*.y*ml"))]
    if not own:
        return ""
    listed = ", ".join(path.relative_to(home.root).as_posix() for path in own)
    return f"\nBản triển khai khai báo riêng; xem trước hết / declared by this deployment, look there first: {listed}"


def load_context(home: Home, day: dt.date | None = None) -> Context:
    """Read the declarations of ``home`` for a run on ``day`` (today).

    Raises what reading a broken form, register or rule raises, and StillChanging where files will not stand still.
    """
    day = day or today()
    for _ in range(_ATTEMPTS):
        before, kept = files_fingerprint(home), prepared_before(home)
        if isinstance(kept, Prepared):
            catalogue, reference = kept.catalogue, kept.reference
        else:
            catalogue = home.catalogue()
            reference = home.reference(catalogue)
        declared = declared_fingerprints(home, reference, day)
        if files_fingerprint(home) == before:
            return Context(home, catalogue, reference, day, declared, kept)
    raise StillChanging(home)
