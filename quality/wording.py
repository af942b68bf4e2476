"""What a violation speaks of, in words: its period, the thing counted, its days, the cells to look at.

A message must name things as the forms do: "cuối kỳ 6 tháng cuối năm 2025" and not 2025H2, "Đảng viên dự bị" and not
DVDB. Belongs here: the words around a violation, for all messages alike. Does not belong here: the sentences
themselves (`quality/rules/*.yaml`) and how they are filled (`quality.findings`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ingest.addresses import without_spans_of_one
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import aggregate_conditions
from ingest.codes import as_called_now
from ingest.derived_once import derived_once
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import BELOW
from quality.catalogue.words import CellLabels, Language, said

LANGUAGES: tuple[Language, ...] = ("vi", "en")
_DAY = re.compile(r"(?:^|(?<=“)|(?<=… ))(\d{4})-(\d\d)-(\d\d)(?=$|”| …)")
_PART = re.compile(r" \[([A-Z0-9_]+)\]")
_PERIOD = re.compile(r"^(\d{4}\w{2}) (?=\S)")
_CODED = re.compile(r"(?<==)[A-Z][A-Z0-9_]*$")
_CHOSEN = re.compile(r"(?<==)[a-z_]+\.[A-Z0-9_]+\.[A-Z0-9_]+$")
_VALUED = re.compile(
    r"(?:\d{4}\w{2} )?(?P<sheet>.+)![A-Z]+\d+(?::[A-Z]+\d+)?(?: \[(?P<part>[A-Z0-9_]+)\])?=(?P<count>\d+)"
)
_BARE = re.compile(r"^[a-z_]+(?:\.[A-Za-z0-9_]+)+(?==|$)")


@dataclass(frozen=True)
class Wording:
    """The words of one set of forms and registers: labels of cells, of codes, of periods, by language."""

    labels: CellLabels
    codes: Mapping[Language, Mapping[str, str]]
    periods: Mapping[Language, Mapping[str, str]]
    counted: CountedRecords

    @classmethod
    def of(cls, catalogue: Catalogue, reference: Reference) -> Wording:
        """The words of ``catalogue`` and ``reference``; a code that two lists call differently has no words."""
        called = as_called_now(reference["codes"])
        periods = reference["periods"]
        return cls(
            CellLabels.of(catalogue, reference),
            {name: _unambiguous(called["code"], called[f"label_{name}"]) for name in LANGUAGES},
            {name: dict(zip(periods["period_code"], periods[f"label_{name}"], strict=True)) for name in LANGUAGES},
            CountedRecords.of(catalogue, reference),
        )

    def of_violations(self, violations: pd.DataFrame, rules: RuleCatalogue) -> pd.DataFrame:
        """``violations`` with thing_, period_ and cells_ of both languages, and days written as people write them."""
        told = violations.copy()
        counted = {rule_id: _counted(rules, rule_id) for rule_id in told["rule_id"].unique()}
        for language in LANGUAGES:
            things = told["cell_code"].map(lambda code, name=language: self.thing(code, name))
            told[f"thing_{language}"] = _given(told, f"thing_{language}", things)
            told[f"period_{language}"] = told["period_code"].map(self.periods[language]).fillna(told["period_code"])
            named = [
                self.cells(cells, counted[rule_id], language)
                for cells, rule_id in zip(told["cells"], told["rule_id"], strict=True)
            ]
            told[f"cells_{language}"] = _given(told, f"cells_{language}", named)
            for word in ("observed", "expected"):
                column = f"{word}_{language}"
                values = told[column].where(told[column].notna(), told[word].where(told[word].map(_has_day)))
                told[column] = values.map(_days_in_words)
        return self._with_choices(told, rules)

    def _with_choices(self, told: pd.DataFrame, rules: RuleCatalogue) -> pd.DataFrame:
        """``told``; where a rule asks what was chosen from a list, by the labels of the list instead of 0 and 1."""
        for rule_id in told["rule_id"].unique():
            expression = rules.expressions.get(rule_id)
            terms = expression.terms if expression else ()
            if len(terms) != 1 or terms[0].cell_code not in self.counted.choices:
                continue
            mine = told["rule_id"] == rule_id
            parted = told.loc[mine, "cells_vi"].str.rpartition("=")
            told.loc[mine, "observed"] = parted[2].where(parted[1] != "", "")  # nothing where nothing was chosen
            told.loc[mine, "expected"] = self.labels.label(terms[0].cell_code, "vi").rpartition(" - ")[2]
        return told

    def thing(self, cell_code: object, language: Language) -> str | None:
        """What a cell counts, with the title of its form; None where the code names none."""
        if not isinstance(cell_code, str) or "." not in cell_code:
            return None
        form, _, name = cell_code.partition(".")
        label = self.labels.label(cell_code, language)
        if label == cell_code:
            label = self.labels.fields[language].get((form, name), "")
        title = self.labels.forms[language].get(form, "")
        return f"{title}, {_lower_first(label)}" if title and label else label or None

    def cells(self, cells: object, counted: Mapping[str, str], language: Language) -> str | None:
        """The cells of a violation (``2021H1 Biểu 1!C27=83; …``) with periods, codes and nameless cells in words.

        ``counted``: what ``[CODE]`` behind a range stands for, as a cell code.
        """
        if not isinstance(cells, str):
            return None
        return "; ".join(self._cell(one, counted, language) for one in cells.split("; "))

    def _cell(self, cell: str, counted: Mapping[str, str], language: Language) -> str:
        codes, periods = self.codes[language], self.periods[language]
        cell, behind = self._as_records(without_spans_of_one(cell), counted, language)
        told = _PERIOD.sub(lambda found: f"{periods.get(found[1], found[1])}, ", cell)
        told = _PART.sub(lambda found: f" ({self._part(counted.get(found[1], found[1]), language)})", told)
        told = _CHOSEN.sub(lambda found: self.labels.label(found[0], language).rpartition(" - ")[2], told)
        told = _CODED.sub(lambda found: codes.get(found[0], found[0]), told)
        return _BARE.sub(lambda found: f"“{self.labels.label(found[0], language)}”", told) + behind

    def _as_records(self, cell: str, counted: Mapping[str, str], language: Language) -> tuple[str, str]:
        """A cell whose number nobody wrote, as place and as what is said behind it: a drop-down does not hold 1."""
        found = _VALUED.fullmatch(cell)
        form = found and self.counted.form(found["sheet"], found["part"], counted)
        if not found or not form:
            return cell, ""
        rows = f": {said('rows', language, count=found['count'])}" if form in self.counted.lists else ""
        return cell[: found.start("count") - 1], rows

    def _part(self, cell_code: str, language: Language) -> str:
        label = self.labels.label(cell_code.removeprefix("*"), language)
        return _lower_first(label.rpartition(" - ")[2] if cell_code.startswith("*") else label)


@dataclass(frozen=True)
class CountedRecords:
    """The cells that count records (nobody writes such a number), forms by their sheets, and which forms are lists."""

    cells: frozenset[str]
    sheets: Mapping[str, str]
    lists: frozenset[str]
    choices: frozenset[str]
    """Those of the cells that say which code of a list one record has."""

    @classmethod
    def of(cls, catalogue: Catalogue, reference: Reference) -> CountedRecords:
        """What the forms of ``catalogue`` count."""
        conditions = aggregate_conditions(catalogue, reference["codes"])
        forms = [form for form in catalogue.forms if form.kind != "matrix"]
        return cls(
            frozenset(conditions.loc[conditions["sum_field"].isna(), "cell_code"]),
            {version.sheet: form.form for form in forms for version in form.versions},
            frozenset(form.form for form in forms if form.kind == "list"),
            frozenset(
                conditions.loc[
                    conditions["sum_field"].isna()
                    & conditions["form"].isin([f.form for f in forms if f.kind == "record"]),
                    "cell_code",
                ]
            ),
        )

    def form(self, sheet: str, part: str | None, counted: Mapping[str, str]) -> str | None:
        """The form whose records a place of a rule counts, ``part`` as in `Wording.cells`; else None."""
        form = self.sheets.get(sheet)
        own = [code.removeprefix("*") for code in counted.values()]
        named = [counted[part].removeprefix("*")] if part and part in counted else own
        of_form = [code for code in named if code.partition(".")[0] == form]
        return form if of_form and self.cells.issuperset(of_form) else None


@derived_once
def wording_of(catalogue: Catalogue, reference: Reference) -> Wording:
    """The words of ``catalogue`` and ``reference``."""
    return Wording.of(catalogue, reference)


def _counted(rules: RuleCatalogue, rule_id: str) -> dict[str, str]:
    """The cells of a rule by the last part of their codes, which is what the place of a counted cell names.

    Where several cells end alike, ``*`` before one of them says that only what they share may be told.
    """
    expression = rules.expressions.get(rule_id)
    terms = expression.terms if expression else ()
    found: dict[str, set[str]] = {}
    for term in terms:
        found.setdefault(term.cell_code.rpartition(".")[2], set()).add(term.cell_code.removeprefix(BELOW))
    return {part: cells.pop() if len(cells) == 1 else f"*{min(cells)}" for part, cells in found.items()}


def whole_of(rules: RuleCatalogue, wording: Wording, rule_id: str, language: Language) -> str:
    """What the right side of a linear rule counts, where it is one cell of a form; else nothing."""
    expression = rules.expressions.get(rule_id)
    right = [term for term in expression.terms if term.side == "right"] if expression else []
    return _lower_first(wording.labels.label(right[0].cell_code, language)) if len(right) == 1 else ""


def _unambiguous(codes: pd.Series, labels: pd.Series) -> dict[str, str]:
    named = pd.DataFrame({"code": codes, "label": labels}).drop_duplicates()
    once = named[~named["code"].duplicated(keep=False)]
    return dict(zip(once["code"], once["label"], strict=True))


def _given(told: pd.DataFrame, column: str, otherwise: pd.Series | list[str | None]) -> pd.Series:
    """What an engine says itself, which knows the lists of its fields; else ``otherwise``."""
    given = told.get(column, pd.Series(None, index=told.index, dtype=object))
    return given.where(given.notna(), pd.Series(otherwise, index=told.index, dtype=object))


def _lower_first(label: str) -> str:
    """A label inside a sentence: its first letter small, unless it begins with an abbreviation."""
    first = label.split(" ")[0]
    return label if len(first) > 1 and first.isupper() else label[:1].lower() + label[1:]


def _has_day(text: object) -> bool:
    return isinstance(text, str) and _DAY.search(text) is not None


def _days_in_words(text: object) -> object:
    return _DAY.sub(r"\3/\2/\1", text) if isinstance(text, str) else text
