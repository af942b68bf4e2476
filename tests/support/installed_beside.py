"""What an optional part of the product needs, in a folder beside the environment, where `make` puts it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def installed_beside(folder: str, module: str) -> bool:
    """True where ``module`` can be imported, from ``<environment>/<folder>`` where it is there.

    The folder comes last: it holds only what the environment does not have.
    """
    place = str(Path(sys.prefix) / folder)
    if place not in sys.path and Path(place, ".installed").exists():
        sys.path.append(place)
    return importlib.util.find_spec(module) is not None
