"""Writing a report: sentences that state relations, true or contradictory, between sentences that state none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.documents import Paragraph
from ingest.numerals import number_vi

_FILE = Path(__file__).with_name("wordings.yaml")
KINDS = ("share", "parts", "of_which", "growth", "repeated", "date", "anniversary")
PLANTED = 0.3
"""So many of the relations contradict themselves."""
_YEAR = 2022
_SENTENCES_A_PAGE = 22
_WHOLE = ("oàn Đảng bộ", "của Đảng bộ")
"""Words of sentences that state the whole of a thing."""


@dataclass(frozen=True)
class Stated:
    """One relation of a report: its kind, its sentence (two where it is stated twice), planted or true."""

    kind: str
    sentences: tuple[str, ...]
    is_planted: bool


@cache
def wordings() -> dict[str, Any]:
    """The declared sentences."""
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def report(seed: int) -> tuple[list[Paragraph], list[Stated]]:
    """A report of the first half of 2022 with every wording once, and the relations that it states.

    A wording that came twice with other numbers, or two that state the whole of one thing, would contradict each other
    without being planted: each comes once, and those that state a whole are of different things.
    """
    rng = random.Random(seed)
    told = wordings()
    frames = [(kind, frame) for kind in KINDS for frame in told[kind]]
    rng.shuffle(frames)
    frames.sort(key=lambda one: not any(word in str(one[1]) for word in _WHOLE))
    things = rng.sample(told["things"], len(told["things"]))
    stated = []
    for at, (kind, frame) in enumerate(frames):
        period = rng.choice(told["periods"])
        given = {"thing": things[at % len(things)], "period": period[:1].upper() + period[1:]}
        stated.append(_WRITERS[kind](rng, rng.random() < PLANTED, frame, given))
    texts = [sentence for one in stated for sentence in one.sentences[:1]] + list(told["fillers"])
    rng.shuffle(texts)
    # What is stated again comes later in the report, as in real ones.
    texts += [sentence for one in stated for sentence in one.sentences[1:]]
    head = ["BÁO CÁO", "kết quả công tác xây dựng Đảng 6 tháng đầu năm 2022", "Trà Thành, ngày 5 tháng 7 năm 2022"]
    paragraphs = [Paragraph(1, text) for text in head]
    paragraphs += [Paragraph(1 + at // _SENTENCES_A_PAGE, text) for at, text in enumerate(texts)]
    return paragraphs, stated


def _share(rng: random.Random, planted: bool, frame: Any, given: dict[str, str]) -> Stated:
    whole = rng.randint(40, 9000)
    part = rng.randint(whole // 3, whole - 1)
    places = rng.choice([0, 1, 2])
    percent = 100 * part / whole
    if planted:
        percent = max(1.0, min(99.0, percent + rng.choice([-1, 1]) * rng.uniform(2.5, 15)))
        if round(percent, places) == round(100 * part / whole, places):
            return _share(rng, planted, frame, given)
    return Stated("share", (frame.format(a=_n(part), b=_n(whole), p=_p(percent, places), **given),), planted)


def _parts(rng: random.Random, planted: bool, frame: Any, given: dict[str, str]) -> Stated:
    names = rng.choice(wordings()["part_names"])
    numbers = [rng.randint(2, 400) for _ in names]
    total = sum(numbers) + (rng.choice([-1, 1, 2, 9, 10]) if planted else 0)
    joined = rng.choice([", ", "; "]).join(f"{_n(number)} {name}" for number, name in zip(numbers, names, strict=True))
    return Stated("parts", (frame.format(t=_n(total), list=joined, **given),), planted)


def _of_which(rng: random.Random, planted: bool, frame: Any, given: dict[str, str]) -> Stated:
    whole = rng.randint(10, 900)
    part = whole + rng.randint(1, 60) if planted else rng.randint(1, whole)
    return Stated("of_which", (frame.format(a=_n(part), b=_n(whole), **given),), planted)


def _growth(rng: random.Random, planted: bool, frame: Any, given: dict[str, str]) -> Stated:
    low = rng.randint(30, 5000)
    high = low + rng.randint(3, low)
    difference, percent = high - low, 100 * (high - low) / low
    if planted:
        difference += rng.choice([-2, -1, 1, 2, 10])
        percent += rng.choice([-1, 1]) * rng.uniform(2, 9)
    words = {"a": _n(low), "b": _n(high), "d": _n(difference), "p": _p(percent, 2)}
    return Stated("growth", (frame.format(**words, **given),), planted)


def _repeated(rng: random.Random, planted: bool, frames: Any, given: dict[str, str]) -> Stated:
    first = rng.randint(40, 9000)
    second = first + rng.choice([-9, -1, 1, 10]) if planted else first
    said = tuple(frame.format(a=_n(number), **given) for frame, number in zip(frames, (first, second), strict=True))
    return Stated("repeated", said, planted)


def _date(rng: random.Random, planted: bool, frame: Any, given: dict[str, str]) -> Stated:
    wrong = ["31/4/2022", "30/2/2022", "31/6/2022", "15/13/2022", "20/9/2022", "12/11/2022"]
    day = rng.choice(wrong) if planted else f"{rng.randint(1, 28)}/{rng.randint(1, 6)}/{_YEAR}"
    return Stated("date", (frame.format(day=day, **given),), planted)


def _anniversary(rng: random.Random, planted: bool, frame: Any, given: dict[str, str]) -> Stated:
    began = next(year for year in (1930, 1890, 1945) if f"/{year} " in frame)
    years = _YEAR - began + (rng.choice([-2, -1, 1, 5]) if planted else 0)
    return Stated("anniversary", (frame.format(n=years, year=_YEAR, **given),), planted)


def _n(number: int) -> str:
    return number_vi(float(number))


def _p(percent: float, places: int) -> str:
    return f"{percent:.{places}f}".replace(".", ",")


_WRITERS: dict[str, Callable[[random.Random, bool, Any, dict[str, str]], Stated]] = {
    "share": _share,
    "parts": _parts,
    "of_which": _of_which,
    "growth": _growth,
    "repeated": _repeated,
    "date": _date,
    "anniversary": _anniversary,
}
