"""An inbox, what was landed from it and the lake: a pen for files of any age, and what receiving made of them."""

from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path

import pandas as pd
from workbook_rows import random_content

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.reading.limits import Limits
from ingest.receive import ReceiveReport, receive_inbox
from ingest.reference import Reference
from ingest.template import write_workbook


@dataclasses.dataclass
class Place:
    """An inbox, what was landed from it and the lake, and how to receive into them."""

    root: Path
    catalogue: Catalogue
    reference: Reference

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    def put(self, name: str, content: bytes | str) -> Path:
        """A file of these bytes, an hour old."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (time.time() - 3_600,) * 2)
        return path

    def workbook(self, name: str, organization: str = "AA-1", seed: int = 1, period: str = "2022H1") -> Path:
        """A filled workbook, an hour old."""
        path = self.put(name, b"")
        content = random_content(seed, self.catalogue, self.reference, organization, period)
        write_workbook(path, content, self.catalogue, self.reference)
        os.utime(path, (time.time() - 3_600,) * 2)
        return path

    def receive(self, **options: object) -> ReceiveReport:
        """One pass over the inbox."""
        given = {"workers": 2, "limits": Limits(wall_seconds=5.0), **options}
        return receive_inbox(
            self.inbox, self.root / "landed", self.root / "lake", self.catalogue, self.reference, **given
        )

    @property
    def submissions(self) -> pd.DataFrame:
        return tables.read_tables(self.root / "lake" / "submissions", tables.SUBMISSIONS)

    @property
    def findings(self) -> pd.DataFrame:
        return tables.read_tables(self.root / "lake" / "received_findings", tables.FINDINGS)

    @property
    def states(self) -> dict[str, str]:
        """State by file name."""
        return dict(zip(self.submissions["file_name"], self.submissions["read_state"], strict=True))

    def lake_bytes(self) -> dict[str, tuple[int, bytes]]:
        """Every file of the lake with its time."""
        files = [path for path in sorted((self.root / "lake").rglob("*")) if path.is_file()]
        return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
