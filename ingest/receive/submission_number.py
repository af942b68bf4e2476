"""Which submission a cover says it is: "2", "Lần 2", "lần thứ hai", "02 (bổ sung)".

One number in the cell is that number, whatever words stand around it; two numbers are none. The words and Roman
numerals that clerks write stand alone or after "lần" and "thứ".
"""

from __future__ import annotations

import re
import unicodedata

from ingest.normalise.values import parse_count

MOST = 999
_DIGITS = re.compile(r"\d+")
_DIGIT_BROKEN = re.compile(r"[-−–./,:]\s*\d|\d\s*(?:%|[./,:]\s*\S)")
# Of a text whose words stand one space apart.
_ORDINAL = re.compile(r"(?:lần|lan)? ?(?:thứ|thu)? ?\(? ?([^\W\d]+) ?\)?\.?")
_WORDS = {
    **{"đầu": 1, "nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5},
    **{"sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10},
    **{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10},
}


def submission_number(kind: str, text: str) -> int | None:
    """The number from 1 to `MOST` that a cover's cell of ``kind`` says, or None where it says none for certain."""
    parsed = parse_count(kind, text)
    if parsed.value:
        return int(parsed.value) if 0 < parsed.value <= MOST else None
    plain = " ".join(unicodedata.normalize("NFC", text).lower().split())
    digits = _DIGITS.findall(plain)
    if len(digits) == 1 and not _DIGIT_BROKEN.search(plain):
        number = int(digits[0])
        return number if 0 < number <= MOST else None
    word = _ORDINAL.fullmatch(plain)
    return _WORDS.get(word[1]) if word and not digits else None
