"""Where a deployment keeps its things: the folders below KHOI_HOME."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pandas takes a second to import, and `khoi --help` needs none of it
    from ingest.catalogue import Catalogue
    from ingest.reference import Reference

_PROJECT_SEEDS = Path(__file__).resolve().parents[2] / "seeds"


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
    def seeds(self) -> Path:
        """The deployment's seeds where it has some, else the project's."""
        own = self.config / "seeds"
        return own if own.is_dir() else _PROJECT_SEEDS

    def create(self) -> None:
        """Make every folder that is missing."""
        for folder in (
            self.inbox,
            self.landed,
            self.lake,
            self.build,
            self.published,
            self.returned,
            self.reports,
            self.logs,
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def catalogue(self) -> Catalogue:
        """The form catalogue with the deployment's overlays and its layouts of others."""
        from ingest.catalogue import load_catalogue

        return load_catalogue(self.config / "forms", layouts=self.config / "layouts")

    def reference(self) -> Reference:
        """The deployment's seeds."""
        from ingest.reference import load_reference

        return load_reference(self.seeds)
