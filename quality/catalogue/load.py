"""The rule declarations as a checked catalogue.

Files of `quality/rules/*.yaml`, then those of the overlays: a file of the same name replaces ours.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import declared_totals, form_cells
from ingest.derived_once import derived_once
from ingest.reference import Reference
from ingest.register_cells import register_cells
from ingest.working_days import PARAMETER_SUFFIX
from quality.catalogue.files import RuleError, parameter_values, parse_rules, rule_files, where_declared
from quality.catalogue.grammar import BELOW, Expression, GrammarError
from quality.catalogue.model import (
    PLACEHOLDERS,
    CombinationRule,
    CompletenessRule,
    CounterpartRule,
    LinearRule,
    OutlierRule,
    Rule,
    SchemaRule,
    SubmissionRule,
)
from quality.catalogue.schema_checks import CHECKS

RULES_DIR = Path(__file__).resolve().parent.parent / "rules"
_ONE_ENTRY = re.compile(r"\w+\.\w+\.\w+ = 1")
"""The entry of a drop-down that must be chosen: 0 and 1 say nothing to who chooses, the cell does."""
_PARTS = re.compile(r"(?<==)\s*parts\(\s*([A-Za-z0-9_.]+)\s*\)\s*$")


@dataclass(frozen=True)
class RuleCatalogue:
    """All rules in file order, the linear ones compiled, and where each is declared."""

    rules: tuple[Rule, ...]
    expressions: dict[str, Expression]
    topics: dict[str, str]
    fingerprint: str

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Rules by their id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def linear(self) -> tuple[LinearRule, ...]:
        """The rules that are rows of the integer matrix."""
        return tuple(rule for rule in self.rules if isinstance(rule, LinearRule))

    @cached_property
    def combinations(self) -> tuple[CombinationRule, ...]:
        """The rules on pairs of codes."""
        return tuple(rule for rule in self.rules if isinstance(rule, CombinationRule))

    @cached_property
    def counterparts(self) -> tuple[CounterpartRule, ...]:
        """The rules on what one organization gave another."""
        return tuple(rule for rule in self.rules if isinstance(rule, CounterpartRule))

    @cached_property
    def completeness(self) -> tuple[CompletenessRule, ...]:
        """The rules on who must have reported."""
        return tuple(rule for rule in self.rules if isinstance(rule, CompletenessRule))

    @cached_property
    def by_check(self) -> dict[str, SubmissionRule | SchemaRule | OutlierRule]:
        """The rules whose check stands in code, by its name."""
        return {rule.check: rule for rule in self.rules if isinstance(rule, SubmissionRule | SchemaRule | OutlierRule)}


def load_rules(catalogue: Catalogue, reference: Reference, *overlays: Path) -> RuleCatalogue:
    """Read, expand, check and compile every rule.

    Raises RuleError naming file, line and rule of everything that is wrong: bad shape or grammar, unknown cell, form,
    field, code or parameter, duplicate id, a placeholder that is unknown or missing, a check without its texts.
    """
    files = rule_files(RULES_DIR, *overlays)
    return _rules_of(catalogue, reference, tuple((files[name], files[name].read_bytes()) for name in sorted(files)))


@derived_once
def _rules_of(catalogue: Catalogue, reference: Reference, files: tuple[tuple[Path, bytes], ...]) -> RuleCatalogue:
    digest = hashlib.sha256()
    scope = _Scope(catalogue, reference)
    rules: dict[str, Rule] = {}
    topics: dict[str, str] = {}
    expressions: dict[str, Expression] = {}
    wrong: list[str] = []
    parameters = parameter_values(reference)
    for path, text in files:
        digest.update(path.name.encode() + b"\0" + text)
        try:
            topic, declared = parse_rules(path, text, parameters, catalogue.by_name)
        except RuleError as error:
            wrong.append(str(error))
            continue
        for rule in declared:
            wrong += _taken(rule, topic, path, scope, rules, topics, expressions)
    if wrong:
        raise RuleError("\n".join(wrong))
    return _whole(RuleCatalogue(tuple(rules.values()), expressions, topics, digest.hexdigest()[:16]))


def _whole(found: RuleCatalogue) -> RuleCatalogue:
    """``found``, where every rule has what it rests on and every check its rule. Raises RuleError."""
    for one in found.counterparts:
        if not set(one.witness) <= set(found.expressions):
            raise RuleError(f"rule {one.id}: witness names rules that are not linear: {one.witness}")
    missing = CHECKS - set(found.by_check)
    if missing:
        raise RuleError(f"{RULES_DIR}: no rule tells of the checks {sorted(missing)}")
    return found


def _taken(
    rule: Rule,
    topic: str,
    path: Path,
    scope: _Scope,
    rules: dict[str, Rule],
    topics: dict[str, str],
    expressions: dict[str, Expression],
) -> list[str]:
    """Add ``rule`` to what was read so far; what is wrong with it, with its place."""
    if isinstance(rule, LinearRule):
        rule = rule.model_copy(update={"expression": scope.spelt_out(rule.expression)})
    if rule.id in rules:
        where = where_declared(path, rule.id, last=True)
        return [f"{where}: mã quy tắc đã dùng ở chủ đề / the id is already used in topic {topics[rule.id]!r}"]
    rules[rule.id], topics[rule.id] = rule, topic
    problems = list(scope.problems(rule))
    if isinstance(rule, LinearRule) and not problems:
        try:
            expressions[rule.id] = _compile(rule, scope.cells)
        except RuleError as error:
            problems.append(str(error))
    # Where it stands is looked for in its file only when something is to be told of it.
    return [f"{where_declared(path, rule.id)}: {problem}" for problem in problems]


def _compile(rule: LinearRule, cells: Collection[str]) -> Expression:
    from quality.catalogue.compiling import compile_expression  # the parser is loaded where rules are read from files

    try:
        expression = compile_expression(rule.expression, cells)
    except GrammarError as error:
        raise RuleError(str(error)) from error
    if any(term.lag for term in expression.terms) != (rule.scope == "previous"):
        raise RuleError("scope 'previous' is for expressions with prev. cells, and only for them")
    if any(term.cell_code.startswith(BELOW) for term in expression.terms) != (rule.scope == "levels"):
        raise RuleError("scope 'levels' is for expressions with below. cells, and only for them")
    return expression


class _Scope:
    """What rules may name: cells, forms, fields, codes, parameters."""

    def __init__(self, catalogue: Catalogue, reference: Reference) -> None:
        self._forms = catalogue.by_name
        codes = reference["codes"]
        self._codes = {name: set(rows["code"]) for name, rows in codes.groupby("code_list")}
        self._combinations = set(reference["code_combinations"]["combination"])
        self._parameters = set(reference["rule_parameters"]["parameter"])
        self._period_kinds = {kind for form in catalogue.forms for kind in form.due}
        self._totals = declared_totals(catalogue)
        printed = [*dict.fromkeys(form_cells(catalogue, codes)["cell_code"])]
        below = (f"{BELOW}{code}" for code in printed)
        self.cells = dict.fromkeys((*printed, *register_cells(reference), *below))

    def spelt_out(self, expression: str) -> str:
        """``expression`` with a right side of ``parts(cell)`` written as the sum that the cell's form declares.

        One that no form declares stays as it is, which `problems` tells.
        """

        def parts(found: re.Match[str]) -> str:
            declared = self._totals.get(found[1], {})
            text = "".join(f" {'+' if sign > 0 else '-'} {code}" for code, sign in declared.items())
            return f" {text.removeprefix(' + ')}" if text else found[0]

        return _PARTS.sub(parts, expression)

    def problems(self, rule: Rule) -> Iterator[str]:
        """What is wrong with ``rule``, first things first."""
        yield from _placeholder_problems(rule)
        if isinstance(rule, LinearRule):
            yield from self._linear_problems(rule)
        if isinstance(rule, CombinationRule):
            yield from self._combination_problems(rule)
        if isinstance(rule, CounterpartRule):
            yield from self._counterpart_problems(rule)

    def _linear_problems(self, rule: LinearRule) -> Iterator[str]:
        if "parts(" in rule.expression:
            yield "parts() stands alone right of '=' and names a cell of which a form says total_of"
        if isinstance(rule.tolerance, str) and rule.tolerance not in self._parameters:
            yield f"tolerance {rule.tolerance!r} is not in rule_parameters.csv"
        unknown = set(rule.when.organization_type) - self._codes.get("organization_type", set())
        unknown |= set(rule.when.period_kind) - self._period_kinds
        if unknown:
            yield f"when names unknown codes {sorted(unknown)}"
        if unregistered := set(rule.when.parameters) - self._parameters:
            yield f"when names unknown parameters {sorted(unregistered)}"
        for form, versions in rule.when.form_version.items():
            declared = {version.version for version in self._forms[form].versions} if form in self._forms else set()
            if not set(versions) <= declared:
                yield f"when names an unknown version of form {form!r}: {sorted(set(versions) - declared)}"

    def _combination_problems(self, rule: CombinationRule) -> Iterator[str]:
        form = self._forms.get(rule.form)
        if form is None or form.kind != "list":
            yield f"{rule.form!r} is not a list form"
            return
        for field in (rule.left, rule.right):
            if field not in form.fields or form.fields[field].code_list is None:
                yield f"{rule.form} has no code field {field!r}"
                return
        if rule.combination not in self._combinations:
            yield f"combination {rule.combination!r} is not in code_combinations.csv"
        known = self._codes.get(str(form.fields[rule.left].code_list), set())
        unknown = (set(rule.only) | set(rule.other_than)) - known
        if unknown:
            yield f"only / other_than name unknown codes {sorted(unknown)}"

    def _counterpart_problems(self, rule: CounterpartRule) -> Iterator[str]:
        form = self._forms.get(rule.form)
        if form is None or form.kind != "list":
            yield f"{rule.form!r} is not a list form"
            return
        unknown = {rule.direction, rule.counterpart, rule.amount, rule.only[0]} - set(form.fields)
        if unknown:
            yield f"{rule.form} has no fields {sorted(unknown)}"
            return
        for field, codes in ((rule.direction, {rule.gives, rule.takes}), (rule.only[0], {rule.only[1]})):
            if not codes <= self._codes.get(str(form.fields[field].code_list), set()):
                yield f"field {field} has not the codes {sorted(codes)}"
        if rule.window not in self._parameters:
            yield f"window {rule.window!r} is not in rule_parameters.csv"
        if not rule.window.endswith(PARAMETER_SUFFIX):
            yield f"window {rule.window!r} does not end in {PARAMETER_SUFFIX}: it is counted in working days"


def _placeholder_problems(rule: Rule) -> Iterator[str]:
    allowed, demanded = PLACEHOLDERS[rule.kind]
    if isinstance(rule, LinearRule) and _ONE_ENTRY.fullmatch(rule.expression):
        demanded = {"cells"}
    for language, text in (("vi", rule.message.vi), ("en", rule.message.en)):
        try:
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            yield f"message {language}: {error}"
            continue
        if used - allowed:
            yield f"message {language} uses unknown placeholders {sorted(used - allowed)}"
        if demanded - used:
            yield f"message {language} lacks the placeholders {sorted(demanded - used)}"
