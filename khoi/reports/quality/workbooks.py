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
    originals = {path.name.split(".")[0]: path for path in home.landed.glob("[0-9a-f][0-9a-f]/*") if path.is_file()}
    copies = {
        facts["file_hash"]: home.returned / name
        for name, facts in known_copies(home.returned / "manifest.json").items()
        if "file_hash" in facts and (home.returned / name).is_file()
    }
    return {
        found: Workbook(_address(originals.get(found), site), _address(copies.get(found), site))
        for found in originals.keys() | copies.keys()
    }


def _address(path: Path | None, site: Path) -> str | None:
    return None if path is None else quote(Path(os.path.relpath(path, site)).as_posix())
