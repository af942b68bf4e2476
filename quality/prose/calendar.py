"""Dates of a report: days that do not exist, days that lie after it, anniversaries that do not fit their years."""

from __future__ import annotations

import datetime as dt
import re

from quality.prose.relations import Relation, ReportPeriod
from quality.prose.words import pattern

_DATE = re.compile(
    r"(?<![\d/.])(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4,6})(?![\d])|ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4,6})"
)
_DAY_AND_MONTH = re.compile(r"(?:\bngày|\btrước ngày|\bđến ngày)\s+(\d{1,2})/(\d{1,2})(?![/\d%])")
_MONTH = re.compile(r"\b(?:tháng)\s+(\d{1,2})\s?/\s?(\d{4})")
_AHEAD = pattern("<ahead>", ahead="ahead")
_ANNIVERSARY = re.compile(
    r"(\d{1,3})\s+năm\b[^()\d]{0,120}\(\s*(?:\d{1,2}/\d{1,2}/|\d{1,2}/)?(\d{4})\s*[-–]\s*(?:\d{1,2}/\d{1,2}/|\d{1,2}/)?(\d{4})\s*\)"
)
_EARLIEST = 1800


def date_relations(sentence: str, page: int, period: ReportPeriod) -> list[Relation]:
    """Every full date of a sentence: whether it exists, and whether it can lie where the report puts it."""
    told = []
    # The last day of an anniversary is the day it falls on, which may well lie ahead.
    kept = [match.span() for match in _ANNIVERSARY.finditer(sentence)]
    for match in _DATE.finditer(sentence):
        day, month, year = (int(part) for part in (match.groups()[:3] if match[1] else match.groups()[3:]))
        is_kept = any(first <= match.start() < last for first, last in kept)
        about = ReportPeriod() if is_kept else period
        told.append(_dated(sentence, page, match.group(), (year, month, day), about))
    for match in _DAY_AND_MONTH.finditer(sentence):
        if not _exists(2024, int(match[2]), int(match[1])):
            told.append(_impossible(sentence, page, match.group()))
    for match in _MONTH.finditer(sentence):
        if not 1 <= int(match[1]) <= 12:
            told.append(_impossible(sentence, page, match.group()))
    return told + _anniversaries(sentence, page)


def _dated(sentence: str, page: int, text: str, day: tuple[int, int, int], period: ReportPeriod) -> Relation:
    if not _exists(*day):
        return _impossible(sentence, page, text)
    date = dt.date(*day)
    latest = max((one for one in (period.issued_on, period.end) if one is not None), default=None)
    after = latest is not None and date > latest and not _AHEAD.search(sentence)
    # Without the day it was signed, a report on a half-year is still written some weeks after its end.
    grace = period.issued_on is None and latest is not None and date <= latest + dt.timedelta(days=60)
    return Relation(
        "date",
        sentence,
        page,
        text,
        f"≤ {latest:%d/%m/%Y}" if latest else "",
        "contradicts" if after and not grace else "holds",
        0.75,
        f"ngày {text} sau kỳ của báo cáo",
        f"{text} lies after the report's period",
    )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return _EARLIEST <= year <= 2200


def _impossible(sentence: str, page: int, text: str) -> Relation:
    return Relation(
        "date",
        sentence,
        page,
        text,
        "",
        "contradicts",
        0.97,
        f"không có ngày {text}",
        f"there is no day {text}",
    )


def _anniversaries(sentence: str, page: int) -> list[Relation]:
    told = []
    for match in _ANNIVERSARY.finditer(sentence):
        count, first, last = (int(part) for part in match.groups())
        # "Five years running (2016 - 2020)" counts both ends; an anniversary counts what lies between.
        years = {last - first} if re.search(r"kỷ niệm", sentence, re.IGNORECASE) else {last - first, last - first + 1}
        told.append(
            Relation(
                "anniversary",
                sentence,
                page,
                match[1],
                str(last - first),
                "holds" if count in years else "contradicts",
                0.85,
                f"từ {first} đến {last} là {last - first} năm, văn bản ghi {count}",
                f"from {first} to {last} are {last - first} years, printed are {count}",
            )
        )
    return told


_ISSUED = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_HALF = re.compile(r"(?:6|06|sáu) tháng (đầu|cuối) năm\s*(?:[^\d]{0,60}?)?(\d{4})", re.IGNORECASE)
_QUARTER = re.compile(r"quý\s+(I{1,3}|IV|[1-4])\s*(?:/|năm)\s*(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(?:báo cáo|tổng kết|kết quả|tình hình)[^.;]{0,120}?\bnăm (\d{4})", re.IGNORECASE)


def period_told(opening: str) -> ReportPeriod:
    """The period a report's first lines speak of, and the day they give as the day of issue."""
    issued = None
    if match := _ISSUED.search(opening[:1500]):
        day, month, year = (int(part) for part in match.groups())
        issued = dt.date(year, month, day) if _exists(year, month, day) else None
    if match := _HALF.search(opening):
        year = int(match[2])
        first = match[1].lower() == "đầu"
        start, end = (
            (dt.date(year, 1, 1), dt.date(year, 6, 30)) if first else (dt.date(year, 7, 1), dt.date(year, 12, 31))
        )
        return ReportPeriod(start, end, issued)
    if match := _QUARTER.search(opening[:800]):
        quarter = {"I": 1, "II": 2, "III": 3, "IV": 4}.get(match[1].upper()) or int(match[1])
        year = int(match[2])
        end = dt.date(year + quarter // 4, quarter * 3 % 12 + 1, 1) - dt.timedelta(days=1)
        return ReportPeriod(dt.date(year, quarter * 3 - 2, 1), end, issued)
    if match := _YEAR.search(opening[:800]):
        year = int(match[1])
        return ReportPeriod(dt.date(year, 1, 1), dt.date(year, 12, 31), issued)
    return ReportPeriod(issued_on=issued)
