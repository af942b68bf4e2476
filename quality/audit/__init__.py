"""Auditing the rules themselves: what contradicts, what is said twice, what no rule would notice.

Works on the rule matrix alone (`quality.localise.Constraint` rows over cell codes, lagged cells named ``prev.``),
without data, except for `mined_equalities`, which learns candidates for new rules from clean returns.
"""

from quality.audit.blindspots import BlindSpot, blind_spots
from quality.audit.consistency import Contradiction, Redundancy, contradictions, redundancies
from quality.audit.remedies import Remedy, mined_equalities, remedies, repeat_candidates, total_candidates

__all__ = [
    "BlindSpot",
    "Contradiction",
    "Redundancy",
    "Remedy",
    "blind_spots",
    "contradictions",
    "mined_equalities",
    "redundancies",
    "remedies",
    "repeat_candidates",
    "total_candidates",
]
