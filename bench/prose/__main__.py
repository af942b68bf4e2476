"""`python -m bench.prose [--reports N] [--seed S] [--show]`: counts over generated reports."""

from __future__ import annotations

import argparse
from collections import Counter

from bench.prose.generate import KINDS, Stated, report
from ingest.documents import Paragraph
from quality.prose import Relation, ReportFinding, audit_report, told_relations


def _states(sentence: str, one: Stated) -> bool:
    return any(sentence in said or said in sentence for said in one.sentences)


def counted(
    stated: list[Stated], relations: list[Relation], flags: list[ReportFinding]
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Counts by kind and what (stated, recognised, planted, found), flags under ``all``; and what went wrong, in words.

    A relation is recognised where one of any kind was read in its sentence, found where its sentence was flagged.
    """
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for one in stated:
        counts[one.kind, "stated"] += 1
        counts[one.kind, "recognised"] += any(_states(relation.sentence, one) for relation in relations)
        if one.is_planted:
            found = any(_states(flag.sentence, one) for flag in flags)
            counts[one.kind, "planted"] += 1
            counts[one.kind, "found"] += found
            wrong += [] if found else [f"missed {one.kind}: {' / '.join(one.sentences)}"]
    planted = [one for one in stated if one.is_planted]
    for flag in flags:
        right = any(_states(flag.sentence, one) for one in planted)
        counts["all", "right" if right else "false"] += 1
        wrong += [] if right else [f"false {flag.kind}: {flag.sentence}"]
    return counts, wrong


def measured(reports: int, seed: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """The counts of ``reports`` reports from ``seed`` on."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for number in range(seed, seed + reports):
        paragraphs, stated = report(number)
        own, told = counted(stated, told_relations(paragraphs), audit_report(paragraphs))
        counts += own
        counts["all", "pages"] += _pages(paragraphs)
        wrong += told
    return counts, wrong


def _pages(paragraphs: list[Paragraph]) -> int:
    return max(paragraph.page for paragraph in paragraphs)


def main() -> None:
    """Print one line a kind, then the flags."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--show", action="store_true", help="print what was missed and what was flagged without cause")
    asked = parser.parse_args()
    counts, wrong = measured(asked.reports, asked.seed)
    print(f"{'kind':12} {'recognised':>16} {'planted found':>16}")
    for kind in KINDS:
        recognised = f"{counts[kind, 'recognised']}/{counts[kind, 'stated']}"
        print(f"{kind:12} {recognised:>16} {counts[kind, 'found']:>8}/{counts[kind, 'planted']}")
    total = {what: sum(counts[kind, what] for kind in KINDS) for what in ("stated", "recognised", "planted", "found")}
    right, false, pages = (counts["all", what] for what in ("right", "false", "pages"))
    print(f"recognised {total['recognised']}/{total['stated']}, planted found {total['found']}/{total['planted']}")
    print(f"flags right {right}/{right + false}, without cause {false} on {pages} pages")
    if asked.show:
        print("\n".join(sorted(wrong)))


if __name__ == "__main__":
    main()
