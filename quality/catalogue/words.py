"""Rules in words: what a rule says, with the labels that people read on the forms instead of cell codes.

The check sheet of the blank workbook, the rule handbook and `khoi rules show` all tell a rule this way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.program_yaml import declared_in
from ingest.reference import Reference
from quality.catalogue.grammar import BELOW, REGISTER, Expression, Term
from quality.catalogue.load import RuleCatalogue
from quality.catalogue.model import CombinationRule, CompletenessRule, CounterpartRule, LinearRule, Rule

Language = Literal["vi", "en"]

TEXTS_FILE = Path(__file__).with_name("words.yaml")

MOST_TERMS = 8
"""A side of more terms is told by its first and last ones and their number."""

_SIGNS = {"=": "=", "<=": "≤", ">=": "≥"}


@cache
def _texts() -> dict[str, dict[str, dict[Language, str]]]:
    """The content of words.yaml."""
    declared: dict[str, dict[str, dict[Language, str]]] = declared_in(TEXTS_FILE)
    return declared


def said(name: str, language: Language, **parts: object) -> str:
    """One of the declared words with its ``parts`` put in. Raises KeyError for a name that is not declared."""
    return _texts()["words"][name][language].format(**parts)


@dataclass(frozen=True)
class CellLabels:
    """What cells are called: label by cell code, the title of their form by form, field labels by form and field."""

    cells: Mapping[Language, Mapping[str, str]]
    forms: Mapping[Language, Mapping[str, str]]
    fields: Mapping[Language, Mapping[tuple[str, str], str]]

    @classmethod
    def of(cls, catalogue: Catalogue, reference: Reference) -> CellLabels:
        """The labels of all forms of ``catalogue``."""
        cells = form_cells(catalogue, reference["codes"])
        languages: tuple[Language, ...] = ("vi", "en")
        return cls(
            {name: dict(zip(cells["cell_code"], cells[f"label_{name}"], strict=True)) for name in languages},
            {name: {form.form: getattr(form.label, name) for form in catalogue.forms} for name in languages},
            {
                name: {
                    (form.form, field): getattr(declared.label, name)
                    for form in catalogue.forms
                    for field, declared in form.fields.items()
                }
                for name in languages
            },
        )

    def label(self, cell_code: str, language: Language) -> str:
        """What one cell is called on its form; a register cell is told as such."""
        if cell_code.startswith(REGISTER):
            texts = _texts()["register"].get(cell_code.removeprefix(REGISTER), {})
            return said("register", language, label=texts.get(language, cell_code))
        if cell_code.startswith(BELOW):
            return said("below", language, label=self.label(cell_code.removeprefix(BELOW), language))
        return self.cells[language].get(cell_code, cell_code)


def rule_in_words(rule: Rule, rules: RuleCatalogue, labels: CellLabels, language: Language) -> str:
    """One sentence or equation without cell codes.

    A linear rule: both sides with the labels of its cells, a form named before its first cell; a combination rule:
    the two fields; a rule of another kind: its title, since its check stands in code.
    """
    if isinstance(rule, LinearRule):
        text = _equation(rules.expressions[rule.id], labels, language)
        if rule.tolerance in (0, "0"):
            return text
        return said("tolerance", language, rule=text, tolerance=rule.tolerance)
    if isinstance(rule, CombinationRule):
        return said(
            "pair",
            language,
            form=labels.forms[language][rule.form],
            left=labels.fields[language][rule.form, rule.left],
            right=labels.fields[language][rule.form, rule.right],
        )
    if isinstance(rule, CounterpartRule):
        return said("counterpart", language, form=labels.forms[language][rule.form])
    if isinstance(rule, CompletenessRule):
        return said("roster", language)
    return rule.title.vi if language == "vi" else rule.title.en


def _equation(expression: Expression, labels: CellLabels, language: Language) -> str:
    told: set[str] = set()
    sides = []
    for side, constant in (("left", expression.left_constant), ("right", expression.right_constant)):
        terms = [term for term in expression.terms if term.side == side]
        parts = [_term(term, labels, language, told) for term in terms]
        if len(parts) > MOST_TERMS:
            parts = [*parts[:2], f"+ {said('between', language, count=len(terms))}", parts[-1]]
        if constant or not parts:
            parts.append(f"{_sign(constant)} {abs(constant)}")
        sides.append(" ".join(parts).removeprefix("+ "))
    return f"{sides[0]} {_SIGNS[expression.operator]} {sides[1]}"


def _term(term: Term, labels: CellLabels, language: Language, told: set[str]) -> str:
    """One term with its sign; ``told`` collects the forms that were named before."""
    label = f"“{labels.label(term.cell_code, language)}”"
    form = term.cell_code.removeprefix(BELOW).split(".")[0]
    if form in labels.forms[language] and form not in told:
        told.add(form)
        label = f"{labels.forms[language][form]} › {label}"
    if term.lag:
        label = said("previous", language, label=label)
    factor = "" if abs(term.coefficient) == 1 else f"{abs(term.coefficient)} × "
    return f"{_sign(term.coefficient)} {factor}{label}"


def _sign(number: int) -> str:
    return "−" if number < 0 else "+"
