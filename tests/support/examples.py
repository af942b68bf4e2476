"""How many examples a law is tried on: few in a run of the tests, many times as many where somebody asks for them."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    """``usual`` examples, KHOI_EXAMPLES times as many where that is set (`make laws`)."""
    return usual * int(os.environ.get("KHOI_EXAMPLES", "1"))
