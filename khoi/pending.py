"""Whether there is work to do: the one question that `khoi run`, the sensor of Dagster and the pages ask.

There is work where something lies in the inbox that was not received, where a received file waits to be normalised and
checked, where a file of the lake is damaged, where what would be published now rests on other inputs than what is
published, and where the pages are not those of the publication.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ingest.durable import holds, write_text
from ingest.lake import damaged
from ingest.normalise import waiting_files
from ingest.receive import unreceived
from ingest.receive.receipts import Receipts
from khoi.deployment.context import Context
from khoi.deployment.fingerprint import Fingerprints, InputKind, changed_kinds, combined, workbooks_fingerprint
from khoi.deployment.home import Home
from khoi.warehouse.publications import unfinished_swap
from khoi.warehouse.versions import is_sound, newest_version, published_version
from khoi.warehouse.vintages import vintages

_STAMP = ".fingerprint"


@dataclass(frozen=True)
class Standing:
    """How the publication stands to what holds now; fields as those of `Pending`."""

    now: Fingerprints
    changed: tuple[str, ...]
    is_published: bool
    has_pages: bool


@dataclass(frozen=True)
class Pending:
    """What there is to do. ``mark`` stands for exactly this work: the same mark, the same work.

    ``new``: hashes of files of the inbox; ``waiting``: of files received and not checked; ``damaged``: names of files
    of the lake; ``changed``: kinds of inputs that are not those of the publication; ``is_published`` is False where
    nothing is, its file is not what was published, or people are not led to it yet.
    """

    new: tuple[str, ...]
    waiting: tuple[str, ...]
    damaged: tuple[str, ...]
    changed: tuple[str, ...]
    is_published: bool
    has_pages: bool
    mark: str

    @property
    def is_publishing(self) -> bool:
        """True where a run would publish something else, whatever lies in the inbox."""
        return bool(self.waiting or self.damaged or self.changed) or not self.is_published

    def __bool__(self) -> bool:
        return bool(self.new) or self.is_publishing or not self.has_pages

    def told(self) -> str:
        """What there is to do, in one line."""
        parts = [
            f"{len(self.new)} tệp mới / new files" if self.new else "",
            f"{len(self.waiting)} tệp chờ kiểm tra / files waiting" if self.waiting else "",
            f"tệp kho trung gian hỏng / damaged: {', '.join(self.damaged)}" if self.damaged else "",
            f"đầu vào đã đổi / inputs changed: {', '.join(self.changed)}" if self.changed else "",
            "" if self.is_published else "chưa công bố / nothing published",
            "" if self.has_pages else "thiếu trang chất lượng / pages to be written",
        ]
        return "; ".join(part for part in parts if part) or "không có việc gì / nothing to do"


def pending(home: Home, context: Context, settle_seconds: float = 0.0) -> Pending:
    """What there is to do for ``home`` as ``context`` has read it. Files are hashed where new, nothing is parsed."""
    standing = standing_of(home, context)
    broken = tuple(path.relative_to(home.lake).as_posix() for path in damaged(home.lake))
    new = _new(home, settle_seconds)
    waiting = () if broken else tuple(sorted(waiting_files(home.lake, context.catalogue, context.reference)))
    facts = (combined(standing.now), *new, "waiting", *waiting, "damaged", *broken, str(standing.is_published))
    return Pending(
        new,
        waiting,
        broken,
        standing.changed,
        standing.is_published,
        has_pages=standing.has_pages,
        mark=hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32],
    )


def standing_of(home: Home, context: Context) -> Standing:
    """Whether what is published is what would be now; a run asks this, having received and normalised what there is."""
    now = present_inputs(home, context)
    current, newest = published_version(home), newest_version(home)
    is_published = current is not None and is_sound(home.published, current) and unfinished_swap(home) is None
    # People may have been led back to an earlier one: that holds until the inputs differ from the newest one's.
    changed = _changed(home, now) if newest is not None and newest.fingerprint != combined(now) else ()
    return Standing(now, changed, is_published, pages_are_current(home))


def _new(home: Home, settle_seconds: float) -> tuple[str, ...]:
    if not home.inbox.is_dir():
        return ()
    erased = Receipts.load(home.landed).erased
    return tuple(unreceived(home.inbox, home.lake, settle_seconds=settle_seconds, erased=erased))


def present_inputs(home: Home, context: Context) -> Fingerprints:
    """The fingerprints of all that would be published now, declarations as ``context`` has read them."""
    return {**context.declared, InputKind.WORKBOOKS: workbooks_fingerprint(home)}


def pages_are_current(home: Home) -> bool:
    """True where the quality pages are those of what is published; where nothing is, there are none to write."""
    current = published_version(home)
    stamp = home.reports / "quality" / _STAMP
    return current is None or holds(stamp, _stamp(home))


def stamp_pages(home: Home) -> None:
    """Note for which publication the quality pages were written."""
    write_text(home.reports / "quality" / _STAMP, _stamp(home))


def _stamp(home: Home) -> str:
    current = published_version(home)
    return current.version if current else ""


def _changed(home: Home, now: Fingerprints) -> tuple[str, ...]:
    """The kinds that differ from the publication's; where it recorded none, all of them may."""
    kept = vintages(home)
    before = kept[-1].fingerprints if kept else {}
    return changed_kinds(before, now) or tuple(sorted(now))
