"""What a run tells: while it works, and when it is done.

Belongs here: what the stages (`khoi.stages`) came to. Does not belong here: how it is told to people
(`khoi.cli.summary`, `khoi.service.reporting`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.normalise import NormaliseReport
    from ingest.receive import ReceiveReport
    from khoi.exchange.returned import ReturnedReport
    from khoi.gate import GateReport
    from khoi.outbox import OutboxReport
    from khoi.warehouse.versions import PublishedVersion
    from quality.check_lake import CheckReport

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, units done and units in all."""


@dataclass
class RunReport:
    """What one run did, stage by stage; None where there was nothing to do.

    ``mended``: files of the lake that were lost or damaged and were made again.
    """

    mended: list[str] = field(default_factory=list)
    received: ReceiveReport | None = None
    normalised: list[NormaliseReport] = field(default_factory=list)
    checked: CheckReport | None = None
    returned: ReturnedReport | None = None
    gate: GateReport | None = None
    published: PublishedVersion | None = None
    letters: OutboxReport | None = None

    @property
    def changed(self) -> bool:
        """True where a new warehouse was published."""
        return self.published is not None
