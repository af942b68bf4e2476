"""What runs in a process that may die: preflight, read, find the cover, write the cells of a batch columnar."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.abc import MetaPathFinder
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from python_calamine import PasswordError

from ingest.addresses import column_letters
from ingest.bounded import given
from ingest.durable import replacing
from ingest.lake import CELLS, seal
from ingest.reading.cells import Cell
from ingest.reading.cover import Cover, CoverLabels, read_cover
from ingest.reading.envelope import Opened, opened
from ingest.reading.limits import Limits
from ingest.reading.personal import without_personal_data
from ingest.reading.preflight import UnsafeFile, guarded, read_cells, sniff

_SHEET = itemgetter(0)
Place = Callable[[str, str], Path]
"""Where the bytes of a file are kept, by hash and name."""

# What a sender is told of a file whose inside a reader could not follow; the class of the error tells him nothing.
_UNREAD = "không đọc được bên trong tệp"


@dataclass(frozen=True)
class Inside:
    """Of a workbook in a mail or an archive: that file's hash, the workbook's name in it, its size in bytes."""

    part_of: str
    name: str
    size: int


@dataclass(frozen=True)
class FileTask:
    """One landed file to be read. ``inside`` says where it came in, for what was taken out of a mail or an archive."""

    file_hash: str
    path: str
    inside: Inside | None = None


@dataclass(frozen=True)
class FileResult:
    """What reading one file came to. ``refused`` is the finding's name where the file was not read.

    Of a mail or an archive, ``members`` are the workbooks in it (each to be read on its own), ``others`` the names of
    what is none. Of such a workbook, ``inside`` says where it came in.
    """

    file_hash: str
    container: str = "other"
    refused: str | None = None
    detail: str = ""
    cover: Cover = field(default_factory=Cover)
    cells: int = 0
    active: str = ""
    identity: list[tuple[str, str, str]] = field(default_factory=list)
    is_envelope: bool = False
    members: list[FileTask] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    inside: Inside | None = None


class _NoPandas(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def without_frames() -> None:
    """Let this process make Arrow arrays without pandas, where nobody has loaded it: pyarrow looks for it before its
    first array, which takes a tenth of a second. From then on pyarrow knows no frame here: for a reading process only.
    """
    if "pandas" in sys.modules:
        return
    nowhere = _NoPandas()
    sys.meta_path.insert(0, nowhere)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(nowhere)


def is_alive() -> bool:
    """What a worker answers before it is given any file: that it starts, and has the memory to write cells at all."""
    without_frames()
    pq.write_table(cells_table([], [], []), pa.BufferOutputStream(), compression="zstd", compression_level=1)
    return True


def _bound_processor_time(seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + seconds, hard))


def read_given(tasks: list[FileTask], cells_file: str) -> list[FileResult]:
    """What a process does, with the labels, limits and place it was given when it started.

    It stands here and not where it is asked for: a process loads the package of what it is told to do.
    """
    without_frames()
    return read_batch(tasks, cells_file, *given())


def read_batch(
    tasks: list[FileTask], cells_file: str, labels: CoverLabels, limits: Limits, place: Place
) -> list[FileResult]:
    """Read every file of a batch and write all their cells to ``cells_file`` (Parquet, `ingest.lake.CELLS`).

    What lies in mails and archives is written where ``place`` says, and not read yet.
    """
    results: list[FileResult] = []
    whole: list[Cell] = []
    sizes: list[int] = []
    for task in tasks:
        _bound_processor_time(limits.cpu_seconds)
        before = len(whole)
        result = _read_file(task, labels, limits, whole, place)
        results.append(replace(result, inside=task.inside) if task.inside else result)
        sizes.append(len(whole) - before)
    table = cells_table([task.file_hash for task in tasks], sizes, whole)
    with replacing(Path(cells_file)) as temporary:
        pq.write_table(table, temporary, compression="zstd", compression_level=1)
    seal(Path(cells_file))
    return results


def _read_file(task: FileTask, labels: CoverLabels, limits: Limits, whole: list[Cell], place: Place) -> FileResult:
    content = Path(task.path).read_bytes()
    container = "other"
    try:
        file = sniff(content, limits)
        if task.inside is None and (envelope := opened(file, limits)) is not None:
            return _taken_out(task, envelope, place)
        facts = guarded(file, limits)
        container = facts.container
        cells = read_cells(facts)
    except UnsafeFile as refusal:
        return FileResult(task.file_hash, container, refusal.finding, refusal.detail)
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # calamine's panics derive from BaseException only; one unreadable file must not end the batch.
        locked = isinstance(error, PasswordError) or "encrypted" in str(error).lower()
        return FileResult(task.file_hash, container, "password" if locked else "damaged", _UNREAD)
    if len(cells) > limits.cells:
        return FileResult(task.file_hash, container, "too_large", f"{len(cells):,} ô")
    plain = labels.plain_sheets(dict.fromkeys(map(_SHEET, cells)))
    cells, identity = without_personal_data(cells, labels)
    whole.extend(cells)
    return FileResult(
        task.file_hash,
        facts.container,
        cover=read_cover((cell for cell in cells if cell[0] in plain), labels),
        cells=len(cells),
        active=facts.active,
        identity=identity,
    )


def _taken_out(task: FileTask, envelope: Opened, place: Place) -> FileResult:
    """The workbooks of a mail or an archive, landed under their own hashes."""
    members = []
    for member in envelope.members:
        file_hash = hashlib.sha256(member.content).hexdigest()
        path = place(file_hash, member.name)
        if not path.exists():
            with replacing(path) as temporary:
                temporary.write_bytes(member.content)
                temporary.chmod(0o400)
        members.append(FileTask(file_hash, str(path), Inside(task.file_hash, member.name, len(member.content))))
    return FileResult(task.file_hash, envelope.kind, is_envelope=True, members=members, others=envelope.others)


def cells_table(file_hashes: list[str], sizes: list[int], cells: list[Cell]) -> pa.Table:
    """The cells of several files, one after the other, as an Arrow table of `ingest.lake.CELLS`."""
    # Eight passes over the list are a third of one zip of so many tuples.
    sheets, rows, columns, kinds, texts, *looks = ([*map(itemgetter(place), cells)] for place in range(8))
    row_no, column_no = pa.array(rows, pa.int32()), pa.array(columns, pa.int32())
    formats, shown, marks = (pa.array(texts, pa.string()) for texts in looks)
    letters = pa.array([column_letters(number) for number in range(max(columns, default=0) + 1)], pa.string())
    table = {
        "file_hash": pa.array(file_hashes, pa.string()).take(pa.array(np.repeat(np.arange(len(sizes)), sizes))),
        "sheet": pa.array(sheets, pa.string()),
        "row_no": row_no,
        "column_no": column_no,
        "cell": pc.binary_join_element_wise(letters.take(column_no), row_no.cast(pa.string()), ""),
        "kind": pa.array(kinds, pa.string()),
        "text": pa.array(texts, pa.string()),
        "number_format": formats,
        "shown": shown,
        "marks": marks,
    }
    return pa.table(table, schema=CELLS)
