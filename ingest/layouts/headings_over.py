"""What the headings over the lines of a printed form say of them: under "Lý luận chính trị" stands "Trung cấp".

A heading gives each line below it what it speaks of, until another begins; below one that nobody knows no line is read
that could belong under another. Belongs here: one column of labels, from the top down. Does not belong here: where the
form stands (`ingest.layouts.printed`).
"""

from __future__ import annotations

from ingest.catalogue.printed import PrintedLine, PrintedTable
from ingest.labels import label_key
from ingest.printed_words import concepts_of, parted, says_nothing

_Said = frozenset[str]


class HeadingsOver:
    """The headings that are in force at the row that was reached."""

    def __init__(self, table: PrintedTable) -> None:
        self._table = table
        self._over: list[str] = []
        self._last: PrintedLine | None = None
        self._is_unknown = False

    def fitting(self, text: str) -> list[PrintedLine]:
        """The lines that ``text`` can be: by a label of the form itself, or by what it and its heading speak of."""
        key = label_key(parted(text)[1])
        own = self._table.by_label.get(label_key(text)) or self._table.by_label.get(key) if key else None
        if own:
            return own
        said = concepts_of(text, self._table.vocabulary)
        if said is None:
            return []
        less = said - self._table.assumed
        for one in (said, less) if less and less != said else (said,):
            found = self._by_concepts(one)
            if found:
                return found
        # Where a form has no line of its own for who is present, to be present is to be counted.
        return self._table.by_concepts.get(said - {"present"}, []) if "present" in said else []

    def _by_concepts(self, said: _Said) -> list[PrintedLine]:
        exact = self._table.by_concepts.get(said, [])
        if self._is_unknown:
            exact = [line for line in exact if said & self._table.groups.keys() or not self._is_of_a_group(line)]
        if exact:
            return exact
        under = (self._table.by_concepts.get(said | {one}, []) for one in reversed(self._over))
        return next(filter(None, under), []) or self._going_on(said)

    def _going_on(self, said: _Said) -> list[PrintedLine]:
        """The line right after the last one that says ``said`` of what both are parts of, where no heading says it."""
        if self._last is None or self._is_unknown:
            return []
        groups = {one for concepts in self._last.concepts for one in concepts if one in self._table.groups}
        lines = [line for one in sorted(groups) for line in self._table.by_concepts.get(said | {one}, [])]
        after = self._table.printed_lines.index(self._last) + 1
        return [line for line in lines if line in self._table.printed_lines[after : after + 1]]

    def _is_of_a_group(self, line: PrintedLine) -> bool:
        return any(said & self._table.groups.keys() for said in line.concepts)

    def pass_by(self, text: str, line: PrintedLine | None, *, is_heading: bool) -> None:
        """Go on below the row of ``text``, which is ``line``. ``is_heading``: below the first line, without figures."""
        if not self._table.groups:
            return
        self._last, is_line = line, line is not None
        said = concepts_of(text, self._table.vocabulary)
        opened = self._opened(said, is_line=is_line) if said is not None else None
        if opened is not None:
            kept = {concept for one in self._table.groups[opened] for concept in one}
            self._over = [*(one for one in self._over if one in kept and one != opened), opened]
            self._is_unknown = False
        elif is_heading and not is_line and not says_nothing(text, self._table.vocabulary):
            self._over, self._is_unknown = [], True

    def _opened(self, said: _Said, *, is_line: bool) -> str | None:
        """The group that a text begins. What is a line under the heading before it begins none."""
        groups = self._table.groups
        own = next((name for name, sets in groups.items() if said in sets), None)
        if own is not None and (not is_line or said in self._table.by_concepts):
            return own
        if is_line:
            return None
        under = (name for name, sets in groups.items() for one in reversed(self._over) if said | {one} in sets)
        return next(under, None)
