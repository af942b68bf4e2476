"""The figures of one organization on Biểu 2, 3, 5 and 7: random, and every sum and every limit holds."""

from __future__ import annotations

import random
from collections.abc import Sequence

_AGES = [f"AGE_{first}" for first in (18, 31, 36, 41, 46, 51, 56, 61)]
_SCHOOLING = ["EDU_LITERATE", "EDU_PRIMARY", "EDU_LOWER", "EDU_UPPER"]
_LEVELS = ["PRO_ELEMENTARY", "PRO_INTERMEDIATE", "PRO_COLLEGE", "PRO_BACHELOR", "PRO_MASTER", "PRO_DOCTOR"]
_PLACES = ["STATE", "PARTY", "COMMUNE", "HAMLET", "PUBLIC", "NONPUBLIC", "ENT_LEADER", "ENT_OFFICE", "ENT_WORKER"]
_OCCUPATIONS = [f"OCC_{one}" for one in (*_PLACES, "FARM", "ARMED", "STUDENT", "PUPIL", "OTHER")]
_BADGES = [f"BADGE_{years}" for years in (30, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90)]
_CARDS = ["CARD_NEW", "CARD_REPLACED", "CARD_CHANGED"]
_OWNERSHIP = ["S9A1", "S9A2", "S9A3", "S9B1", "S9B2", "S9B3", "S9B4", "S9B5", "S9C"]
_KINDS = ["S1", "S2", "S3", "S4", "S5", "S6A", "S6B", "S7", "S8", *_OWNERSHIP, "S10", "S11"]
COLUMNS = ["ORGS", "COMMITTEES", "CELLS", "SECTIONS", "SUBORDINATE", "MEMBERS"]


def shared(chance: random.Random, total: int, parts: Sequence[str]) -> dict[str, int]:
    """``total`` over the parts; some stay empty."""
    weights = [chance.choice([0, 1, 2, 5]) for _ in parts[1:]]
    found = dict.fromkeys(parts, 0)
    for part in chance.choices(parts, [1, *weights], k=total):
        found[part] += 1
    return found


def _some(chance: random.Random, most: int) -> int:
    return chance.choice([0, chance.randint(0, most), chance.randint(0, most // 3)])


def _levels(chance: random.Random, total: int) -> dict[str, int]:
    """Schooling of everybody; qualifications of those who have one; the professors are among the doctors."""
    one = shared(chance, total, _SCHOOLING) | shared(chance, chance.randint(total // 2, total), _LEVELS)
    return one | {"PRO_PROFESSOR": _some(chance, one["PRO_DOCTOR"])}


def admissions(chance: random.Random, total: int | None = None) -> dict[str, int]:
    """Biểu 2."""
    total = chance.randint(4, 60) if total is None else total
    one = {"TOTAL": total}
    for item in ("ETHNIC_MINORITY", "YOUTH", "OWNERS", "FAMILY_PLANNING", "FOREIGN_SPOUSE", "READMITTED"):
        one[item] = _some(chance, total)
    one |= shared(chance, total, _OCCUPATIONS) | shared(chance, total, _AGES) | _levels(chance, total)
    return one | {"ORGS_ADMITTING": min(total, 1), "ORGS_ALL_MEMBERS": chance.randint(0, 1)}


def members(chance: random.Random, total: int | None = None) -> dict[str, int]:
    """Biểu 3."""
    total = chance.randint(30, 600) if total is None else total
    one = {"TOTAL": total}
    for item in ("FEMALE", "PROBATIONARY", "ETHNIC_MINORITY", "RELIGIOUS", "YOUTH", "OWNERS", "FOREIGN_SPOUSE"):
        one[item] = _some(chance, total)
    one |= shared(chance, total, [*_OCCUPATIONS, "RETIRED"]) | shared(chance, total, _AGES) | _levels(chance, total)
    one["RETIRED_EXEMPT"] = _some(chance, one["RETIRED"])
    one |= shared(chance, total // 6, ["JOINED_1975", "JOINED_1954", "JOINED_1945"])
    one["JOINED_SINCE"] = total - total // 6
    theory = ["THEORY_ELEMENTARY", "THEORY_INTERMEDIATE", "THEORY_ADVANCED"]
    return one | shared(chance, chance.randint(total // 2, total), theory)


def services(chance: random.Random, total: int | None = None) -> dict[str, int]:
    """Biểu 7; no total of another form binds it."""
    badges = {item: _some(chance, 12) for item in _BADGES}
    cards = {item: _some(chance, 40) for item in _CARDS}
    moved = ("OFFICIAL_OUT", "OFFICIAL_IN", "TEMPORARY_OUT", "TEMPORARY_IN", "IRREGULAR", "FORGED", "REWARDED")
    one = {item: _some(chance, 25) for item in moved}
    return one | badges | cards | {"BADGES": sum(badges.values()), "CARDS": sum(cards.values())}


def bases(chance: random.Random) -> dict[str, int]:
    """Biểu 5 as line and column: half are of one base, in the line of its kind, half of many kinds as a sum is."""
    chosen = chance.sample(_KINDS, 1 if chance.random() < 0.5 else chance.randint(4, len(_KINDS)))
    one = {f"{kind}.{column}": 0 for kind in ("TOTAL", "S9", *_KINDS) for column in COLUMNS}
    for kind in chosen:
        committees = chance.randint(0, 1 if len(chosen) == 1 else 4)
        cells = 1 - committees if len(chosen) == 1 else chance.randint(0, 5)
        below = [chance.randint(0, 2), chance.randint(2, 15)] if committees else [0, 0]
        people = sum(chance.randint(30, 140) for _ in range(committees)) + sum(
            chance.randint(3, 29) for _ in range(cells)
        )
        given = [committees + cells, committees, cells, *below, people]
        one |= {f"{kind}.{column}": figure for column, figure in zip(COLUMNS, given, strict=True)}
    for whole, parts in (("S9", _OWNERSHIP), ("TOTAL", _KINDS)):
        one |= {f"{whole}.{column}": sum(one[f"{part}.{column}"] for part in parts) for column in COLUMNS}
    return one
