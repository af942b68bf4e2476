"""Where a deployment keeps its things: the folders below KHOI_HOME."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pandas takes a second to import, and `khoi --help` needs none of it
    from ingest.catalogue import Catalogue
    from ingest.reference import Reference


PRIVATE = 0o700
"""Who may enter a folder of a deployment: its owner. Windows knows no such mode; there the folder's own rights hold."""


class NoRegisters(RuntimeError):
    """The folder is no deployment: it has no registers of its own, and nobody else's are taken instead."""


@dataclass(frozen=True)
class Home:
    """The folders of one deployment. Nothing is created by looking at it; `create()` does."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """``KHOI_HOME``, or ``./data`` where it is not set."""
        return cls(Path(os.environ.get("KHOI_HOME", "data")).resolve())

    @property
    def inbox(self) -> Path:
        """Where e-mailed workbooks are put, one folder a committee or any other order."""
        return self.root / "inbox"

    @property
    def landed(self) -> Path:
        """Every received file unchanged, named by its hash."""
        return self.root / "landed"

    @property
    def lake(self) -> Path:
        """The Parquet tables that the stages hand over (`ingest.lake`)."""
        return self.root / "lake"

    @property
    def build(self) -> Path:
        """The one file dbt writes, before it is published."""
        return self.root / "build"

    @property
    def published(self) -> Path:
        """Published warehouses; the text file ``current`` names the one to read."""
        return self.root / "published"

    @property
    def returned(self) -> Path:
        """Marked copies that go back to the senders."""
        return self.root / "returned"

    @property
    def outbox(self) -> Path:
        """Letters that wait to be sent (`khoi.outbox`)."""
        return self.root / "outbox"

    @property
    def reports(self) -> Path:
        """Quality pages and reports."""
        return self.root / "reports"

    @property
    def logs(self) -> Path:
        """Logs of dbt, Dagster and the stages."""
        return self.root / "logs"

    @property
    def config(self) -> Path:
        """The deployment's own seeds, forms and rules."""
        return self.root / "config"

    @property
    def decisions(self) -> Path:
        """The register of accepted explanations, an append-only CSV (`quality.submissions.decisions`)."""
        return self.config / "decisions.csv"

    @property
    def withdrawals(self) -> Path:
        """The register of withdrawn files, an append-only CSV (`quality.submissions.withdrawals`)."""
        return self.config / "withdrawals.csv"

    @property
    def seeds(self) -> Path:
        """The deployment's registers and its own copies of shared lists (`ingest.reference.seed_file`)."""
        return self.config / "seeds"

    def require_registers(self) -> None:
        """Raises NoRegisters where nobody has made a deployment here yet."""
        if not self.seeds.is_dir():
            raise NoRegisters(
                f"{self.root}: chưa có sổ đăng ký; hãy chạy `khoi init THƯ_MỤC` rồi đặt KHOI_HOME tới thư mục đó "
                "(xem thử: `khoi demo`)\n"
                "no registers here; run `khoi init DIR` and set KHOI_HOME to that folder (to look around: `khoi demo`)"
            )

    def create(self) -> None:
        """Make every folder that is missing, for its owner only: they hold what was sent, as it was sent."""
        self.root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        for folder in (
            self.inbox,
            self.landed,
            self.lake,
            self.build,
            self.published,
            self.returned,
            self.outbox,
            self.reports,
            self.logs,
        ):
            folder.mkdir(mode=PRIVATE, exist_ok=True)

    def catalogue(self) -> Catalogue:
        """The form catalogue with the deployment's overlays and its layouts of others."""
        from ingest.catalogue import load_catalogue

        return load_catalogue(self.config / "forms", layouts=self.config / "layouts")

    def reference(self, catalogue: Catalogue | None = None) -> Reference:
        """The deployment's registers and code lists, checked against the forms of ``catalogue`` where it is at hand.

        Raises NoRegisters where it has none and RegisterMistakes, which tells every mistake.
        """
        from khoi.deployment.registers import checked_registers

        self.require_registers()
        return checked_registers(self.seeds, self.config / "forms", self.lake, catalogue)
