"""One request as the pages see it: what is published, the language, the words of the address, addresses of pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ingest.numerals import day_vi, number_en, number_vi
from khoi.pages.blocks import Choice, Row, Words
from khoi.pages.published import Published
from khoi.reports.charts.draw import as_svg

if TYPE_CHECKING:
    from altair import TopLevelMixin

ROOT = "/kho"
"""Where the pages live; everything else on the port is the orchestration UI's."""
_CHARACTERS_A_ROW = 200
FIRST_MEASURES = ("grassroots_orgs", "members_total", "members_admitted", "discipline_members_total")


class NothingThere(LookupError):
    """An address that names no committee, organization, measure or period; ``told`` says which."""

    def __init__(self, told: Words) -> None:
        super().__init__(told.vi)
        self.told = told


@dataclass(frozen=True)
class View:
    """What a page is made from."""

    published: Published
    language: str
    asked: Mapping[str, str]

    def say(self, vi: str, en: str) -> str:
        """The text in the reader's language."""
        return en if self.language == "en" else vi

    def label(self, row: Row, name: str = "label") -> str:
        """A row's label in the reader's language, the Vietnamese one where there is no other."""
        return str(row.get(f"{name}_{self.language}") or row.get(f"{name}_vi") or "")

    def number(self, value: Any, places: int = 2) -> str:
        """A number as the reader's language writes it."""
        return (number_en if self.language == "en" else number_vi)(None if value is None else float(value), places)

    def day(self, value: dt.date | dt.datetime | None) -> str:
        """A day as people write it."""
        return "" if value is None else day_vi(value.isoformat())

    def rows(self, sql: str, **given: Any) -> list[dict[str, Any]]:
        """The rows of a question to the published warehouse."""
        return self.published.rows(sql, given)

    def drawn(self, kind: Callable[..., TopLevelMixin], *given: Any) -> str:
        """The chart of ``kind`` of what is ``given`` as SVG, drawn once a publication."""
        return self.published.once(
            ("drawn", kind.__name__, repr(given), self.language),
            lambda _cursor: as_svg(kind(*given), self.language),
            lambda svg: len(svg) // _CHARACTERS_A_ROW,
        )

    def one_of(self, name: str, options: list[tuple[str, str]], label: Words, default: str) -> Choice:
        """A choice of the address. Raises NothingThere where the address says something that cannot be chosen."""
        chosen = self.asked.get(name) or default
        if options and chosen not in {value for value, _ in options}:
            raise NothingThere(Words(f"{label.vi}: không có “{chosen}”", f"{label.en}: there is no “{chosen}”"))
        return Choice(name, label, options, chosen)


def page_address(*parts: str, **words: str | None) -> str:
    """The address of a page; ``parts`` and ``words`` are escaped."""
    path = "/".join([ROOT, *(quote(part, safe="") for part in parts)])
    query = urlencode({name: word for name, word in words.items() if word})
    return f"{path}?{query}" if query else path


def figure_address(measure: str, committee: str, period: str) -> str:
    """Where a figure opens down to its cells."""
    return page_address("so-lieu", measure=measure, committee=committee, period=period)


def committees(view: View) -> list[dict[str, Any]]:
    """One row per committee that reports: committee_code, its latest name_vi and name_en."""
    return view.rows(
        """
        select committee_code, arg_max(name_vi, valid_from) as name_vi, arg_max(name_en, valid_from) as name_en
        from dim_committees
        where committee_code in (select committee_code from bridge_committee_periods)
        group by all order by committee_code
        """
    )


def committee_named(view: View, code: str) -> dict[str, Any]:
    """The committee of ``code``. Raises NothingThere."""
    for one in committees(view):
        if one["committee_code"] == code:
            return one
    raise NothingThere(Words(f"Không có đảng bộ “{code}”", f"There is no committee “{code}”"))


def periods_of(view: View, committee: str) -> list[tuple[str, str]]:
    """The reporting periods of a committee, latest first, as (code, label)."""
    found = view.rows(
        """
        select period_code, label_vi, label_en from bridge_committee_periods inner join dim_periods using (period_code)
        where committee_code = $committee order by period_end desc, period_code
        """,
        committee=committee,
    )
    return [(row["period_code"], view.label(row)) for row in found]
