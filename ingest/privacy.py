"""What could name a person, and how it is hidden. Aggregates are what the warehouse keeps.

Belongs here: what one text may hold - numbers as long as those of identity cards and telephones, addresses of e-mail,
persons' names - and what of it may be quoted. Does not belong here: where in a workbook a text stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.labels import clean_text, without_accents
from ingest.legacy_fonts import readings
from ingest.numerals import lettered_number
from ingest.program_yaml import declared_in
from ingest.words import words

MASK = "•"
UNQUOTED = MASK * 3
"""What stands for a text that is not quoted."""
NAMES_FILE = Path(__file__).with_name("person_names.yaml")

_SEPARATED = r"[ .\-–\u00a0\u202f]?"
_PERSONAL_NUMBER = re.compile(
    rf"(?<![0-9])(?:[0-9]{{9,12}}|0[0-9]{{2}}(?:{_SEPARATED}[0-9]){{9}}"
    rf"|\+?(?:84|0){_SEPARATED}[1-9](?:{_SEPARATED}[0-9]){{8,9}}"
    rf"|0[0-9]{{2,3}}{_SEPARATED}[0-9]{{3}}{_SEPARATED}[0-9]{{3,4}})(?![0-9])"
)
# Looked for from the beginning of a run of letters only: a cell may hold 32,767 of them.
_ADDRESS = re.compile(r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_BORN = re.compile(r"(?:sinh(?: ngày| năm)?|\bSN|\bns)[ .:]*[0-9][0-9/.\- ]*", re.IGNORECASE)
_LONGEST_NAME = 150
_MOST_NAMES = 1 << 17
"""Names of files that are remembered: a run asks for each of an inbox six times."""
# Letters that only such a text has: signs and foreign letters inside words.
_FROM_ANOTHER_AGE = re.compile("[¡-¿×÷ÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþ\u00ad]")
_MASKED = re.compile(f"{MASK}{{3,}}")
_NUMBER_LIKE = re.compile("[0-9⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉\u0336\\s.,%+\\-−–—()/:*=xX…_;E₫]*")


def holds_personal_number(text: str) -> bool:
    """True where ``text`` holds a number as long as those of identity cards, citizens and telephones."""
    return _PERSONAL_NUMBER.search(text) is not None


def is_masked(text: str) -> bool:
    """True where something stood in ``text`` and was hidden when the file came in."""
    return _MASKED.search(text) is not None


def masked(text: str) -> str:
    """``text`` with the digits of such numbers hidden."""
    return _PERSONAL_NUMBER.sub(lambda match: re.sub("[0-9]", MASK, match[0]), text)


def without_persons(text: str) -> str:
    """Free text with personal numbers, addresses, days of birth and persons' names hidden; all else stays.

    Of a text that names a person where it was typed with a font of the years before Unicode nothing stays.
    """
    if any(next(_persons(said), None) for said in _older(text)):
        return UNQUOTED
    hidden = _ADDRESS.sub(UNQUOTED, _BORN.sub(UNQUOTED, masked(text)))
    for match in reversed(list(_persons(hidden))):
        hidden = f"{hidden[: match.start()]}{UNQUOTED}{hidden[match.end() :]}"
    return hidden


@lru_cache(_MOST_NAMES)
def file_name_without_persons(name: str) -> str:
    """The name of a file or folder with what `without_persons` hides; underlines and hyphens part words there.

    The ending stays, and so does every sign that is no part of a name or number.
    """
    name = unicodedata.normalize("NFC", name)
    spoken = re.sub(r"[_\-–+]", " ", name)
    ending = spoken.rpartition(".")[0]
    hidden = list(name)
    spans = [match.span() for match in (*_PERSONAL_NUMBER.finditer(ending), *_ADDRESS.finditer(ending))]
    for start, end in [*(match.span() for match in _persons(ending)), *_plainly_written(ending), *spans]:
        hidden[start:end] = [UNQUOTED if any(hidden[start:end]) else "", *[""] * (end - start - 1)]
    return "".join(hidden)


def _plainly_written(text: str) -> Iterator[tuple[int, int]]:
    """Where ``text`` (NFC) names a person without accents or without capitals: family, middle and given name."""
    known = _name_words()
    bare = "".join(without_accents(letter)[:1] or letter for letter in text)
    for match in known.plain.finditer(bare.casefold() if len(bare.casefold()) == len(bare) else bare):
        family, middle, given = match["family"], match["middle"], match["given"]
        before = bare[: match.start()].casefold().rstrip()
        if given in known.no_given or known.is_named_after(before, bare=True):
            continue
        is_large = all(bare[match.start(part)].isupper() for part in ("family", "given"))
        if family in known.doubtful and not is_large and (middle != "thi" or family == "do"):
            continue
        last = match["last"]
        end = match.end("given") if last is None or last in known.no_given else match.end("last")
        yield match.start(), end


def names_person(text: str) -> bool:
    """True where ``text`` holds what looks like a person's name: a family name and one to four further syllables.

    A name that follows what an organization, a place or a movement is called by (``Trường THPT Nguyễn Trãi``) is the
    organization's.
    """
    return any(next(_persons(said), None) for said in (text, *_older(text)))


def _older(text: str) -> Iterator[str]:
    """What ``text`` says in the fonts of the years before Unicode, where it may have been typed with them."""
    if _FROM_ANOTHER_AGE.search(text):
        yield from readings(text).values()


def quoted(text: str, *, amounts: bool = False) -> str:
    """``text`` as a finding may quote it: numbers and what people write around them; of anything else nothing.

    A short number with a letter among its digits (``l2``) is one.

    ``amounts``: digits are amounts here, however many.
    """
    rest = words().around_numbers.sub("", text.casefold()).strip()
    if lettered_number(text.strip()):
        return text
    if _NUMBER_LIKE.fullmatch(rest) is None:
        return UNQUOTED
    return text if amounts else masked(text)


@dataclass(frozen=True)
class _NameWords:
    """The lists of `person_names.yaml`: ``person`` matches what looks like a name, wherever it stands."""

    person: re.Pattern[str]
    plain: re.Pattern[str]
    doubtful: frozenset[str]
    no_given: frozenset[str]
    named_after: tuple[str, ...]
    organizations: tuple[str, ...]
    year_behind: frozenset[str]

    def is_named_after(self, before: str, *, bare: bool = False) -> bool:
        """True where a text in small letters ends with what is called by a person's name."""
        words_before = (without_accents(word) for word in self.named_after) if bare else self.named_after
        return any(before.endswith(word) and not before[: -len(word)][-1:].isalnum() for word in words_before)


@cache
def _name_words() -> _NameWords:
    declared = declared_in(NAMES_FILE)
    capital = "[^\\W\\d_a-zàáâãèéêìíòóôõùúýăđĩũơưạ-ỹ][^\\W\\d_]{0,6}"
    certain, doubtful = (
        "|".join(sorted((form for name in declared["family"][kind] for form in (name, name.upper())), key=len)[::-1])
        for kind in ("certain", "doubtful")
    )
    no_person = "|".join(word.replace(" ", r"\s+") for word in declared["no_person"]["words"])
    person = re.compile(
        rf"(?<!\w)(?!(?i:{no_person})(?!\w))"
        rf"(?:(?:{certain})(?:\s+{capital}){{1,5}}|(?:{doubtful})(?:\s+{capital}){{2,5}})(?!\w)"
    )
    words_before = sorted(declared["named_after"]["words"], key=len, reverse=True)
    plainly = declared["without_accents"]
    families = {without_accents(name.casefold()) for name in declared["family"]["certain"]} - set(plainly["never"])
    middles = {without_accents(name.casefold()) for name in declared["middle"]["words"]} | families
    plain = re.compile(
        rf"(?<![a-z])(?P<family>{'|'.join(sorted(families))})\s+(?P<middle>{'|'.join(sorted(middles))})"
        r"\s+(?P<given>[a-z]{1,7})(?:\s+(?P<last>[a-z]{2,6})(?!\s?\d))?(?![a-z])"
    )
    return _NameWords(
        person,
        plain,
        frozenset(plainly["doubtful"]),
        frozenset(plainly["no_given"]),
        tuple(words_before),
        tuple(declared["organizations"]["starts"]),
        frozenset(declared["year_behind"]["words"]),
    )


def _persons(text: str) -> Iterator[re.Match[str]]:
    known = _name_words()
    for match in known.person.finditer(text):
        before = text[: match.start()].casefold().rstrip()
        family, *given = match[0].casefold().split()
        # "QUẢN LÝ NĂM 2024" ends a title: nobody is called Lý Năm there.
        is_a_year = given == ["năm"] and f"{before.rpartition(' ')[2]} {family}" in known.year_behind
        if not (is_a_year or known.is_named_after(before)):
            yield match


def is_organization_name(text: str) -> bool:
    """True where ``text`` begins like an organization's name and names no person besides."""
    cleaned = clean_text(text)
    begins = cleaned.casefold().startswith(tuple(f"{word} " for word in _name_words().organizations))
    return begins and cleaned[:1].isupper() and len(cleaned) <= _LONGEST_NAME and without_persons(cleaned) == cleaned
