"""Belongs here: what every regular expression of the product keeps. A cell may hold 32,767 letters, a file's name 255.

Does not belong here: what one expression finds.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import ingest
import khoi
import quality

LETTERS = 2_500
SECONDS = 0.04
"""Of processor time. One whose time grows with the square of the length takes a tenth of a second and more."""
PIECES = [*"a1 .-_(", "a ", "A ", "1 ", "1,", "Nguyễn ", "năm "]
ENDS = (("", ""), ("", "!"), ("1", "!"), ("(", "!"), ("=", "!"))
SCANNING = {"search", "finditer", "findall", "sub", "subn", "split"}


def _modules() -> Iterator[str]:
    for package in (ingest, quality, khoi):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                yield module.name


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
    """Every compiled expression that a module holds under a name, and the methods by which it is asked there."""
    found = {}
    for name in _modules():
        module = importlib.import_module(name)
        asked: dict[str, set[str]] = defaultdict(set)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked[node.value.id].add(node.attr)
        for variable, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and asked[variable]:
                found[f"{name}.{variable}"] = (value, frozenset(asked[variable] & {*SCANNING, "match", "fullmatch"}))
    return found


def _seconds(ask: Callable[[str], object], text: str) -> float:
    """Processor time of one question; the least of three, for a machine that does other things as well.

    A fifth of the text is tried first: one whose time grows with the cube of the length would take minutes over all.
    """
    least = SECONDS * 100
    before = time.process_time()
    if isinstance(answer := ask(text[: len(text) // 5]), Iterator):
        list(answer)
    if (short := time.process_time() - before) > SECONDS * 2:
        return short
    for _ in range(3):
        before = time.process_time()
        answer = ask(text)
        if isinstance(answer, Iterator):
            list(answer)
        least = min(least, time.process_time() - before)
        if least < SECONDS:
            break
    return least


def _texts() -> Iterator[str]:
    for (first, last), piece in itertools.product(ENDS, PIECES):
        yield first + piece * (LETTERS // len(piece)) + last


def _slow(pattern: re.Pattern[str], methods: frozenset[str]) -> list[str]:
    """The texts over which ``pattern`` takes too long, asked as its module asks it."""
    asked: list[Callable[[str], object]] = [pattern.finditer] if methods & SCANNING else []
    asked += [getattr(pattern, method) for method in sorted(methods - SCANNING)]
    return [text[:12] for text in _texts() if any(_seconds(ask, text) >= SECONDS for ask in asked)]


def test_expressions_are_found_with_the_way_they_are_asked() -> None:
    assert len(_patterns()) > 80
    assert _patterns()["ingest.privacy._ADDRESS"][1] == {"sub", "finditer"}


@pytest.mark.parametrize("room", ["ingest", "quality", "khoi"])
def test_no_expression_takes_long_over_a_long_text(room: str) -> None:
    slow = {
        name: texts
        for name, (pattern, methods) in _patterns().items()
        if name.startswith(f"{room}.") and (texts := _slow(pattern, methods))
    }
    assert slow == {}
