"""How commands answer: tables for people, JSON for programs, messages and exit codes for both."""

from __future__ import annotations

import io
import json
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
import typer.core
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ingest.numerals import number_vi
from ingest.visible import shown
from khoi.exports.plain import plain

if TYPE_CHECKING:
    import pandas as pd

FINE, FINDINGS, UNUSABLE = 0, 1, 2

AsJson = Annotated[bool, typer.Option("--json", help="Trả lời dạng JSON / answer as JSON")]


class PlainConsole(Console):
    """A console on which text is text: what a sender wrote is never markup, an emoji code or a control sequence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print with control and direction-turning characters made visible; ``style`` is the only way to colours.

        A line of text is never broken: the window does that, and a path can be copied or read by a program.
        """
        options.setdefault("soft_wrap", all(isinstance(one, str) for one in objects))
        super().print(*(visible(one) if isinstance(one, str) else one for one in objects), **options)


def visible(text: str) -> str:
    """``text`` with its lines, and everything else that would not be seen made visible."""
    return "\n".join("\t".join(shown(piece) for piece in line.split("\t")) for line in text.split("\n"))


# A pipe or a file has no width of its own; 160 columns keep a table's lines whole.
out = PlainConsole(width=None if sys.stdout.isatty() else 160)
err = PlainConsole(stderr=True)


@dataclass
class Manner:
    """How much is said beside the answer: no progress; or where it comes from and, of a refusal, how it came about."""

    quiet: bool = False
    verbose: bool = False


MANNER = Manner()
"""Of the command that runs; set before each one (`khoi.cli`)."""


def tell_place() -> None:
    """The deployment and the publication that are read, on standard error."""
    from khoi.deployment.home import Home
    from khoi.warehouse.versions import published_version

    home = Home.from_environment()
    version = published_version(home)
    err.print(f"KHOI_HOME {home.root}", style="dim")
    if version is not None:
        told = f"bản công bố số {version.number} ({version.version}) / publication"
        err.print(told, style="dim")


STAGES = {
    "generate": "Tạo bản minh họa",
    "settle": "Chờ tệp ghi xong",
    "receive": "Nhận và đọc tệp",
    "normalise": "Chuẩn hóa",
    "check": "Kiểm tra quy tắc",
    "return": "Trả lại biểu",
    "build": "Dựng kho",
    "gate": "Cổng công bố",
    "publish": "Công bố",
    "backup": "Sao lưu",
    "restore": "Phục hồi",
}


def refuse(message: object, code: int = UNUSABLE) -> NoReturn:
    """Say why the input cannot be used and leave with exit code 2 (or ``code``)."""
    err.print(str(message), style="red")
    raise typer.Exit(code)


class Commands(typer.core.TyperGroup):
    """The commands; what is wrong with the input is told in one sentence, not as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit code 2 for every error that tells its reader what to do, 1 for a closed gate."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if isinstance(error, _told_errors()):
                self.refuse(error)
            raise

    def refuse(self, error: Exception) -> NoReturn:
        """Tell an error that says what to do, and leave; verbosely also how it came about."""
        if MANNER.verbose:
            err.print("".join(traceback.format_exception(error)), style="dim")
        refuse(error, FINDINGS if _is_finding(error) else UNUSABLE)


def _is_finding(error: Exception) -> bool:
    """True where the input was read and judged, and that is why nothing was published."""
    from khoi.gate import GateClosed

    return isinstance(error, GateClosed)


def _told_errors() -> tuple[type[Exception], ...]:
    from ingest.catalogue import CatalogueError
    from ingest.documents.read import DocumentError
    from ingest.file_names import UnsafeName
    from ingest.receive import NotAFile, WorkersDoNotStart
    from ingest.reference import SeedError
    from ingest.told import Told
    from khoi.deployment import DeploymentExists, NoRegisters
    from khoi.deployment.lock import AnotherRun
    from khoi.exchange.answers import CannotDecide
    from khoi.exchange.blank_workbooks import NothingToWrite
    from khoi.layouts.table_detection import NoTable
    from khoi.reports.dictionary.contents import Undocumented
    from khoi.warehouse.errors import WarehouseError
    from quality.catalogue import RuleError
    from quality.submissions.decisions import DecisionsError

    return (
        AnotherRun,
        CannotDecide,
        CatalogueError,
        DecisionsError,
        DeploymentExists,
        DocumentError,
        NoRegisters,
        NoTable,
        NotAFile,
        NothingToWrite,
        RuleError,
        SeedError,
        Told,
        Undocumented,
        UnsafeName,
        WorkersDoNotStart,
        WarehouseError,
    )


def speak_utf8() -> None:
    """Vietnamese text whatever the console's own encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def as_json(value: object) -> None:
    """Print ``value`` as JSON: frames as lists of records, dates as ISO text."""
    typer.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2, default=str))


def _plain(value: object) -> Any:
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        frame: Any = value
        of_objects = [column for column in frame.columns if frame[column].dtype.kind == "O"]
        spoken = frame.assign(**{column: frame[column].map(plain).astype(object) for column in of_objects})
        return json.loads(spoken.to_json(orient="records", date_format="iso", force_ascii=False))
    if hasattr(value, "__dataclass_fields__"):
        fields: Any = value
        return {name: _plain(getattr(fields, name)) for name in fields.__dataclass_fields__}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return value


def table(frame: pd.DataFrame, columns: dict[str, str], title: str | None = None, most: int | None = None) -> None:
    """Print chosen ``columns`` (name -> heading) of ``frame``; ``most`` rows, and how many more there are."""
    drawn = Table(title=None if title is None else visible(title), title_justify="left", header_style="bold")
    for name, heading in columns.items():
        numeric = frame[name].dtype.kind in "iuf"
        drawn.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    rows = frame if most is None else frame.head(most)
    for row in rows[list(columns)].itertuples(index=False):
        told = (_in_words(name, value) for name, value in zip(columns, row, strict=True))
        drawn.add_row(*(visible(number(value)) for value in told))
    out.print(drawn)
    if len(rows) < len(frame):
        out.print(f"… và {len(frame) - len(rows)} dòng nữa / more rows")


_WORDED = ("severity", "state")
"""Columns whose codes people read in words."""


def _in_words(column: str, value: object) -> object:
    """A state or a severity in words; ``--json`` keeps the codes."""
    if column not in _WORDED or not isinstance(value, str):
        return value
    from khoi.reports.quality.layout import word

    return word(column, value)["vi"]


def number(value: object) -> str:
    """A value as people write it in Vietnamese: 6.177 and 98,82; nothing for None."""
    value = plain(value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {number(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(number(item) for item in value)
    if _is_missing(value):
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return number_vi(value) if math.isfinite(value) else str(value)
    return str(value)


def _is_missing(value: object) -> bool:
    """True for None and for every null of a frame: not a number, not a time, not available."""
    import pandas as pd

    return value is None or bool(pd.isna(value))


@contextmanager
def showing_progress(quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar per stage on standard error; plain lines where it is no terminal."""
    if quiet or MANNER.quiet:
        yield None
        return
    if not err.is_terminal:
        yield _plain_progress()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bars:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _plain_progress() -> Callable[[str, int, int], None]:
    last: dict[str, int] = {}

    def tell(stage: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > last.get(stage, -1):
            last[stage] = tenth
            err.print(f"{STAGES.get(stage, stage)}: {done}/{total}")

    return tell
