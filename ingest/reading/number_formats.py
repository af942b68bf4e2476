"""What a number format makes of a value: the text a sheet shows, and whether it still says the same number.

A cell stores 1 and shows 100 %, stores 45 and shows “45 nghìn”, stores 450 and shows 4500. The reader keeps what is
stored; this module tells when the eye reads something else. Format codes are those of ECMA-376 (18.8.30), as every
spreadsheet program writes them. Belongs here: codes and numbers. Does not belong here: where a code stands in a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from ingest.words import words

BUILT_IN: dict[int, str] = {
    **{0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{12: "# ?/?", 13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM"},
    **{19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0_);(#,##0)"},
    **{38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)", 45: "mm:ss"},
    **{41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)'},
    **{42: '_($* #,##0_);_($* (#,##0);_($* "-"_);_(@_)', 44: '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)'},
    **{46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@"},
}
"""The codes that files name by number only (ECMA-376, 18.8.30)."""

_HARMLESS = {"General", "GENERAL", "0", "#", "#,##0", "@", "#,##0_);(#,##0)", "#,###"}
_NOISE = 1e-9
_ORDINARY_DAY = re.compile(
    r"(?:\[\$-\w+\])?(?:d{1,2}(?:\\?[/.\-])m{1,2}(?:\\?[/.\-])yyyy|yyyy(?:\\?[/.\-])mm(?:\\?[/.\-])dd)(?:;@)?",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?'
    r"|\\(?P<escaped>.)"
    r"|_(?P<space>.)|\*(?P<fill>.)"
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General|GENERAL)"
    r"|(?P<exponent>[Ee][+-])"
    r"|(?P<day>AM/PM|A/P|[dDmMyYhHsSeEgGbB])"
    r"|(?P<digit>[0#?])"
    r"|(?P<sign>[.,%/@])"
    r"|(?P<literal>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_TESTS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}
_Token = tuple[str, str]
_LITERAL = ("literal", "currency")
_BESIDE_CURRENCY = ("", " ", "\u00a0", "-", "(", ")")


@dataclass(frozen=True)
class _Section:
    """One section of a code: its tokens and, in brackets, the condition under which it counts."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, float] | None = None

    def holds(self, kind: str) -> bool:
        return any(token[0] == kind for token in self.tokens)

    def signs(self, sign: str) -> int:
        return sum(token == ("sign", sign) for token in self.tokens)

    @property
    def is_disputed(self) -> bool:
        """True where programs or people read different things: 2 as “₫2E+0” or “₫0E+2”, 45 as “₫45” or “₫-42A45”.

        So do those of anything beside an exponent or a fraction, a space kept free included: 0 is “.0E+01” or “0E+ ”;
        of a second unit or a plus beside a currency; and a digit that the format writes is none of the number's, a 0
        before it neither.
        """
        beside = [token for token in self.tokens if token[0] not in ("digit", "exponent", "language")]
        if self.holds("exponent"):
            return any(token != ("sign", ".") for token in beside)
        if self.signs("/"):
            return any(token not in (("sign", "/"), ("literal", " ")) for token in beside)
        literals = [text for kind, text in beside if kind == "literal"]
        if any(letter.isdigit() for text in literals for letter in text):
            return True
        if self.holds("currency") and any(text not in _BESIDE_CURRENCY for text in literals):
            return True
        kinds = [kind for kind, _ in self.tokens]
        return "language" in kinds and any(kind in _LITERAL for kind in kinds[: kinds.index("language")])


def is_harmless(code: str) -> bool:
    """True where ``code`` can only show a whole number as itself."""
    return code in _HARMLESS


@lru_cache(maxsize=4096)
def is_day(code: str) -> bool:
    """True where ``code`` shows a number as a day or a time."""
    return any(section.holds("day") for section in _sections(code)[:1])


@lru_cache(maxsize=4096)
def is_ordinary_day(code: str) -> bool:
    """True where every reader of workbooks takes ``code`` for that of a day, and a sheet shows the whole of it."""
    return _ORDINARY_DAY.fullmatch(code) is not None


@lru_cache(maxsize=4096)
def shows_whole_day(code: str) -> bool:
    """True where a day shown by ``code`` can be read here: day, month and year are all there, the month in figures
    never before the day but where the year stands first."""
    section = _sections(code)[0]
    letters = [text[0].lower() for kind, text in section.tokens if kind == "day"]
    named = "mmm" in "".join(text.lower() for kind, text in section.tokens if kind == "day")
    if not ({"d", "m"} <= {*letters} and {*letters} & {"y", "e"}) or any(
        section.condition for section in _sections(code)
    ):
        return False
    return named or letters[0] in ("y", "e") or letters.index("d") < letters.index("m")


@lru_cache(maxsize=4096)
def shows_hour(code: str) -> bool:
    """True where a moment shown by ``code`` shows more than its day."""
    letters = "".join(text.lower() for kind, text in _sections(code)[0].tokens if kind == "day")
    return "h" in letters or "s" in letters


@lru_cache(maxsize=50_000)
def number_shown(number: float, code: str) -> str:
    """``number`` as a sheet shows it under ``code``; thousands are never grouped here: grouping changes no value."""
    sections = _sections(code)
    section, value = _section_of(sections, number)
    if section.holds("day"):
        return "ngày, giờ"
    if section.holds("general") or not section.tokens:
        return _with_literals(section, general(value)) if section.tokens or not code.strip() else ""
    if not section.holds("digit"):
        return _with_literals(section, general(value) if section.signs("@") else "")
    return _filled(section, value)


def shown_otherwise(number: float, code: str) -> str | None:
    """What a sheet shows where the eye reads another number than ``number``; None where it reads the same.

    A zero that is shown as nothing, or as a dash, is a zero to every reader of a table. What not every program shows
    alike is never read as the same.
    """
    shown = number_shown(number, code)
    is_disputed = _section_of(_sections(code), number)[0].is_disputed or (is_day(code) and not shown)
    return None if _reads_as(shown, number) and not is_disputed else shown.strip() or "(trống)"


def dressed_text(number: float, code: str) -> str | None:
    """What a sheet shows where that is more than the digits of ``number``: a unit, leading zeros, brackets."""
    shown = number_shown(number, code).strip()
    return None if shown == general(number) else shown or "(trống)"


def text_shown_otherwise(text: str, code: str) -> str | None:
    """What a sheet shows of a text where its format adds to it or hides it; None where it shows the text."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) <= 3 and not section.signs("@"):
        return None
    shown = _with_literals(section, text if section.signs("@") else "")
    return None if shown.strip() == text.strip() else shown.strip() or "(trống)"


def general(value: float) -> str:
    """A number without a format: what fifteen significant digits leave of it."""
    if float(f"{value:.15g}").is_integer() and abs(value) < 1e15:
        return str(int(float(f"{value:.15g}")))
    return f"{value:.11g}"


def _reads_as(shown: str, number: float) -> bool:
    text = shown.replace("−", "-").strip(" ₫\u00a0")
    if abs(number) < _NOISE and text in {"", "-", "–"}:
        return True
    with_unit = words().units.fullmatch(text)
    text = with_unit[1].strip() if with_unit else text
    bracketed = re.fullmatch(r"\(([0-9][0-9.]*)\)", text)
    text = f"-{bracketed[1]}" if bracketed else text
    if re.fullmatch(r"-?[1-9][0-9]{0,2}(?:([.\s])[0-9]{3})(?:\1[0-9]{3})*", text) and float(number).is_integer():
        text = re.sub(r"[.\s]", "", text)
    try:
        return abs(float(text) - number) <= max(_NOISE, abs(number) * 1e-14)
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[_Token]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for match in _TOKEN.finditer(code):
        kind, text = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "literal" and text == ";":
            sections.append([])
            conditions.append(None)
        elif kind == "bracket":
            test = _CONDITION.fullmatch(text.strip())
            if test:
                conditions[-1] = (test[1], float(test[2]))
            elif text.startswith("$"):
                currency = text[1:].split("-")[0]
                sections[-1].append(("currency" if currency else "language", currency))
            elif text[:1].lower() in "hms" and len(set(text.lower())) == 1:
                sections[-1].append(("day", text[0]))
        elif kind == "fill":
            continue
        else:
            sections[-1].append((("literal" if kind in ("quoted", "escaped") else kind), text))
    return tuple(_Section(tuple(tokens), condition) for tokens, condition in zip(sections, conditions, strict=True))


def _section_of(sections: tuple[_Section, ...], number: float) -> tuple[_Section, float]:
    """The section that counts for ``number``, and the number it shows: a section of its own drops the minus sign."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition and _TESTS[section.condition[0]](number, section.condition[1]):
                return section, abs(number) if number < 0 and section.condition[0] in ("<", "<=") else number
        free = [section for section in sections[:3] if section.condition is None]
        return (free[-1] if free else sections[0]), number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _with_literals(section: _Section, inner: str) -> str:
    texts, placed = [], False
    for kind, text in section.tokens:
        if kind in ("general",) or (kind, text) == ("sign", "@"):
            texts.append(inner)
            placed = True
        elif kind == "space":
            texts.append(" ")
        elif kind in (*_LITERAL, "sign", "exponent"):
            texts.append(text)
    return "".join(texts) if placed or not inner else "".join([*texts, inner])


def _filled(section: _Section, value: float) -> str:
    """``value`` in the digit places of ``section``, scaled by its percent signs and by commas after the last digit."""
    tokens = list(section.tokens)
    digits = [index for index, token in enumerate(tokens) if token[0] == "digit"]
    if section.holds("exponent"):
        return _scientific(tokens, value)
    if section.signs("/"):
        return _fraction(tokens, value)
    point = next((index for index, token in enumerate(tokens) if token == ("sign", ".")), None)
    decimals = sum(index > point for index in digits) if point is not None else 0
    last = max(index for index in digits if point is None or index < point or decimals)
    scaling = 0
    for index in range(last + 1, len(tokens)):
        if tokens[index] != ("sign", ","):
            break
        scaling += 1
    if point is not None and not decimals:
        before = [index for index in digits if index < point]
        scaling = max(scaling, _commas_before(tokens, point) if before else 0)
    try:
        scaled = Decimal(repr(float(f"{value:.15g}"))) * 100 ** section.signs("%") / Decimal(1000) ** scaling
        text = f"{abs(scaled).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):f}"
    except InvalidOperation:
        return repr(value)
    return ("-" if scaled < 0 and float(text) else "") + _placed(tokens, digits, point, text)


def _commas_before(tokens: list[_Token], point: int) -> int:
    count = 0
    while point - count - 1 >= 0 and tokens[point - count - 1] == ("sign", ","):
        count += 1
    return count


def _placed(tokens: list[_Token], digits: list[int], point: int | None, text: str) -> str:
    """The digits of ``text`` put into their places from the right, literals between them kept."""
    whole, _, fraction = text.partition(".")
    places = [index for index in digits if point is None or index < point]
    parts: dict[int, str] = {}
    rest = whole if whole != "0" or any(tokens[index][1] == "0" for index in places) else ""
    for index in reversed(places):
        first = index == places[0]
        parts[index] = rest if first else rest[-1:]
        rest = "" if first else rest[:-1]
        if not parts[index]:
            parts[index] = {"0": "0", "?": " "}.get(tokens[index][1], "")
    for index, digit in zip([index for index in digits if index not in places], fraction, strict=False):
        parts[index] = digit
    shown = []
    for index, (kind, token) in enumerate(tokens):
        if kind == "digit":
            shown.append(parts.get(index, ""))
        elif kind == "space":
            shown.append(" ")
        elif (kind == "sign" and token != ",") or kind in _LITERAL:
            shown.append(token)
    return "".join(shown)


def _fraction(tokens: list[_Token], value: float) -> str:
    """A fraction; a code without a place for the whole number shows 2 as 2/1 or 16/8."""
    slash = tokens.index(("sign", "/"))
    places = "".join("9" if kind == "digit" else " " for kind, _ in tokens[:slash])
    literals = "".join(text for kind, text in tokens if kind in _LITERAL and text != " ")
    # Digits below the line are its divisor only where no place for one stands there: ``?/?\\0`` ends in a zero.
    below = [] if any(kind == "digit" for kind, _ in tokens[slash:]) else tokens[slash:]
    divisor = "".join(text for kind, text in below if kind == "literal" and text.isdigit())
    if len(places.split()) < 2:
        shown = f"{general(value * int(divisor or 1))}/"
        return f"{shown}{divisor or 1}" if literals == divisor else f"{literals} {shown}{divisor or 1}"
    shown = general(value) if float(value).is_integer() else f"{value:.3g}"
    return f"{literals} {shown}" if literals != divisor else shown


def _scientific(tokens: list[_Token], value: float) -> str:
    first = next(index for index, (kind, _) in enumerate(tokens) if kind in ("digit", "exponent"))
    decimals, seen = 0, False
    for kind, text in tokens[first:]:
        if kind == "exponent":
            break
        seen = seen or (kind, text) == ("sign", ".")
        decimals += seen and kind == "digit"
    before, after = (
        "".join(text for kind, text in part if kind in _LITERAL) for part in (tokens[:first], tokens[first:])
    )
    return f"{before}{value:.{decimals}E}{after}"
