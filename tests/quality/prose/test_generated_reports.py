"""The audit on reports in wordings it was not written for: what the bench publishes does not get worse unseen."""

from __future__ import annotations

from bench.prose.__main__ import counted, measured
from bench.prose.generate import KINDS, PLANTED, report
from quality.prose import audit_report, told_relations


def test_most_relations_of_other_wordings_are_read_and_few_flags_are_wrong() -> None:
    counts, _ = measured(20, seed=9000)
    total = {what: sum(counts[kind, what] for kind in KINDS) for what in ("stated", "recognised", "planted", "found")}
    assert total["recognised"] >= 0.88 * total["stated"]
    assert total["found"] >= 0.74 * total["planted"]
    assert counts["all", "right"] >= 0.94 * (counts["all", "right"] + counts["all", "false"])
    assert counts["all", "false"] <= counts["all", "pages"]


def test_a_report_states_each_wording_once_and_plants_about_what_it_says() -> None:
    paragraphs, stated = report(1)
    texts = [paragraph.text for paragraph in paragraphs]
    assert all(texts.count(sentence) == 1 for one in stated for sentence in one.sentences)
    planted = [one.is_planted for seed in range(30) for one in report(seed)[1]]
    assert abs(sum(planted) / len(planted) - PLANTED) < 0.06
    assert {one.kind for one in stated} == set(KINDS)


def test_counts_tell_what_was_missed_and_what_was_flagged_without_cause() -> None:
    paragraphs, stated = report(3)
    relations, flags = told_relations(paragraphs), audit_report(paragraphs)
    counts, wrong = counted(stated, [], [])
    assert sum(counts[kind, "recognised"] for kind in KINDS) == 0
    assert len(wrong) == sum(one.is_planted for one in stated)
    true = [one for one in stated if not one.is_planted]
    counts, _ = counted(true, relations, flags)
    assert counts["all", "right"] == 0
    assert counts["all", "false"] == len(flags)
