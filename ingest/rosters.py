"""Who reports when, as look-ups that forgive how a code was typed but never guess between two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.abbreviations import name_keys
from ingest.active_stretches import active_by_subject
from ingest.derived_once import derived_once
from ingest.labels import label_key
from ingest.reference import COMMITTEE_ITSELF, Reference
from ingest.short_names import first_letters, is_ordinal, is_short_for, numbered

# Cyrillic and Greek capitals that look like Latin ones on a keyboard set to another language.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХУІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXYIJSABEZHIKMNOPTYX")
_SIGNS = re.compile(r"[\s\-\u2010-\u2015\u2212_./\\\u200b-\u200d\ufeff]+")

_BETWEEN = re.compile(r"[\W_]+")
_WORDS_OF_A_CODE = 3
_LONGEST_NAME = 120

_PART_OF_A_YEAR = re.compile(r"(?:tháng|quý)\s*(?:\d{1,2}|[ivx]{1,3})\s*(?:năm\s*)?$")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:/|-|\.| tháng )(\d{1,2})(?:/|-|\.| năm )(\d{4})")


def code_key(text: str) -> str:
    """A code without case, spaces, dashes and look-alikes: ``th – 001`` and ``TH-001`` are one."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKES))


@dataclass(frozen=True)
class Period:
    """A declared period."""

    code: str
    kind: str
    end: str


class Rosters:
    """Periods, reporting periods and the organizations' stretches of validity."""

    def __init__(self, reference: Reference) -> None:
        self._periods: dict[str, set[str]] = {}
        self.periods: dict[str, Period] = {}
        for row in reference["periods"].itertuples():
            code = str(row.period_code)
            self.periods[code] = Period(code, str(row.kind), str(row.period_end))
            spellings = (code, f"{row.year}{row.kind}", f"{row.kind}{row.year}")
            for key in {*map(code_key, spellings), *(label_key(str(label)) for label in (row.label_vi, row.label_en))}:
                self._periods.setdefault(key, set()).add(code)
        reporting = reference["reporting_periods"]
        self._reported = set(reporting["period_code"]) & set(self.periods)
        # A text speaks of periods that somebody reports for; the 2022 of a date or of a term is none of them.
        self._spellings = [
            (re.compile(rf"(?<![\w/-]){re.escape(label_key(str(label)))}(?!\w)"), str(row.period_code))
            for row in reference["periods"].itertuples()
            if row.period_code in self._reported
            for label in (row.period_code, row.label_vi, row.label_en)
        ]
        self.open = set(zip(reporting["committee_code"], reporting["period_code"], strict=True))
        self._active = active_by_subject(reference)
        self._codes: dict[str, set[str]] = {}
        self._stretches: dict[str, list[Any]] = {}
        self._short_names: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
        self._rows = list(reference["organizations"].itertuples())
        for row in self._rows:
            code = str(row.organization_code)
            self._codes.setdefault(code_key(code), set()).add(code)
            self._stretches.setdefault(code, []).append(row)
        self._committees = [
            (_without_rank(key), row) for row in reference["committees"].itertuples() for key in name_keys(row.name_vi)
        ]

    @cached_property
    def _named(self) -> dict[str, list[Any]]:
        """Name -> the organizations of that name; made when one is asked for by its name, which is seldom."""
        named: dict[str, list[Any]] = {}
        for row in self._rows:
            named.setdefault(label_key(str(row.name)), []).append(row)
        return named

    @cached_property
    def _by_letter(self) -> dict[str, list[Any]]:
        """First letter of a name, its body left out -> the organizations whose name begins so."""
        found: dict[str, list[Any]] = {}
        for row in self._rows:
            for letter in first_letters(str(row.name)):
                found.setdefault(letter, []).append(row)
        return found

    @cached_property
    def _alike(self) -> dict[str, list[Any]]:
        """What a name is compared by (`name_keys`) -> the organizations it may be of; made when one is asked for."""
        alike: dict[str, list[Any]] = {}
        for row in self._rows:
            for key in name_keys(str(row.name)):
                alike.setdefault(key, []).append(row)
        return alike

    def period(self, text: str) -> Period | None:
        """The period a text names, by code or label."""
        found = self._periods.get(code_key(text)) or self._periods.get(label_key(text)) or set()
        return self.periods[next(iter(found))] if len(found) == 1 else None

    def period_within(self, text: str) -> Period | None:
        """The one period that a longer text speaks of: by label or code, else by its last day (30/6/2022)."""
        codes = self.periods_called(text) or self.periods_ending(text)
        return self.periods[next(iter(codes))] if len(codes) == 1 else None

    def periods_called(self, text: str) -> set[str]:
        """The codes of the reported periods whose label or code a longer text has."""
        key = label_key(text)
        spoken = [
            (match.span(), code)
            for spelling, code in self._spellings
            for match in spelling.finditer(key)
            # "Tháng 12 năm 2025" speaks of a month, and "quý I năm 2025" of a quarter: neither of the year.
            if not (match[0].removeprefix("năm ").isdigit() and _PART_OF_A_YEAR.search(key, 0, match.start()))
        ]
        # "6 tháng đầu năm 2022" speaks of the half year, not of the year 2022 whose label stands inside it.
        return {code for (start, end), code in spoken if not any(_inside(start, end, other) for other, _ in spoken)}

    def periods_ending(self, text: str) -> set[str]:
        """The codes of the reported periods whose last day a longer text has."""
        days = {f"{year}-{int(month):02}-{int(day):02}" for day, month, year in _DAY.findall(label_key(text))}
        return {code for code in self._reported if self.periods[code].end in days}

    def organization(self, text: str) -> str | None:
        """The code of the organization a text names, on any roster."""
        found = self._codes.get(code_key(text), set())
        return text if text in found else next(iter(found)) if len(found) == 1 else None

    def looks_like_code(self, text: str) -> bool:
        """True for the code of an organization, and for one made as a committee's are: its code, a hyphen, digits."""
        committee, _, number = text.rpartition("-")
        is_made_so = number.isdigit() and any(row.committee_code == committee for _, row in self._committees)
        return is_made_so or self.organization(text) is not None

    def likely_owner(self, path: str) -> tuple[str, Period] | None:
        """The one organization and the one period that a file's name and folders speak of, where both do.

        A likelihood, never an identification: it says whom to ask about a file that cannot be read.
        """
        found, period = self.named_in(path)
        if period is None or len(found) != 1:
            return None
        return next(iter(found)), period

    def named_in(self, path: str) -> tuple[set[str], Period | None]:
        """The codes of organizations that stand in a file's name (or name and folders), and its one period."""
        text = path.rpartition(".")[0] or path
        words = [word for word in _BETWEEN.split(text) if word]
        keys = {
            code_key("".join(words[at : at + length]))
            for length in range(1, _WORDS_OF_A_CODE + 1)
            for at in range(len(words))
        }
        found = {code for key in keys for code in self._codes.get(key, ())}
        return found, self.period_within(_BETWEEN.sub(" ", text))

    def named(self, text: str, day: str, committees: Collection[str] = (), *, shortened: bool = True) -> str | None:
        """The code of the one organization of that name on ``day`` (ISO), on the rosters of ``committees`` or any.

        Within given committees a name may also be shortened or written without accents, without the body that it is
        or behind its code or an ordinal (not ``shortened``: none of these), where one alone fits it.
        """
        found = self._fitting(text, day, committees) if shortened else self._called(text, day, committees)
        return next(iter(found)) if len(found) == 1 else None

    def _fitting(self, text: str, day: str, committees: Collection[str]) -> set[str]:
        """The codes of all that a text may name; the surest way in which it names any decides."""
        found = self._called(text, day, committees)
        if not found and committees and len(text) <= _LONGEST_NAME:
            found = self._of_short_name(text, day, tuple(sorted(committees)))
        return found or self._numbered(text, day, committees)

    def _called(self, text: str, day: str, committees: Collection[str]) -> set[str]:
        """The codes of all of that name; within committees short words may be written out, accents left away."""
        found = self._of_name(self._named.get(label_key(text), []), day, committees)
        if not found and committees:
            rows = [row for key in name_keys(text) for row in self._alike.get(key, [])]
            found = self._of_name(rows, day, committees)
        return found

    def _of_short_name(self, text: str, day: str, committees: tuple[str, ...]) -> set[str]:
        key = (text, day, committees)
        if key not in self._short_names:
            likely = [row for letter in first_letters(text) for row in self._by_letter.get(letter, [])]
            rows = (row for row in likely if row.committee_code in committees and is_short_for(text, str(row.name)))
            self._short_names[key] = self._of_name(rows, day, committees)
        return self._short_names[key]

    def _numbered(self, text: str, day: str, committees: Collection[str]) -> set[str]:
        """Of a name behind a code or an ordinal; a code that is another's than the name is neither's."""
        parts = numbered(text) if committees else None
        if parts is None:
            return set()
        code, named = self.organization(parts[0]), self._fitting(parts[1], day, committees)
        if code is None:
            return named if is_ordinal(parts[0]) else set()
        return named & {code}

    def committees_named(self, text: str, day: str) -> set[str]:
        """The codes of the committees of that name on ``day`` (ISO); the body may stand for what it leads."""
        keys = {_without_rank(key) for key in name_keys(text)}
        return {str(row.committee_code) for key, row in self._committees if key in keys and _holds(row, day)}

    @staticmethod
    def _of_name(rows: Iterable[Any], day: str, committees: Collection[str]) -> set[str]:
        return {
            str(row.organization_code)
            for row in rows
            if _holds(row, day) and (not committees or row.committee_code in committees)
        }

    def sends_for_itself(self, organization: str) -> bool:
        """True for the code under which a committee sends its own work."""
        return any(row.organization_type == COMMITTEE_ITSELF for row in self._stretches.get(organization, []))

    def committee_in(self, organization: str, period: Period) -> str | None:
        """The committee that an organization reports to for ``period``, also where it ended within it; or None."""
        found = self._active.get((organization, period.code))
        return found[0] if found else None

    def committee_of(self, organization: str, day: str) -> str | None:
        """The committee on whose roster the organization stands on ``day`` (ISO), or None."""
        for row in self._stretches.get(organization, []):
            if _holds(row, day):
                return str(row.committee_code)
        return None

    def committee_around(self, organization: str, day: str) -> str | None:
        """The committee of an organization on ``day`` (ISO), or of its stretch nearest before it, else of its first.

        None where the organization is on no roster at all.
        """
        stretches = sorted(self._stretches.get(organization, []), key=lambda row: str(row.valid_from))
        held = [row for row in stretches if _holds(row, day)]
        begun = [row for row in stretches if str(row.valid_from) <= day]
        chosen = held or begun[-1:] or stretches[:1]
        return str(chosen[0].committee_code) if chosen else None


@derived_once
def rosters_of(reference: Reference) -> Rosters:
    """The look-ups of ``reference``."""
    return Rosters(reference)


def _without_rank(key: str) -> str:
    """The key of a committee's name (`name_keys`) without what says that it is one."""
    return re.sub(r"^(?:ban chap hanh |ban thuong vu )?(?:dang bo|dang uy) ", "", key)


def _inside(start: int, end: int, other: tuple[int, int]) -> bool:
    return other[0] <= start and end <= other[1] and (start, end) != other


def _holds(row: Any, day: str) -> bool:
    return str(row.valid_from) <= day and (row.valid_to is None or day <= str(row.valid_to))
