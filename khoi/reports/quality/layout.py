"""How pages are laid out: the templates' environment, words for codes, names of pages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.durable import keep_text
from ingest.numerals import day_vi, limit_vi, number_vi
from ingest.program_yaml import declared_in

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).resolve().parent
LOOK = (
    _HERE / "templates" / "style.css",
    _HERE / "templates" / "site.js",
    _HERE / "vendored" / "list.min.js",
    _HERE / "vendored" / "list.LICENSE.txt",
)
"""What every page of the site needs beside it: how it looks, and search, filter and sort (list.js and its licence)."""
SEVERITIES = ("hard", "soft", "info")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WHOLE = re.compile(r"0|-?[1-9]\d{0,11}")
_UNSAFE = re.compile(r"[^\w.-]+")


def page_environment(*folders: Path) -> Environment:
    """The environment of the site's templates; those of ``folders`` may extend them."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([*folders, _HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    additions: dict[str, Any] = {"word": word, "page_name": page_name, "severities": SEVERITIES}
    # A page that is written without these (registers, the gate) links to neither.
    additions |= {"workbooks": {}, "has_gate": False, "has_dictionary": False}
    environment.globals.update(additions)
    environment.filters["number"] = number_vi
    environment.filters["limit"] = limit_vi
    environment.filters["day"] = _day
    environment.filters["as_read"] = as_read
    return environment


def keep_look(folder: Path) -> None:
    """Write LOOK into ``folder``; what is there already and says the same is left alone."""
    for path in LOOK:
        keep_text(folder / path.name, path.read_text(encoding="utf-8"))


def _day(value: object) -> str:
    """A day, or its ISO text, as 30/06/2024; nothing where there is none."""
    return day_vi(str(value)) if value else ""


def page_name(code: str) -> str:
    """The file name of a code's page: nothing in it can leave the folder or end a link."""
    return f"{_UNSAFE.sub('_', code).strip('.')}.html"


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    words: dict[str, dict[str, dict[str, str]]] = declared_in(_HERE / "words.yaml")
    return words


def word(kind: str, code: str) -> dict[str, str]:
    """The words for a coded value (``vi``, ``en``, ``mark``); a code without words stands for itself."""
    return {"mark": "", "vi": code, "en": code} | _words()[kind].get(code, {})


def as_read(value: str | None) -> str:
    """A finding's value as a Vietnamese reader writes it: 6177 as 6.177, a day as 20/01/2024, a state in words."""
    if value is None:
        return ""
    if _DAY.fullmatch(value):
        return day_vi(value)
    if _WHOLE.fullmatch(value):
        return number_vi(float(value))
    return word("state", "missing" if value == "none" else value)["vi"]
