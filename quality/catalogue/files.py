"""One file of rules to its rules: read strictly, ``each`` and ``parameters`` expanded, every fault told at its line.

A rule with ``each`` stands for several: ``<code>``, ``<label>`` and any other word a member gives (``<whole>``) are
replaced in every text, id and expression of it. A member that gives a ``line`` (``FORM.ITEM``) has the label and the
sheet (``<sheet>``) of that form's line, so that no rule types them again; ``each_line: FORM`` and ``each_column: FORM``
stand for one member per line or column of the form. One with ``parameters`` stands for one rule per combination of the
values that the register of rule parameters holds, each for the committees and times that have them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ingest.catalogue import Form
from ingest.declarations import DeclarationError, declaration_files, line_of, read_declaration, told_invalid
from ingest.reference import Reference
from quality.catalogue.model import Rule, RuleFile

_ANY_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_LANGUAGES = ("vi", "en")


class RuleError(ValueError):
    """A rule declaration that cannot be used; the message names file, rule and what to change."""


def rule_files(*folders: Path) -> dict[str, Path]:
    """Name of each file in force -> the file: a later folder replaces an earlier one's. Raises RuleError."""
    try:
        return {path.name: path for folder in folders for path in declaration_files(folder)}
    except DeclarationError as error:
        raise RuleError(str(error)) from error


def parameter_values(reference: Reference) -> dict[str, list[str]]:
    """Parameter -> its values in any committee at any time, sorted."""
    rows = reference["rule_parameters"]
    return {str(name): sorted(set(group["value"].astype(str))) for name, group in rows.groupby("parameter")}


def parse_rules(
    path: Path, text: bytes, values: Mapping[str, list[str]], forms: Mapping[str, Form]
) -> tuple[str, list[Rule]]:
    """Topic and rules of one file; ``values``: what each parameter is anywhere. Raises RuleError."""
    try:
        content = _mapping(path, read_declaration(path, text))
        each = [one for declared in content.pop("rules", []) for one in _members(path, declared, forms)]
        expanded = [one for declared in each for one in _by_parameters(declared, values)]
        for one in expanded:
            try:
                _ANY_RULE.validate_python(one)
            except ValidationError as error:
                raise RuleError(f"{where_declared(path, str(one.get('id')))}: {_faults(error)}") from error
        parsed = RuleFile.model_validate({**content, "rules": expanded})
    except ValidationError as error:
        raise RuleError(str(told_invalid(path, error))) from error
    except (DeclarationError, AttributeError, TypeError, KeyError) as error:
        raise RuleError(str(error) if isinstance(error, DeclarationError) else f"{path}: {error!r}") from error
    return parsed.topic, parsed.rules


def _mapping(path: Path, content: Any) -> dict[str, Any]:
    """The content, where it is a mapping with a list of mappings as rules. Raises DeclarationError."""
    if not isinstance(content, dict):
        raise DeclarationError(path, 1, "phải có topic và rules", "must have topic and rules")
    rules = content.get("rules", [])
    wrong = (
        next((n for n, one in enumerate(rules) if not isinstance(one, dict)), None) if isinstance(rules, list) else 0
    )
    if wrong is not None:
        line = line_of(path, ["rules", wrong or 0])
        raise DeclarationError(path, line, "rules phải là danh sách các quy tắc", "rules must be a list of rules")
    return content


def _faults(error: ValidationError) -> str:
    """What is wrong with one rule, without the names pydantic gives the members of a union."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'][1:]) or '-'}: {fault['msg']}"
        for fault in error.errors(include_url=False)
    )


def where_declared(path: Path, rule_id: str, *, last: bool = False) -> str:
    """The file, the line on which a rule begins, and its id; a generated id is found by what it begins with.

    ``last``: of several rules of that id the last one.
    """
    best, line = 0, None
    for number, text in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
        match = re.match(r"\s*(?:-\s+)?id:\s*['\"]?([^\s'\"#<]+)", text)
        if match and rule_id.startswith(match[1]) and len(match[1]) >= best + (not last):
            best, line = len(match[1]), number
    return f"{path}{f', dòng / line {line}' if line else ''}: rule {rule_id}"


class _NotDeclared(LookupError):
    """A form or a line of one that is not there."""


def _members(path: Path, declared: dict[str, Any], forms: Mapping[str, Form]) -> list[dict[str, Any]]:
    try:
        return [*_expand(declared, forms)]
    except _NotDeclared as error:
        raise RuleError(f"{where_declared(path, str(declared.get('id')))}: {error}") from error


def _expand(declared: dict[str, Any], forms: Mapping[str, Form]) -> Iterator[dict[str, Any]]:
    """One declaration per member of ``each``, of a form's lines or of its columns, or the declaration itself."""
    each: Mapping[str, Mapping[str, str]] | None = declared.pop("each", None)
    lines, columns = declared.pop("each_line", None), declared.pop("each_column", None)
    if lines is not None:
        each = {item: {"line": f"{lines}.{item}"} for item in _form(lines, forms).items}
    if columns is not None:
        each = {name: one.label.model_dump() for name, one in _form(columns, forms).columns.items()}
    if each is None:
        yield declared
        return
    for code, member in each.items():
        told = _told_by_its_line(member, forms) if "line" in member else member
        words = {f"<{name}>": text for name, text in told.items() if name not in _LANGUAGES}
        texts = {language: told[language] for language in _LANGUAGES}
        yield _replaced(declared, {"<code>": code, **words}, texts)


def _told_by_its_line(member: Mapping[str, str], forms: Mapping[str, Form]) -> Mapping[str, str]:
    """The member with what its form says of the line: label and sheet. Raises _NotDeclared."""
    name, _, item = member["line"].partition(".")
    form = _form(name, forms)
    if item not in form.items:
        raise _NotDeclared(f"no line {item} in form {name}")
    return {**form.items[item].label.model_dump(), "sheet": form.versions[-1].sheet, **member}


def _form(name: str, forms: Mapping[str, Form]) -> Form:
    if name not in forms:
        raise _NotDeclared(f"no form {name}")
    return forms[name]


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
