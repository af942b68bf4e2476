"""Where the demo may live: a folder of its own, never among a committee's real workbooks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from demo.deployment import create_demo_deployment
from demo.generate import generate_demo
from khoi.deployment import DeploymentExists, Home

_MARKER = ".demo.json"


class NotForDemo(DeploymentExists):
    """The deployment holds real workbooks or registers of its own."""


@dataclass(frozen=True)
class DemoPlace:
    """A deployment that belongs to the demo; its marker says whether the inbox is complete."""

    home: Home

    @classmethod
    def take(cls, home: Home) -> DemoPlace:
        """Take ``home`` for the demo. Raises NotForDemo where it already serves something else."""
        place = cls(home)
        if not place._marker.exists():
            if home.seeds.exists() or (home.inbox.exists() and any(home.inbox.iterdir())):
                raise NotForDemo(
                    f"{home.root}: đã có dữ liệu thật; hãy đặt KHOI_HOME tới thư mục khác\n"
                    "this deployment is in use; set KHOI_HOME to another folder"
                )
            home.create()
            place._mark(complete=False)
        if not home.seeds.is_dir():
            create_demo_deployment(home)
        return place

    def empty(self) -> None:
        """Remove what a demo has produced and give it its registers anew; anything else in the folder stays."""
        home = self.home
        self._mark(complete=False)
        folders = (
            home.inbox,
            home.landed,
            home.lake,
            home.build,
            home.published,
            home.returned,
            home.reports,
            home.logs,
            home.seeds,
        )
        for folder in (*folders, home.root / "dagster"):
            shutil.rmtree(folder, ignore_errors=True)
        create_demo_deployment(home)

    def fill(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Write the inboxes, unless they are complete; what an interrupted demo left is written anew."""
        if json.loads(self._marker.read_text(encoding="utf-8"))["complete"]:
            return
        shutil.rmtree(self.home.inbox, ignore_errors=True)
        self.home.create()
        generate_demo(self.home.inbox, self.home.catalogue(), self.home.reference(), progress=progress)
        self._mark(complete=True)

    @property
    def _marker(self) -> Path:
        return self.home.root / _MARKER

    def _mark(self, *, complete: bool) -> None:
        self._marker.write_text(json.dumps({"complete": complete}), encoding="utf-8")
