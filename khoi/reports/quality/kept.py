"""Which pages are the same as last time, and need not be laid out again.

The pages of a committee - its own, its findings, its forms, its organizations - follow from its rows and from what is
the same for all. Their mark stands in `.pages.json` beside them, with the size of every page; it holds while every
page is there in that size, and is taken away while pages are written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ingest.durable import write_text
from khoi.reports.quality.tables import QualityTables
from quality.kept.marks import marks_of

if TYPE_CHECKING:
    from khoi.figures.followup import FollowUp
    from khoi.reports.quality.workbooks import Workbook

RECORD = ".pages.json"
FOLDERS = ("committees", "organizations", "forms", "findings")
"""The folders of the pages that belong to a committee."""


@dataclass(frozen=True)
class KeptPages:
    """``marks``: committee -> what its pages follow from; ``sizes``: page -> its bytes.

    ``forms``: committee -> what its forms came to in the warehouse of the build ``build``.
    """

    marks: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    build: str | None = None
    forms: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> KeptPages:
        """What was noted beside the pages in ``folder``; nothing where that cannot be read."""
        try:
            told = json.loads((folder / RECORD).read_bytes())
            sizes = {str(name): int(size) for name, size in told["sizes"].items()}
            return cls(dict(told["marks"]), sizes, told["build"], dict(told["forms"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        """Note this beside the pages."""
        write_text(folder / RECORD, json.dumps(vars(self), sort_keys=True))

    def stale(self, folder: Path, names: Mapping[str, Collection[str]], marks: Mapping[str, str]) -> set[str]:
        """The committees of ``names`` whose pages do not follow from ``marks``, or are not as they were written."""
        there = _sizes_in(folder)
        return {
            code
            for code, mine in names.items()
            if code not in marks
            or self.marks.get(code) != marks[code]
            or any(there.get(name, -1) != self.sizes.get(name) for name in mine)
        }

    def with_pages(
        self,
        marks: dict[str, str],
        names: Mapping[str, Collection[str]],
        pages: Mapping[str, str],
        tables: QualityTables,
    ) -> KeptPages:
        """What is to be noted once ``pages`` of ``tables`` are written; the others of ``names`` stayed."""
        sizes = {
            name: len(pages[name].encode()) if name in pages else self.sizes[name]
            for mine in names.values()
            for name in mine
            if name in pages or name in self.sizes
        }
        return KeptPages(marks, sizes, tables.build, tables.form_marks)


def forget_pages(folder: Path) -> None:
    """Nothing is known any more of the pages in ``folder``."""
    (folder / RECORD).unlink(missing_ok=True)


def _sizes_in(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in FOLDERS:
        if (folder / kind).is_dir():
            with os.scandir(folder / kind) as entries:
                found |= {f"{kind}/{entry.name}": entry.stat().st_size for entry in entries if entry.is_file()}
    return found


def page_marks(
    tables: QualityTables, asked: Mapping[str, FollowUp], workbooks: Mapping[str, Workbook], basis: str
) -> dict[str, str]:
    """Committee -> the mark of all that its pages follow from; ``basis`` is of what is the same for all."""
    common = _sum(basis, tables.periods.to_json(), tables.form_labels.to_json())
    parts = [part for frame in _frames(tables, workbooks) for part in _by_committee(frame, tables)]
    parts += [_in_order(frame, frame["committee_code"]) for frame in asked_of_all(asked)]
    marks = {}
    for row in tables.committees.itertuples():
        code = str(row.committee_code)
        told = [tables.form_marks.get(code, ""), *(part.get(code, "") for part in parts)]
        marks[code] = _sum(common, str(tuple(row)[1:]), tables.arrivals.get(code, ""), *told, _asked(asked.get(code)))
    return marks


def _frames(tables: QualityTables, workbooks: Mapping[str, Workbook]) -> list[pd.DataFrame]:
    """The tables with what the pages say of a row besides: where its file lies, whether its organization is known."""
    lies = {file_hash: repr(found) for file_hash, found in workbooks.items()}
    known = [
        frame.assign(
            lies=frame["file_hash"].map(lies).astype(object).fillna(""),
            is_known=tables.is_known(frame),
        )
        for frame in (tables.completeness, tables.submissions, tables.findings)
    ]
    return [*known, tables.organizations]


def _by_committee(frame: pd.DataFrame, tables: QualityTables) -> list[dict[str, str]]:
    """The marks of the rows of every committee, and of those rows of others that are of an organization it has now."""
    home = tables.home_of(frame)
    moved = home.notna() & (home != frame["committee_code"])
    return [
        _in_order(frame, frame["committee_code"].fillna("")),
        _in_order(frame[moved], home[moved]),
    ]


def _in_order(frame: pd.DataFrame, committee: pd.Series) -> dict[str, str]:
    return marks_of(frame.assign(place=committee.groupby(committee).cumcount()), committee)


def asked_of_all(asked: Mapping[str, FollowUp]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The headlines and the queries of all committees, in their order."""
    nothing = pd.DataFrame(columns=["committee_code"])
    headlines, queries = ([getattr(one, name) for one in asked.values()] for name in ("headlines", "queries"))
    return pd.concat(headlines or [nothing]), pd.concat(queries or [nothing])


def _asked(one: FollowUp | None) -> str:
    return "" if one is None else f"{one.period} {one.questions}"


def _sum(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
