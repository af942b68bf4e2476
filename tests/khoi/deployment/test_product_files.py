"""Where the product's own files lie, in a checkout as here."""

from __future__ import annotations

import pytest

from khoi.deployment.product import product_path


@pytest.mark.parametrize("part", ["khoi/gate/suites", "khoi/cli/demo.py", "quality/rules", "ingest/forms", "seeds"])
def test_every_part_is_found_by_its_place_in_a_checkout(part: str) -> None:
    assert product_path(part).exists()
    assert product_path(part).as_posix().endswith(part)
