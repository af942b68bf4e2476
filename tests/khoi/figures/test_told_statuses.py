"""What `khoi reconcile` and the end of a run call a status before people."""

from __future__ import annotations

from pathlib import Path

import yaml

from khoi.figures.reconcile import STATUSES, told_statuses

MODEL = Path(__file__).resolve().parents[3] / "dbt_project/models/marts/reports/rpt_published_figures.yml"


def test_every_status_of_the_mart_has_words_in_both_languages() -> None:
    """Codes stood there: "equal 415, out_of_scope 27"."""
    columns = yaml.safe_load(MODEL.read_text(encoding="utf-8"))["models"][0]["columns"]
    (status,) = (column for column in columns if column["name"] == "status")
    assert status["data_tests"][0]["accepted_values"]["arguments"]["values"] == list(STATUSES)
    assert not [word for words in STATUSES.values() for word in words if "_" in word]
    assert told_statuses({"differs": 2, "out_of_scope": 1}) == "lệch 2, ngoài phạm vi 1 / differs 2, out of scope 1"
