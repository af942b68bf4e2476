"""Reading the YAML files that come with the program: words, texts, thresholds, models.

They are ours and tested, so nothing is said of their lines (`ingest.declarations` does that for what a deployment may
lay over); they are read by libyaml where it is there, ten times as fast as by Python alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def declared_in(path: Path) -> Any:
    """The content of one file of the program."""
    return yaml.load(path.read_bytes(), Loader=_LOADER)
