"""Which `ingest`, `quality` and `orchestration` a process of khoi works with: those it came with, never a stranger's.

An installed wheel claims one name in site-packages, `khoi`; the other packages and what they read travel in
`khoi/_bundle` and are importable only once `khoi` is (docs/decisions/0026-names-in-site-packages.md). In a checkout
they stand beside `khoi`.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

NAMES = ("ingest", "quality", "orchestration")
_KHOI = Path(__file__).resolve().parent
_BUNDLE = _KHOI / "_bundle"


def claim_own_packages() -> None:
    """Put what travels in the wheel first on this process's path.

    Raises ImportError where one of the names means something else all the same: in a checkout another installed
    package, in a wheel one that was imported before `khoi`.
    """
    own = _BUNDLE if _BUNDLE.is_dir() else _KHOI.parent
    if own == _BUNDLE and str(own) not in sys.path:
        sys.path.insert(0, str(own))
    for name in NAMES:
        found = importlib.util.find_spec(name)
        origin = None if found is None or found.origin is None else Path(found.origin).resolve()
        if origin != own / name / "__init__.py":
            raise ImportError(
                f"`{name}` là của một gói khác ({origin}); hãy cài khoi vào môi trường Python riêng\n"
                f"`{name}` belongs to another package; install khoi into a Python environment of its own"
            )
