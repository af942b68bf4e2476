"""Where the workbooks of a deployment lie, seen from the quality site: the original as it came, the returned copy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from khoi.deployment.home import Home
from khoi.exchange.returned import known_copies


@dataclass(frozen=True)
class Workbook:
    """Addresses relative to the site's folder; None where the file does not lie there."""

    original: str | None = None
    returned: str | None = None


def workbooks_beside(home: Home, site: Path) -> dict[str, Workbook]:
    """By file hash: every landed file and every returned copy of ``home``, as addresses relative to ``site``."""
    originals = _originals(home.landed, site)
    copies = {
        facts["file_hash"]: _address(home.returned / name, site)
        for name, facts in known_copies(home.returned / "manifest.json").items()
        if "file_hash" in facts and (home.returned / name).is_file()
    }
    return {found: Workbook(originals.get(found), copies.get(found)) for found in originals.keys() | copies.keys()}


def _originals(landed: Path, site: Path) -> dict[str, str]:
    """By file hash the addresses of the landed files. A country has tens of thousands: no path is made of each."""
    found: dict[str, str] = {}
    for folder in sorted(landed.glob("[0-9a-f][0-9a-f]")):
        beside = _address(folder, site)
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file()]
        found |= {name.split(".")[0]: f"{beside}/{quote(name)}" for name in names}
    return found


def _address(path: Path, site: Path) -> str:
    return quote(Path(os.path.relpath(path, site)).as_posix())
