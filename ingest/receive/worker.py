"""What runs in a process that may die: preflight, read, find the cover, write the cells of a batch columnar."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.lake import CELLS
from ingest.receive.cells import Cells, read_cells
from ingest.receive.identify import Cover, CoverLabels, read_cover
from ingest.receive.identity_columns import without_identity
from ingest.receive.limits import Limits
from ingest.receive.preflight import UnsafeFile, preflight


@dataclass(frozen=True)
class FileTask:
    """One landed file to be read."""

    file_hash: str
    path: str


@dataclass(frozen=True)
class FileResult:
    """What reading one file came to. ``refused`` is the finding's name where the file was not read."""

    file_hash: str
    container: str = "other"
    refused: str | None = None
    detail: str = ""
    cover: Cover = field(default_factory=Cover)
    cells: int = 0
    macros: bool = False
    identity: list[tuple[str, str, str]] = field(default_factory=list)


def start_worker(memory_bytes: int) -> None:
    """Bound this process: memory, no core dump. Where the system knows no such limits (Windows), none are set."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_processor_time(seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + seconds, hard))


def read_batch(tasks: list[FileTask], cells_file: str, labels: CoverLabels, limits: Limits) -> list[FileResult]:
    """Read every file of a batch and write all their cells to ``cells_file`` (Parquet, `ingest.lake.CELLS`)."""
    results = []
    tables = []
    for task in tasks:
        _bound_processor_time(limits.cpu_seconds)
        result, table = _read_file(task, labels, limits)
        results.append(result)
        if table is not None:
            tables.append(table)
    whole = pa.concat_tables(tables) if tables else CELLS.empty_table()
    temporary = f"{cells_file}.{os.getpid()}.tmp"
    Path(cells_file).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(whole, temporary, compression="zstd", compression_level=1, use_dictionary=True)
    os.replace(temporary, cells_file)
    return results


def _read_file(task: FileTask, labels: CoverLabels, limits: Limits) -> tuple[FileResult, pa.Table | None]:
    content = Path(task.path).read_bytes()
    try:
        facts = preflight(content, limits)
    except UnsafeFile as refusal:
        return FileResult(task.file_hash, refused=refusal.finding, detail=refusal.detail), None
    try:
        cells = read_cells(content, facts)
    except MemoryError:
        raise
    except BaseException as error:
        # calamine's panics derive from BaseException only; one unreadable file must not end the batch.
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return FileResult(task.file_hash, facts.container, "damaged", type(error).__name__), None
    cells, identity = without_identity(cells)
    cover = read_cover(cells, labels)
    result = FileResult(
        task.file_hash, facts.container, cover=cover, cells=len(cells), macros=facts.macros, identity=identity
    )
    return result, cells_table(task.file_hash, cells)


def cells_table(file_hash: str, cells: Cells) -> pa.Table:
    """The cells of one file as an Arrow table of `ingest.lake.CELLS`."""
    size = len(cells)
    columns = {
        "file_hash": [file_hash] * size,
        "sheet": cells.sheet,
        "row_no": cells.row_no,
        "column_no": cells.column_no,
        "cell": cells.cell,
        "kind": cells.kind,
        "text": cells.text,
        "number_format": [None] * size,
    }
    return pa.table(columns, schema=CELLS)
