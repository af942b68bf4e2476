"""One reason for a total that is a formula: reading has seen that its stored result is not the sum of its cells.

The localiser looks at figures only and says that a part was left out or added twice; read together, a clerk had two
reasons for one cell. Belongs here: the reason of a suspect whose cell reading has found to be such a formula. Does not
belong here: which cell is wrong (`quality.localise`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ingest.findings import finding_texts

_RULE = "total_reckoned_otherwise"


def with_formula_reasons(located: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """``located`` (`quality.suspects.suggestions`) with reading's reason at the cells that ``findings`` tell of."""
    seen = findings[findings["rule_id"] == _RULE]
    if located.empty or seen.empty:
        return located
    places = (seen["sheet"] + "!" + seen["cell"]).groupby(seen["file_hash"]).agg(list).to_dict()
    told = located.copy()
    for column, language in (("suggested", "vi"), ("because_vi", "vi"), ("because_en", "en")):
        told[column] = [
            _reworded(text, places.get(file_hash, []), finding_texts()[_RULE], language)
            for text, file_hash in zip(told[column], told["file_hash"], strict=True)
        ]
    return told


def _reworded(text: object, places: list[str], words: Mapping[str, str], language: str) -> object:
    """The reasons behind ``places``: what follows the dash of a proposal, the colon in a sentence, up to the next."""
    if not isinstance(text, str):
        return text
    reason = words[f"reason_{language}"].replace("\\", r"\\")
    for place in map(re.escape, places):
        text = re.sub(rf"({place}(?!\d)(?::[^;]*?→[^;]*?)? \([^()]*\) - )[^;]*", rf"\g<1>{reason}", text)
        text = re.sub(rf"({place}: )(?![^;]*→)[^;.]*", rf"\g<1>{reason}", text)
    return text
