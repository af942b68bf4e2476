"""Which number a person reads in what a cell shows: written without a look at how the product reads.

A cell of a number shows it as a Vietnamese PC does, dot between thousands and comma before decimals. In a text people
write either; both are taken where three digits follow, as nobody counts persons in thousandths.
"""

from __future__ import annotations

import re
import unicodedata

NOTHING = frozenset({"", "-", "--", "–", "—", "…", "...", "..", ".", "/", "_"})
_UNITS = (
    r"đ/c|đ\.c|đc|đồng chí|đảng viên|đv|tổ chức đảng|tổ chức|chi bộ|tập thể|người|vụ|thẻ|lượt|cuộc|buổi|lớp|đơn|"
    r"đồng|đ|₫|vnd|vnđ"
)
_UNIT = re.compile(rf"^(?P<number>[-−]?[0-9(][0-9.,\s()]*?)\s*(?:{_UNITS})\.?$", re.IGNORECASE)
_OF_NUMBER = re.compile(
    r"(?P<sign>-?)(?P<whole>[0-9]{1,3}(?:[. \u00a0][0-9]{3})+|[0-9]*)"
    r"(?:,(?P<part>[0-9]+))?(?:[Ee](?P<power>[+-]?[0-9]+))?"
)
_OF_TEXT = re.compile(
    r"(?P<sign>-?)(?P<whole>[1-9][0-9]{0,2}(?P<mark>[., \u00a0\u202f\u2009])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
    r"(?:(?P<point>[.,])0{1,2})?"
)
_WHOLE = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]+)(?:[.,]0{1,2})?")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad\u2060"), None)


def number_in_number_cell(text: str) -> float | None:
    """The number that is read where the cell holds a number; None where no number is read. Nothing shown is 0."""
    bare = _bare(text)
    if bare in NOTHING or re.fullmatch("[.,]0+", bare):
        return 0.0
    match = _OF_NUMBER.fullmatch(bare)
    if match is None or not (match["whole"] or match["part"]):
        return None
    whole = float(f"{re.sub('[^0-9]', '', match['whole']) or '0'}.{match['part'] or '0'}e{match['power'] or '0'}")
    return -whole if match["sign"] else whole


def number_in_text(text: str) -> float | None:
    """The whole number that is read where the cell holds a text; None where none or more than one is."""
    if re.search(r"[\n\r\v\f\t\u2028\u2029]", text.strip()):
        return None
    bare = _bare("".join(_digit(letter) for letter in text))
    for pattern in (_OF_TEXT, _WHOLE):
        match = pattern.fullmatch(bare)
        if match and match.groupdict().get("point") != match.groupdict().get("mark", "?"):
            number = float(re.sub(r"\D", "", match["whole"]))
            return -number if match["sign"] else number
    return None


def _bare(text: str) -> str:
    """Without what people overlook: spaces around, a unit, a currency; a number in brackets is a negative one."""
    bare = (
        text.translate(_UNSEEN).strip(" \u00a0\u202f\u3000\n\r\t").replace("−", "-").removeprefix("+").removesuffix(".")
    )
    bare = re.sub(r"^[$₫]\s*+(?=[0-9])", "", bare)
    with_unit = _UNIT.match(bare)
    bare = with_unit["number"].strip() if with_unit else bare
    bare = re.sub(r"^[$₫]\s*|\s*[$₫]$", "", bare).strip()
    return re.sub(r"^-\s*(?=[0-9])", "-", re.sub(r"^\(([0-9.,\s]+)\)$", r"-\1", bare))


def _digit(letter: str) -> str:
    """Digits of another width; raised and lowered ones are marks of a footnote."""
    wide = unicodedata.decomposition(letter).startswith("<wide>")
    return unicodedata.normalize("NFKC", letter) if wide else letter
