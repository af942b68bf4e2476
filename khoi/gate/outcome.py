"""What a gate came to: one outcome per expectation, kept beside the build, and the refusal to publish."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.durable import write_text
from khoi.warehouse.errors import WarehouseError

_SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """One expectation: whether it was met, and the subjects (with what was seen) that do not meet it.

    ``compared`` counts the subjects that could be compared: none in a first publication, and then it is met.
    """

    id: str
    suite: str
    severity: str
    title_vi: str
    title_en: str
    reason: str
    met: bool
    compared: int
    unmet: list[str]

    def told(self) -> str:
        """The expectation and the first subjects that do not meet it, in one line."""
        more = f" … (+{len(self.unmet) - _SHOWN})" if len(self.unmet) > _SHOWN else ""
        return f"{self.id} {self.title_vi} / {self.title_en}: {', '.join(self.unmet[:_SHOWN])}{more}"


@dataclass(frozen=True)
class GateReport:
    """The gate of one build. ``build`` names it; ``accepted``: why the gate was opened all the same."""

    build: str
    compared_with: str | None
    outcomes: list[Outcome]
    accepted: str | None = None

    @property
    def failures(self) -> list[Outcome]:
        """Expectations that are not met and keep the last publication."""
        return [one for one in self.outcomes if not one.met and one.severity == "critical"]

    @property
    def warnings(self) -> list[Outcome]:
        """Expectations that are not met and are only told."""
        return [one for one in self.outcomes if not one.met and one.severity != "critical"]

    @property
    def is_open(self) -> bool:
        """True where the build may be published."""
        return not self.failures or self.accepted is not None


class GateClosed(WarehouseError):
    """A critical expectation is not met; the last publication stays."""

    def __init__(self, report: GateReport, docs: Path) -> None:
        self.report = report
        listed = "\n".join(f"  - {one.told()}" for one in report.failures)
        super().__init__(
            "Cổng công bố đóng: bản mới khác lần công bố trước quá mức cho phép; bản đã công bố vẫn nguyên vẹn.\n"
            "The publish gate is closed: the build departs too far from the last publication, which stays in place.\n"
            f"{listed}\nChi tiết / details: {docs}\n"
            'Nếu thay đổi này là có chủ ý: `khoi run --accept-gate "LÝ DO"` / if the change is intended.'
        )


def write_gate(report: GateReport, path: Path) -> None:
    """Keep ``report`` as JSON; a reader sees the old one or the new one."""
    write_text(path, json.dumps(asdict(report), ensure_ascii=False, indent=2))


def read_gate(path: Path) -> GateReport | None:
    """The report kept at ``path``, or None where there is none."""
    try:
        record = json.loads(path.read_bytes())
        return GateReport(**record | {"outcomes": [Outcome(**one) for one in record["outcomes"]]})
    except (OSError, ValueError, TypeError, KeyError):
        return None  # one that is lost or damaged is held again
