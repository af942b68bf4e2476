"""What `khoi check` prints of findings that one proposal mends; as JSON every finding carries it."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from khoi.cli import intake
from khoi.exchange.precheck import Precheck

SUGGESTED = "Biểu 1!C27: 52 → 43 (97 %) - số khác"


def checked() -> Precheck:
    """Two findings of one file that one proposal mends, and one of another file."""
    same = {"severity": "hard", "suggested": SUGGESTED, "observed": "52", "expected": "43", "sheet": "Biểu 1"}
    said = {"message_vi": "Sai. Có khả năng sai ở Biểu 1!C27: số khác.", "message_en": "Off. Probably wrong: C27."}
    rows = [
        {**same, **said, "file_hash": name, "file_name": f"{name}.xlsx", "rule_id": rule, "cell": cell}
        for name, rule, cell in (("a", "R001", "C9"), ("a", "R002", "C10"), ("b", "R001", "C9"))
    ]
    files = [{"file_name": name, "state": "returned", "hard_findings": 1, "soft_findings": 0} for name in "ab"]
    return Precheck(pd.DataFrame(files), pd.DataFrame(rows))


def test_a_table_shows_a_proposal_once_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[pd.DataFrame] = []
    monkeypatch.setattr(intake, "table", lambda frame, *_: drawn.append(frame))
    intake._print_checked(checked(), json=False)
    _, of_a, of_b = drawn
    assert of_a["suggested"].tolist() == [SUGGESTED, "Xem đề nghị ở Biểu 1!C9"]
    assert of_a["message_vi"].tolist() == ["Sai. Có khả năng sai ở Biểu 1!C27: số khác.", "Sai."]
    assert of_b["suggested"].tolist() == [SUGGESTED]


def test_every_finding_carries_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    intake._print_checked(checked(), json=True)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [row["suggested"] for row in told["findings"]] == [SUGGESTED] * 3
