"""Data Docs that open from a file share: what they would fetch from the network is taken out of the pages.

Without the fetched styles the pages are plain; a style sheet of our own makes up for what is missing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_FETCHED = re.compile(
    r"<link\b[^>]*href=\"https?://[^>]*>|<script\b[^>]*src=\"https?://[^>]*>\s*</script>|<img\b[^>]*src=\"https?://[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_OUTWARD = re.compile(r"<a\b[^>]*href=\"https?://[^>]*>.*?</a>", re.IGNORECASE | re.DOTALL)
_OUTWARD_FORM = re.compile(r"<form\b[^>]*action=\"https?://.*?</form>", re.IGNORECASE | re.DOTALL)
_STYLE = Path(__file__).with_name("data_docs.css")


def site_config(folder: Path) -> dict[str, Any]:
    """The configuration of the site below ``folder``."""
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def finish_data_docs(folder: Path) -> Path:
    """Make every page of the site self-contained and return the first one."""
    style = f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>"
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if _STYLE.name in text:
            continue
        for pattern in (_FETCHED, _OUTWARD_FORM, _OUTWARD):
            text = pattern.sub("", text)
        page.write_text(text.replace("</head>", style, 1), encoding="utf-8")
    return folder / "index.html"
