"""Reading the rule declarations into a checked catalogue.

Files of `quality/rules/*.yaml`, then those of the overlays: a file of the same name replaces ours. A rule with
``each`` stands for several: ``<code>``, ``<label>`` and any other word a member gives (``<whole>``) are replaced in
every text, id and expression of it. One with ``parameters`` stands for one rule per combination of the values that
the register of rule parameters holds, each for the committees and times that have them.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import Reference
from ingest.registers import register_cells
from quality.catalogue.grammar import BELOW, Expression, GrammarError, compile_expression
from quality.catalogue.model import (
    PLACEHOLDERS,
    CombinationRule,
    CompletenessRule,
    CounterpartRule,
    LinearRule,
    OutlierRule,
    Rule,
    RuleFile,
    SchemaRule,
    SubmissionRule,
)
from quality.catalogue.schema_checks import CHECKS

RULES_DIR = Path(__file__).resolve().parent.parent / "rules"
_ANY_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)


class RuleError(ValueError):
    """A rule declaration that cannot be used; the message names file, rule and what to change."""


_LANGUAGES = ("vi", "en")


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

    Raises RuleError naming the file and the rule: bad shape or grammar, unknown cell, form, field, code or
    parameter, duplicate id, a placeholder that is unknown or missing, a check without its texts.
    """
    files: dict[str, Path] = {}
    for folder in (RULES_DIR, *overlays):
        files.update({path.name: path for path in sorted(folder.glob("*.yaml"))})
    digest = hashlib.sha256()
    scope = _Scope(catalogue, reference)
    rules: dict[str, Rule] = {}
    topics: dict[str, str] = {}
    expressions: dict[str, Expression] = {}
    for name in sorted(files):
        text = files[name].read_bytes()
        digest.update(name.encode() + b"\0" + text)
        topic, declared = _parse(files[name], text, _parameter_values(reference))
        for rule in declared:
            where = f"{files[name]}: rule {rule.id}"
            if rule.id in rules:
                raise RuleError(f"{where}: the id is already used in topic {topics[rule.id]!r}")
            rules[rule.id], topics[rule.id] = rule, topic
            for problem in scope.problems(rule):
                raise RuleError(f"{where}: {problem}")
            if isinstance(rule, LinearRule):
                expressions[rule.id] = _compile(rule, scope.cells, where)
    for one in rules.values():
        if isinstance(one, CounterpartRule) and not set(one.witness) <= set(expressions):
            raise RuleError(f"rule {one.id}: witness names rules that are not linear: {one.witness}")
    found = RuleCatalogue(tuple(rules.values()), expressions, topics, digest.hexdigest()[:16])
    missing = CHECKS - set(found.by_check)
    if missing:
        raise RuleError(f"{RULES_DIR}: no rule tells of the checks {sorted(missing)}")
    return found


def _parameter_values(reference: Reference) -> dict[str, list[str]]:
    """Parameter -> its values in any committee at any time, sorted."""
    rows = reference["rule_parameters"]
    return {str(name): sorted(set(group["value"].astype(str))) for name, group in rows.groupby("parameter")}


def _parse(path: Path, text: bytes, values: Mapping[str, list[str]]) -> tuple[str, list[Rule]]:
    try:
        content = yaml.safe_load(text)
        each = [one for declared in content.pop("rules", []) for one in _expand(declared)]
        expanded = [one for declared in each for one in _by_parameters(declared, values)]
        for one in expanded:
            try:
                _ANY_RULE.validate_python(one)
            except ValidationError as error:
                raise RuleError(f"{path}: rule {one.get('id')}: {error}") from error
        parsed = RuleFile.model_validate({**content, "rules": expanded})
    except (yaml.YAMLError, ValidationError, AttributeError, TypeError) as error:
        raise RuleError(f"{path}: {error}") from error
    return parsed.topic, parsed.rules


def _expand(declared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One declaration per member of ``each``, or the declaration itself."""
    each: Mapping[str, Mapping[str, str]] | None = declared.pop("each", None)
    if each is None:
        yield declared
        return
    for code, label in each.items():
        words = {f"<{name}>": text for name, text in label.items() if name not in _LANGUAGES}
        texts = {language: label[language] for language in _LANGUAGES}
        yield _replaced(declared, {"<code>": code, **words}, texts)


def _by_parameters(declared: dict[str, Any], values: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    """One declaration per combination of parameter values, or the declaration itself.

    ``parameters`` gives a word, the parameter it stands for and, where that is a code, what each code is written as.
    Raises RuleError for a parameter that is not in the register or a code that is not written as anything.
    """
    parameters: Mapping[str, Mapping[str, Any]] | None = declared.pop("parameters", None)
    if parameters is None:
        yield declared
        return
    names = [str(one["parameter"]) for one in parameters.values()]
    if missing := [name for name in names if name not in values]:
        raise RuleError(f"rule {declared.get('id')}: not in rule_parameters.csv: {missing}")
    for chosen in itertools.product(*(values[name] for name in names)):
        words = {}
        for (word, one), value in zip(parameters.items(), chosen, strict=True):
            written = one.get("written", {value: value})
            if value not in written:
                raise RuleError(f"rule {declared.get('id')}: {one['parameter']} has the value {value!r}, not written")
            words[f"<{word}>"] = str(written[value])
        variant = _replaced(declared, words, {language: "<label>" for language in _LANGUAGES})
        when = {**variant.get("when", {})}
        when["parameters"] = when.get("parameters", {}) | {
            name: [value] for name, value in zip(names, chosen, strict=True)
        }
        suffix = "_".join(re.sub(r"[^A-Z0-9]", "", value.upper()) for value in chosen)
        yield {**variant, "id": f"{variant['id']}_{suffix}", "when": when}


def _replaced(node: Any, words: dict[str, str], label: Mapping[str, str], language: str = "vi") -> Any:
    if isinstance(node, str):
        for word, value in {**words, "<label>": label[language]}.items():
            node = node.replace(word, value)
        return node
    if isinstance(node, dict):
        return {
            _replaced(key, words, label): _replaced(value, words, label, key if key in label else language)
            for key, value in node.items()
        }
    return [_replaced(item, words, label, language) for item in node] if isinstance(node, list) else node


def _compile(rule: LinearRule, cells: frozenset[str], where: str) -> Expression:
    try:
        expression = compile_expression(rule.expression, cells)
    except GrammarError as error:
        raise RuleError(f"{where}: {error}") from error
    if any(term.lag for term in expression.terms) != (rule.scope == "previous"):
        raise RuleError(f"{where}: scope 'previous' is for expressions with prev. cells, and only for them")
    if any(term.cell_code.startswith(BELOW) for term in expression.terms) != (rule.scope == "levels"):
        raise RuleError(f"{where}: scope 'levels' is for expressions with below. cells, and only for them")
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
        printed = frozenset(form_cells(catalogue, codes)["cell_code"])
        self.cells = printed | frozenset(register_cells(reference)) | {f"{BELOW}{code}" for code in printed}

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


def _placeholder_problems(rule: Rule) -> Iterator[str]:
    allowed, demanded = PLACEHOLDERS[rule.kind]
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
