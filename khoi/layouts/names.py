"""Which texts of a sheet name an organization of the committees asked about, and the text that names the only one."""

from __future__ import annotations

import re
from collections.abc import Collection

from ingest.labels import label_key
from ingest.layouts.grid import Grid, Place
from ingest.program_yaml import declared_in
from ingest.rosters import Rosters
from khoi.layouts.likeness import HEADINGS_FILE

_WHOLE = "^(.+)$"
_MOST_WORDS_BEFORE = 6


class OrganizationNames:
    """Codes and names on a day. A committee's own name, which stands over the forms of all, is none of them."""

    def __init__(self, rosters: Rosters, day: str, committees: Collection[str]) -> None:
        self._rosters, self._day, self._committees = rosters, day, committees
        self._known: dict[str, str | None] = {}

    def of(self, grid: Grid, place: Place) -> str | None:
        """The code of the organization that a cell of text names, and nothing else."""
        return self.code(grid.text(place)) if grid.cells[place][0] == "text" else None

    def is_code(self, text: str) -> bool:
        """True for what a code of an organization looks like, of any committee; a name may be of anything."""
        return self._rosters.looks_like_code(text)

    def code(self, text: str) -> str | None:
        """The code of the organization that ``text`` is; one of another committee than those asked about is none."""
        if text not in self._known:
            code = self._rosters.organization(text) or self._rosters.named(text, self._day, self._committees)
            self._known[text] = code if code and self._is_asked_about(code) else None
        return self._known[text]

    def _is_asked_about(self, code: str) -> bool:
        of_committee = not self._committees or self._rosters.committee_of(code, self._day) in self._committees
        return of_committee and not self._rosters.sends_for_itself(code)

    def title(self, grid: Grid) -> str | None:
        """An expression for the text that names the one organization: what stands before it, then its name.

        What stands below the signatures, who receives a copy, is none.
        """
        found: dict[str, str] = {}
        end = next((row for row in grid.rows if grid.is_end(row)), None)
        for place in sorted(grid.cells):
            if grid.cells[place][0] != "text" or (end is not None and place[0] >= end):
                continue
            told = self._titled(grid.text(place))
            if told is not None:
                found.setdefault(*told)
        return next(iter(found.values())) if len(found) == 1 else None

    def _titled(self, text: str) -> tuple[str, str] | None:
        """The organization that a text ends with, and the expression that finds it there."""
        code = self.code(text)
        if code is not None:
            return code, _WHOLE
        words = text.split(" ")
        for before in range(1, min(len(words), _MOST_WORDS_BEFORE + 1)):
            lead, rest = " ".join(words[:before]), " ".join(words[before:])
            code = self.code(rest)
            if code is not None and (_asks_whose(lead) or self._is_whole(rest, code)):
                start = re.escape(lead).replace("\\ ", " ")
                return code, rf"{start}\s*(.+)"
        return None

    def _is_whole(self, text: str, code: str) -> bool:
        """True for a code or a name in full: a short one may be the end of a sentence of something else."""
        named = self._rosters.organization(text) or self._rosters.named(
            text, self._day, self._committees, shortened=False
        )
        return named == code


def _asks_whose(lead: str) -> bool:
    """True for what stands before a name on a form: "Đơn vị:", "Tổ chức đảng"."""
    headings = (label_key(one) for one in declared_in(HEADINGS_FILE)["organization_columns"])
    return lead.endswith(":") or label_key(lead) in headings
