"""Receipts: when every file was first seen, by our own clock, in an append-only journal beside the landed bytes.

    landed/receipts/000001.jsonl    one line per event; a pass that sees something new adds one file, none is rewritten

A file's own time says when somebody saved or unpacked it, never when it reached us; so it is written down as a hint
and decides nothing. Belongs here: the journal's lines, reading and adding them, what they say of each file. Does not
belong here: looking into the inbox (`ingest.receive.arrivals`) and copying bytes (`ingest.receive.landing`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.privacy import file_name_without_persons
from ingest.receive.receipt_lines import DamagedReceipts, damaged, journal_files, newer, told_lines, write_lines
from ingest.unchanged import Facts, settled_facts

SCHEMA = 2
"""The highest that is read here. What was erased is told by lines of 2, which an edition without them refuses."""
FOLDER = "receipts"
Clock = Callable[[], dt.datetime]

FIRST_SIGHTING, FILE_TIME, EARLIER_EDITION = "first_sighting", "file_time", "earlier_edition"
"""How ``received_at`` is known: our clock; the file's own time, where a person vouched for it; an older lake."""
_SEEN, _AGAIN, _REDATED, _ERASED = "seen", "again", "redated", "erased"
_TICK = dt.timedelta(microseconds=1)
# A clock that is set by the network steps back by seconds, and the files of one pass are dated a tick apart.
_DRIFT = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Receipt:
    """One received file: number in the journal, hash, name below the inbox, size in bytes, times in UTC.

    ``received_at`` orders versions and decides lateness; ``first_seen_at`` is when our clock first saw the bytes
    (None: an older edition did not write it down); ``file_time`` is the file's own, a hint.
    """

    no: int
    file_hash: str
    name: str
    size: int
    file_time: dt.datetime | None
    first_seen_at: dt.datetime | None
    received_at: dt.datetime
    basis: str = FIRST_SIGHTING


@dataclass(frozen=True)
class Sighting:
    """What the journal is told of a file: hash, name below the inbox, size in bytes, the file's own time in UTC.

    ``beside`` is the name of another file of the same bytes that lay there at the same time.
    """

    file_hash: str
    name: str
    size: int
    file_time: dt.datetime | None
    beside: str | None = None


def _kept(sighting: Sighting) -> Sighting:
    """``sighting`` as the journal keeps it: without the name of a person in that of the file."""
    beside = file_name_without_persons(sighting.beside) if sighting.beside else sighting.beside
    return replace(sighting, name=file_name_without_persons(sighting.name), beside=beside)


class Seen(Mapping[str, Receipt]):
    """Receipts by hash, as ``written`` in the journal; of those that are asked for the name as it may be read.

    A journal of an earlier edition holds names as they were sent; what is read from it does not.
    """

    def __init__(self, written: dict[str, Receipt] | None = None) -> None:
        self.written = {} if written is None else written

    def __getitem__(self, file_hash: str) -> Receipt:
        receipt = self.written[file_hash]
        name = file_name_without_persons(receipt.name)
        return receipt if name == receipt.name else replace(receipt, name=name)

    def __contains__(self, file_hash: object) -> bool:
        return file_hash in self.written

    def __iter__(self) -> Iterator[str]:
        return iter(self.written)

    def __len__(self) -> int:
        return len(self.written)


@dataclass(frozen=True)
class Erasure:
    """A file that was forgotten on purpose: nothing of it is kept but its hash, when, by which role and why.

    ``source_hash``: the mail or archive it came in, where that was forgotten with it.
    """

    file_hash: str
    erased_at: dt.datetime
    by_role: str
    reason: str
    source_hash: str | None = None


@dataclass(frozen=True)
class ClockJump:
    """Our clock stood at ``now``, before ``last_seen_at``, when the last file was seen."""

    now: dt.datetime
    last_seen_at: dt.datetime


@dataclass
class Receipts:
    """The journal of one deployment, read whole: ``first`` by hash, ``again`` every later sighting of known bytes.

    ``erased``: by hash what was forgotten; it stands in neither of the two and is never taken down again.
    """

    folder: Path
    first: Seen = field(default_factory=Seen)
    again: list[Sighting] = field(default_factory=list)
    erased: dict[str, Erasure] = field(default_factory=dict)
    last_seen_at: dt.datetime | None = None
    _last_no: int = 0
    _files: int = 0
    _marks: list[str] = field(default_factory=list)
    _names_again: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def load(cls, landed: Path) -> Receipts:
        """The journal beside ``landed``; empty where there is none. Raises DamagedReceipts.

        What one process has read of it is not read again while its files stay as they are (`ingest.unchanged`).
        """
        folder = landed / FOLDER
        paths = journal_files(folder)
        settled = list(takewhile(lambda one: one is not None, map(settled_facts, paths)))
        receipts = _read_before(folder, settled) or cls(folder)
        for path in paths[receipts._files :]:
            receipts._files += 1
            number, content = 0, path.read_bytes()
            line: dict[str, Any] = {}
            for number, line in enumerate(told_lines(path, content), start=1):
                receipts._take(line, path, number)
            if line.get("last") != receipts._last_no or not number:
                raise DamagedReceipts(damaged(path, number + 1, "cut off"))
            receipts._mark(content)
            if receipts._files == len(settled):
                _READ.clear()
                _READ[folder] = (settled, receipts._copy())
        return receipts

    def _copy(self) -> Receipts:
        """The same, which may be added to without changing this one."""
        own = (Seen(dict(self.first.written)), list(self.again), dict(self.erased), self.last_seen_at)
        return Receipts(self.folder, *own, self._last_no, self._files, list(self._marks), set(self._names_again))

    def knows(self, file_hash: str, name: str) -> bool:
        """True where these bytes were seen under this name."""
        first, name = self.first.get(file_hash), file_name_without_persons(name)
        return (first is not None and first.name == name) or (file_hash, name) in self._names_again

    @property
    def mark(self) -> str:
        """What the journal says, in short; nothing where it says nothing."""
        return self._marks[-1] if self._marks else ""

    def begins_with(self, mark: str) -> bool:
        """True where the journal says all that it said when this was its `mark`, as it said it."""
        return mark in self._marks

    def _mark(self, content: bytes) -> None:
        self._marks.append(hashlib.sha256(self.mark.encode() + content).hexdigest())

    def clock_jump(self, now: dt.datetime) -> ClockJump | None:
        """What to tell where our clock stands before the last sighting."""
        last = self.last_seen_at
        return ClockJump(now, last) if last is not None and now < last - _DRIFT else None

    def record(self, sightings: Iterable[Sighting], now: dt.datetime, *, vouched: str | None = None) -> list[Receipt]:
        """Add ``sightings`` in their order and return the receipts of bytes never seen before.

        Each is dated ``now``, but never before the last sighting, and each a microsecond after the one before, so
        that their order holds whatever the clock does. ``vouched`` is why a person says that the files' own times
        are when they arrived: then these date them. Sightings that are known already are left out.
        """
        lines: list[dict[str, Any]] = []
        for sighting in map(_kept, sightings):
            if self.knows(sighting.file_hash, sighting.name) or sighting.file_hash in self.erased:
                continue
            seen_at = now if self.last_seen_at is None else max(now, self.last_seen_at + _TICK)
            line = self._line(_AGAIN if sighting.file_hash in self.first else _SEEN, sighting)
            line |= {"clock": _text(now), "first_seen_at": _text(seen_at)}
            if line["event"] == _SEEN and vouched and sighting.file_time:
                line |= {"received_at": _text(sighting.file_time), "basis": FILE_TIME, "reason": vouched}
            self._take(line, self.folder, 0)
            lines.append(line)
        self._write(lines)
        return [self.first[line["file_hash"]] for line in lines if line["event"] == _SEEN]

    def adopt(self, sightings: Iterable[tuple[Sighting, dt.datetime]]) -> None:
        """Add files that an edition without receipts received, with when it says that they came."""
        lines = []
        for sighting, received_at in sightings:
            sighting = _kept(sighting)
            line = {**self._line(_SEEN, sighting), "received_at": _text(received_at), "basis": EARLIER_EDITION}
            self._take(line, self.folder, 0)
            lines.append(line)
        self._write(lines)

    def redate(self, now: dt.datetime, reason: str) -> list[Receipt]:
        """Date every sighting after ``now`` back to ``now``, in their order: the clock ran ahead, and was put right.

        Returns their receipts as they are from now on.
        """
        written = self.first.written.values()
        ahead = [receipt for receipt in written if receipt.first_seen_at and receipt.first_seen_at > now]
        if self.last_seen_at is None or self.last_seen_at <= now:
            return []
        line = {"schema": 1, "no": self._last_no + 1, "event": _REDATED, "clock": _text(now), "reason": reason}
        self._take(line, self.folder, 0)
        self._write([line])
        return [self.first[receipt.file_hash] for receipt in ahead]

    def erase(self, erasures: Iterable[Erasure]) -> None:
        """Write down that files were forgotten: hashes only, no name. What the journal said of them is `redact`ed."""
        lines: list[dict[str, Any]] = []
        for one in erasures:
            line = {"schema": 2, "no": self._last_no + 1, "event": _ERASED, "clock": _text(one.erased_at)}
            line |= {"file_hash": one.file_hash, "by_role": one.by_role, "reason": one.reason}
            line |= {"source_hash": one.source_hash} if one.source_hash else {}
            self._take(line, self.folder, 0)
            lines.append(line)
        self._write(lines)

    def _line(self, event: str, sighting: Sighting) -> dict[str, Any]:
        line = {
            "schema": 1,
            "no": self._last_no + 1,
            "event": event,
            "file_hash": sighting.file_hash,
            "file_name": sighting.name,
            "folder": str(PurePosixPath(sighting.name).parent),
            "size_bytes": sighting.size,
            "file_time": _text(sighting.file_time),
        }
        return line | ({"beside": sighting.beside} if sighting.beside else {})

    def _take(self, line: dict[str, Any], path: Path, number: int) -> None:
        """Let ``line`` of the journal tell what it says. Raises DamagedReceipts where it does not say it."""
        try:
            if line["schema"] > SCHEMA:
                raise DamagedReceipts(newer(path, number))
            if line["no"] != self._last_no + 1:
                raise ValueError(f"no. {line['no']} after no. {self._last_no}")
            self._last_no = line["no"]
            if line["event"] == _REDATED:
                self._redate(_time(line["clock"]))
            elif line["event"] in (_SEEN, _AGAIN):
                self._see(line)
            elif line["event"] == _ERASED:
                self._erase(line)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, DamagedReceipts):
                raise
            raise DamagedReceipts(damaged(path, number, str(error))) from error

    def _see(self, line: dict[str, Any]) -> None:
        seen_at = _time(line["first_seen_at"]) if line.get("first_seen_at") else None
        own = _time(line["file_time"]) if line["file_time"] else None
        name, file_hash = str(line["file_name"]), str(line["file_hash"])
        size = int(line["size_bytes"])
        if line["event"] == _AGAIN:
            sighting = _kept(Sighting(file_hash, name, size, own, line.get("beside")))
            self.again.append(sighting)
            self._names_again.add((file_hash, sighting.name))
        else:
            received_at = _time(line["received_at"]) if line.get("received_at") else seen_at
            if received_at is None:
                raise ValueError("no time")
            basis = line.get("basis", FIRST_SIGHTING)
            receipt = Receipt(line["no"], file_hash, name, size, own, seen_at, received_at, basis)
            self.first.written[file_hash] = receipt
        if seen_at is not None:
            self.last_seen_at = seen_at

    def _erase(self, line: dict[str, Any]) -> None:
        name = str(line["file_hash"])
        source = line.get("source_hash")
        self.erased[name] = Erasure(name, _time(line["clock"]), str(line["by_role"]), str(line["reason"]), source)
        self.first.written.pop(name, None)
        self.again = [sighting for sighting in self.again if sighting.file_hash != name]
        self._names_again = {(one.file_hash, one.name) for one in self.again}

    def _redate(self, now: dt.datetime) -> None:
        ahead = sorted(
            (one for one in self.first.written.values() if one.first_seen_at and one.first_seen_at > now),
            key=lambda receipt: receipt.no,
        )
        seen = [one.first_seen_at for one in self.first.written.values() if one.first_seen_at]
        earlier = [moment for moment in seen if moment <= now]
        start = max([*earlier, now])
        for position, one in enumerate(ahead, start=1):
            moment = start + position * _TICK
            received_at = moment if one.basis == FIRST_SIGHTING else one.received_at
            self.first.written[one.file_hash] = replace(one, first_seen_at=moment, received_at=received_at)
        self.last_seen_at = start + len(ahead) * _TICK

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        """Add ``lines`` as one file of the journal, which appears whole or not at all and is on the disk then."""
        if not lines:
            return
        self._files += 1
        path = self.folder / f"{self._files:06d}.jsonl"
        last = lines[-1]["no"]  # in every line, so that a file cut off between two lines is seen as well
        self._mark(write_lines(path, ({**line, "last": last} for line in lines)))


_READ: dict[Path, tuple[list[Facts | None], Receipts]] = {}
"""The journal read last -> its first files as they were when they were read, and what they say."""


def _read_before(folder: Path, settled: Sequence[Facts | None]) -> Receipts | None:
    """What was read of the journal in ``folder``, where it begins with the files that were read."""
    facts, receipts = _READ.get(folder, ([], None))
    return receipts._copy() if receipts is not None and settled[: len(facts)] == facts else None


def _text(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).isoformat()


def _time(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text}: no time zone")
    return moment.astimezone(dt.UTC)
