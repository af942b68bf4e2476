"""The dictionary laid out as one static page with the look of the quality report."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup, escape

from ingest.catalogue import Catalogue
from ingest.durable import keep_text
from ingest.numerals import day_vi
from ingest.reference import Reference
from khoi.reports.dictionary.contents import dictionary
from khoi.reports.quality.layout import keep_look
from khoi.reports.quality.tables import rows, rows_by

_CODE = re.compile(r"`([^`]+)`")
_TEMPLATES = Path(__file__).resolve().parent / "templates"


def write_dictionary(catalogue: Catalogue, reference: Reference, folder: Path) -> Path:
    """Write the page of what a deployment declares into ``folder``; returns the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = _marked
    environment.filters["day"] = lambda day: day_vi(day) if day else ""
    found = dictionary(catalogue, reference)
    page = environment.get_template("index.html.j2").render(
        forms=rows(found.forms),
        fields=rows_by(found.fields, "form"),
        cells=rows_by(found.cells, "form"),
        measures=rows(found.measures),
        codes=rows_by(found.codes, "code_list"),
        layouts=rows(found.layouts),
        marts=rows_by(found.marts, "layer", "table"),
    )
    keep_look(folder)
    keep_text(folder / "index.html", page)
    return folder / "index.html"


def _marked(text: str) -> Markup:
    """``text`` as HTML, names between back-ticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))
