"""What LibreOffice shows in every cell: the eye that the reader is compared with.

Many workbooks are turned into flat OpenDocument files by one process; each cell there holds the text on the screen
beside the value. Belongs here: what is seen. Does not belong here: which number a person reads in it (`clerk`).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from bench.fuzz.book import Place

PROGRAMS = ("soffice", "libreoffice")
_TO_FLAT = ("--convert-to", "fods", "--outdir")
_SECONDS_A_FILE = 60
_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
_LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop>
</item>
</oor:items>
"""
"""A Vietnamese PC: a dot between thousands, a comma before decimals, the day before the month."""


@dataclass(frozen=True)
class Shown:
    """One cell as it is seen. ``kind`` is what LibreOffice calls its value: float, string, date, boolean, percentage …

    ``text``: all characters; ``plain``: those that are neither raised, lowered nor struck; ``is_covered``: under a
    merged cell, so that nobody sees it; ``is_known``: False where only that something stands there is known.
    """

    kind: str
    text: str
    plain: str
    is_covered: bool = False
    is_known: bool = True


Seen = dict[str, dict[Place, Shown]]
"""By sheet and place."""


def office() -> str | None:
    """The program, None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def seen(paths: Sequence[Path]) -> list[Seen | None]:
    """What each of the workbooks shows; None for one that LibreOffice does not open. Raises OSError without it."""
    program = office()
    if program is None:
        raise FileNotFoundError("LibreOffice is not installed: apt install libreoffice-calc")
    with tempfile.TemporaryDirectory() as name:
        profile, out = Path(name, "profile"), Path(name, "out")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_LOCALE, encoding="utf-8")
        subprocess.run(
            [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", *_TO_FLAT, str(out), *map(str, paths)],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS_A_FILE * max(2, len(paths)),
        )
        converted = [out / f"{path.stem}.fods" for path in paths]
        return [_read(path) if path.exists() else None for path in converted]


def _read(path: Path) -> Seen:
    root = etree.parse(str(path), etree.XMLParser(huge_tree=True)).getroot()
    aside = set(_styles_aside(root))
    body = root.find("office:body/office:spreadsheet", _NAMES)
    assert body is not None
    return {
        table.get(_name("table", "name")): dict(_cells(table, aside)) for table in body.findall("table:table", _NAMES)
    }


def _name(space: str, local: str) -> str:
    return f"{{{_NAMES[space]}}}{local}"


def _styles_aside(root: etree._Element) -> Iterator[str]:
    """The styles of text that is raised, lowered or struck: no part of what is read as a number."""
    for style in root.iterfind(".//style:style", _NAMES):
        for properties in style.iterfind("style:text-properties", _NAMES):
            position = properties.get(_name("style", "text-position")) or ""
            line = properties.get(_name("style", "text-line-through-style")) or "none"
            raised = position.startswith(("super", "sub")) or position.lstrip("-")[:1] in set("123456789")
            if (raised or line != "none") and style.get(_name("style", "family")) == "text":
                yield str(style.get(_name("style", "name")))


def _cells(table: etree._Element, aside: set[str]) -> Iterator[tuple[Place, Shown]]:
    row_no = 0
    for row in table.iter(_name("table", "table-row")):
        repeated = int(row.get(_name("table", "number-rows-repeated")) or 1)
        column_no = 0
        for cell in row:
            if cell.tag not in (_name("table", "table-cell"), _name("table", "covered-table-cell")):
                continue
            times = int(cell.get(_name("table", "number-columns-repeated")) or 1)
            kind = cell.get(_name("calcext", "value-type")) or cell.get(_name("office", "value-type"))
            if kind is not None:
                paragraphs = cell.findall("text:p", _NAMES)
                text = "\n".join("".join(_letters(one, set())) for one in paragraphs)
                plain = "\n".join("".join(_letters(one, aside)) for one in paragraphs)
                shown = Shown(kind, text, plain, cell.tag == _name("table", "covered-table-cell"))
                for row_offset in range(min(repeated, 100)):
                    for offset in range(min(times, 100)):
                        yield (row_no + row_offset + 1, column_no + offset + 1), shown
            column_no += times
        row_no += repeated


def _letters(node: etree._Element, aside: set[str]) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if child.tag == _name("text", "s"):
            yield " " * int(child.get(_name("text", "c")) or 1)
        elif child.tag == _name("text", "tab"):
            yield "\t"
        elif child.tag == _name("text", "line-break"):
            yield "\n"
        elif child.tag == _name("text", "span") and child.get(_name("text", "style-name")) in aside:
            pass
        elif child.tag in (_name("text", "span"), _name("text", "a")):
            yield from _letters(child, aside)
        yield child.tail or ""
