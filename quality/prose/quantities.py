"""Quantities in a Vietnamese sentence: numbers, percentages, fractions, dates, each with the words around it.

A number is a quantity only where it counts something. Numbers of documents, articles, sections, years, ordinals and
dates are read as what they are and take part in no sum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from quality.prose.words import pattern

Sort = Literal["count", "percent", "fraction", "date", "year", "name"]

_NUM = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?|\d+\.\d{1,2}(?!\d)"
_PATTERNS: tuple[tuple[Sort, str], ...] = (
    ("name", r"\d+(?:\s?[/-]\s?\d{4})?\s?[-/]\s?[A-ZĐ]{1,4}[A-Za-zĐđÀ-ỹ]*(?:[/-][A-ZĐa-zđ]+)*"),
    ("name", r"(?:Covid|COVID|covid|SARS)\s?-?\s?\d+|\d+[A-Za-z]+\d*\b(?<!\dđ)"),
    ("date", r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4,6}"),
    ("date", r"ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4,5}"),
    ("date", r"(?:ngày|hôm)\s+\d{1,2}[/-]\d{1,2}(?![/\d%-])"),
    (
        "name",
        r"(?:tháng|quý|Quý)\s+(?:\d{1,2}(?!\d)|[IVX]+\b)(?:\s?(?:[-–,]|và|đến)\s?(?:\d{1,2}(?!\d)|[IVX]+\b))?"
        r"(?:\s?/\s?\d{4}|\s+năm\s+\d{4})?",
    ),
    ("year", r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d"),
    ("percent", rf"(?:{_NUM})\s?(?:[-–]\s?(?:{_NUM})\s?)?(?:%|phần trăm)"),
    ("name", r"\d{1,2}/(?:19|20)\d\d"),
    ("fraction", rf"(?:{_NUM})\s?/\s?(?:tổng số\s)?(?:{_NUM})(?![/\d])"),
    ("year", r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d|\d)"),
    ("count", _NUM),
)
_TOKEN = re.compile("|".join(f"(?P<t{at}>{pattern})" for at, (_, pattern) in enumerate(_PATTERNS)))

# A number right behind one of these words names something and counts nothing.
_NAMING = pattern(r"<naming>\s*$", naming="naming")
# Behind these a bare number under 3000 is a year.
_YEARLY = pattern(r"<yearly>\s*$", yearly="yearly")
_SPAN_OF_TIME = pattern(r"^\s*<spans>(?!\s+tuổi đảng)", spans="time_spans")
_MONEY = pattern(r"^\s*(?:<measures>(?!\s+chí)|đ\b)", measures="measures")
_ABOUT = pattern(r"<about>\s*$", about="about")
_AND_MORE = re.compile(r"^\s*(?:[\wÀ-ỹđĐ]+\s){0,4}trở (?:lên|xuống)", re.IGNORECASE)
_DAYS = pattern(r"<days>[^;.]{0,40}$", days="days")
_LISTED_DAY = re.compile(r"^\s*(?:,|và)\s*\d{1,2}/\d{1,2}\b")
_WORD = re.compile(r"[A-Za-zÀ-ỹĐđ]+")


@dataclass(frozen=True)
class Quantity:
    """One number of a sentence: what sort it is, its value, where it stands, the words that say what it counts.

    ``value`` of a fraction is its numerator and ``whole`` its denominator. ``unit`` are up to four words behind a count
    (lower case), ``before`` up to six words in front; ``depth`` is the depth of brackets; ``digits`` are the decimals
    printed. ``about`` marks numbers that are no exact statement (trên, khoảng, … trở lên); ``money`` sums of money and
    physical measures.
    """

    sort: Sort
    text: str
    start: int
    end: int
    value: Decimal
    whole: Decimal | None = None
    unit: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    depth: int = 0
    digits: int = 0
    about: bool = False
    money: bool = False
    is_time: bool = field(default=False)

    @property
    def head(self) -> str:
        """The words that name what is counted, as one text."""
        return " ".join(self.unit)


def quantities(sentence: str) -> list[Quantity]:
    """Every number of a sentence in order, with ``a trong tổng số b`` read as a fraction as ``a/b`` is."""
    found = []
    for match in _TOKEN.finditer(sentence):
        sort = _PATTERNS[int((match.lastgroup or "t0")[1:])][0]
        found.append(_quantity(sentence, match, sort))
    return [one for one in found if one is not None]


def _quantity(sentence: str, match: re.Match[str], sort: Sort) -> Quantity | None:
    before, after = sentence[: match.start()], sentence[match.end() :]
    text = match.group()
    if before and before[-1].isalnum() and sort in ("count", "year") and not before[-1].islower():
        sort = "name"
    if sort in ("count", "fraction", "year") and _NAMING.search(before):
        sort = "name"
    if sort == "fraction" and _is_day_and_month(text, before, after):
        sort = "date"
    value, whole, digits = Decimal(0), None, 0
    if sort == "year" and _counts_despite_looking_like_a_year(before, after, text):
        sort = "count"
    if sort == "count" and (text.isdigit() and len(text) == 4 and _YEARLY.search(before)):
        sort = "year"
    if sort in ("count", "percent"):
        numbers = re.findall(_NUM, text)
        value, digits = parsed(numbers[-1])
        if len(numbers) > 1:
            return Quantity(sort, text, match.start(), match.end(), value, about=True, depth=_depth(before))
    elif sort == "fraction":
        first, second = re.split(r"/", text, maxsplit=1)
        (value, digits), (whole, _) = parsed(re.findall(_NUM, first)[0]), parsed(re.findall(_NUM, second)[-1])
    unit = _unit(after)
    return Quantity(
        sort,
        text,
        match.start(),
        match.end(),
        value,
        whole,
        unit,
        tuple(word.lower() for word in _WORD.findall(before[-80:])[-6:]),
        _depth(before),
        digits,
        bool(_ABOUT.search(before) or _AND_MORE.match(after)),
        bool(_MONEY.match(after)),
        bool(_SPAN_OF_TIME.match(after)) and sort == "count",
    )


def _is_day_and_month(text: str, before: str, after: str) -> bool:
    """``08/3`` of a holiday is no fraction: a day and a month with nothing counted behind, or with a day's words."""
    day, _, month = text.replace(" ", "").partition("/")
    if not (day.isdigit() and month.isdigit() and 1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return False
    # Several holidays in a row: the first has its word in front, the others stand behind it.
    return bool(_DAYS.search(before)) or not _WORD.match(after.lstrip()) or bool(_LISTED_DAY.match(after))


def _counts_despite_looking_like_a_year(before: str, after: str, text: str) -> bool:
    if not text.isdigit() or _YEARLY.search(before):
        return False
    return bool(
        re.match(r"^\s*(?:đồng chí|đảng viên|lượt|người|cán bộ|văn bản|chi bộ|đoàn viên|hội viên|bài|tin)\b", after)
    )


def _unit(after: str) -> tuple[str, ...]:
    """The words behind a number that say what it counts: until punctuation, a number, or a verb of result."""
    stretch = re.split(
        r"[,;:.()%“”\"…]|\d|\s[-–]\s|\b(?:và|đạt|chiếm|được|là|có|so với|tăng|giảm|trong đó|gồm|bao gồm)\b", after
    )[0]
    return tuple(word.lower() for word in _WORD.findall(stretch)[:4])


def _depth(before: str) -> int:
    return max(0, before.count("(") - before.count(")"))


def parsed(text: str) -> tuple[Decimal, int]:
    """A Vietnamese number and the decimals it prints: ``1.234,5`` is 1234.5 with one, ``99.7`` is 99.7 with one."""
    text = text.strip()
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    text = text.replace(",", ".")
    return Decimal(text), len(text.partition(".")[2])


def written(value: Decimal) -> str:
    """A number as a Vietnamese reader writes it: ``1.234,5``."""
    whole, _, rest = f"{value:f}".partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(whole):,}".replace(",", ".")
    return sign + grouped + (f",{rest}" if rest else "")
