"""All that is timed, in one run and one record: each question with its floor and with what people would write instead.

    python -m bench.suite [--committee LDD] [--runs 3] [--only QUESTION ...] [--record bench/record.json]

Takes the inbox of one committee of KHOI_HOME (`khoi demo` fills one) into a deployment of its own in a temporary
folder. In every run each contender of a question takes its turn, in a new process, so that a busy machine slows all
alike. The record says commit, machine and date; `python -m bench.tables` writes the tables of README.md from it.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.taken import Taken, in_a_new_process

RECORD = Path(__file__).parent / "record.json"
SCHEMA = 1
Answers = dict[str, dict[str, dict[str, object]]]
"""Question -> contender -> its role and medians."""
FLOOR, PRODUCT, USUAL = "floor", "khoi", "usual"


@dataclass(frozen=True)
class Contender:
    """One work of `bench.contenders`; ``role`` is floor, khoi or usual."""

    role: str
    label: str
    work: str
    folder: Path
    argument: str = ""
    before: Callable[[], object] = lambda: None


@dataclass
class Place:
    """The temporary deployments: ``fresh`` was never run, ``published`` once; ``work`` is what a turn may spoil."""

    root: Path
    committee: str
    period: str = ""
    files: int = 0
    late: str = ""
    fresh: Path = field(init=False)
    work: Path = field(init=False)
    copies: Path = field(init=False)

    def __post_init__(self) -> None:
        self.fresh, self.work, self.copies = (self.root / name for name in ("fresh", "work", "copies"))

    def fill(self, home: Path) -> None:
        """Registers of ``home`` and the inbox of the committee; nobody else reports."""
        shutil.copytree(home / "config", self.fresh / "config")
        shutil.copytree(home / "inbox" / self.committee, self.fresh / "inbox" / self.committee)
        periods = self.fresh / "config" / "seeds" / "reporting_periods.csv"
        with periods.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        mine = [row for row in rows if row["committee_code"] == self.committee]
        with periods.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(mine)
        self.period = max(row["period_code"] for row in mine if "H" in row["period_code"])
        paths = sorted((self.fresh / "inbox").rglob("*.xlsx"))
        self.files, self.late = len(paths), paths[-1].relative_to(self.fresh).as_posix()

    def again(self, state: str, *, without_late: bool = False) -> Path:
        """``work`` as ``state`` was."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.root / state, self.work, symlinks=True)
        if without_late:
            (self.work / self.late).unlink()
        return self.work

    def keep(self, state: str) -> None:
        """Remember ``work`` as ``state``."""
        shutil.rmtree(self.root / state, ignore_errors=True)
        shutil.copytree(self.work, self.root / state, symlinks=True)


def in_turns(contenders: list[Contender], runs: int) -> dict[str, dict[str, object]]:
    """Label -> role and medians over ``runs`` turns. Raises RuntimeError where a work ended in an error."""
    taken = {one.label: Taken() for one in contenders}
    errors = Path(tempfile.gettempdir()) / f"bench-{os.getpid()}.txt"
    for _ in range(runs):
        for one in contenders:
            one.before()
            command = ["-m", "bench.contenders", one.work, str(one.folder), one.argument]
            if in_a_new_process(command, taken[one.label], str(errors)) != 0:
                raise RuntimeError(f"{' '.join(command)} failed: {errors.read_text(encoding='utf-8')[-800:]}")
    errors.unlink(missing_ok=True)
    return {one.label: {"role": one.role, **taken[one.label].medians()} for one in contenders}


def once(work: str, folder: Path, argument: str = "") -> None:
    """A state that is needed and not measured."""
    in_turns([Contender(PRODUCT, work, work, folder, argument)], 1)


def _lake(place: Place) -> list[Contender]:
    place.again("fresh")
    return [
        Contender(FLOOR, "bare calamine", "read_bare", place.fresh),
        Contender(PRODUCT, "inbox to checked lake", "inbox_to_lake", place.work, before=lambda: place.again("fresh")),
        Contender(USUAL, "pandas + calamine + pandera", "read_with_calamine", place.fresh),
        Contender(USUAL, "pandas + openpyxl + pandera", "read_with_openpyxl", place.fresh),
    ]


def _warehouse(place: Place) -> list[Contender]:
    published(place)
    place.again("published")
    once("build", place.work)
    built = place.root / "marts" / "warehouse.duckdb"  # dbt compiled the name of the file into the SQL
    built.parent.mkdir(exist_ok=True)
    shutil.copyfile(place.work / "build" / "warehouse.duckdb", built)
    return [
        Contender(FLOOR, "the models' SQL without dbt", "sql_of_the_marts", place.work, str(built)),
        Contender(PRODUCT, "lake to warehouse, all nodes and tests", "build", place.work),
    ]


def _late(place: Place) -> list[Contender]:
    without(place)

    def arrives() -> None:
        place.again("without")
        shutil.copyfile(place.fresh / place.late, place.work / place.late)

    return [
        Contender(FLOOR, "every file's sum", "hash_inbox", place.work, before=arrives),
        Contender(PRODUCT, "one late workbook", "run", place.work, before=arrives),
        Contender(USUAL, "all again (khoi run --full)", "run", place.work, "full", before=arrives),
    ]


def _unchanged(place: Place) -> list[Contender]:
    published(place)
    place.again("published")
    return [
        Contender(FLOOR, "every file's sum", "hash_inbox", place.work),
        Contender(PRODUCT, "nothing changed", "run", place.work),
    ]


def _templates(place: Place) -> list[Contender]:
    published(place)
    place.again("published")
    once("blank_workbooks", place.work, place.period)
    return _written("khoi template, the whole committee", "blank_workbooks", place.work, place.period, place.copies)


def _returned(place: Place) -> list[Contender]:
    published(place)
    place.again("published")
    return _written("returned copies, all again", "returned_copies", place.work, "", place.copies, "returned")


def _written(
    label: str, work: str, folder: Path, argument: str, to: Path, written: str = "templates"
) -> list[Contender]:
    return [
        Contender(FLOOR, "the same bytes written", "copy_bytes", folder / written, str(to)),
        Contender(PRODUCT, label, work, folder, argument),
        Contender(USUAL, "openpyxl opens and saves each", "save_with_openpyxl", folder / written, str(to)),
    ]


QUESTIONS: dict[str, Callable[[Place], list[Contender]]] = {
    "inbox to lake": _lake,
    "lake to warehouse": _warehouse,
    "a late workbook": _late,
    "nothing changed": _unchanged,
    "templates": _templates,
    "returned copies": _returned,
}
"""Question -> its contenders, made when its turn comes: each rests on what those before left."""


def published(place: Place) -> None:
    """The state after one whole run; made once."""
    if not (place.root / "published").exists():
        place.again("fresh")
        once("run", place.work)
        place.keep("published")


def without(place: Place) -> None:
    """The state after one whole run without the late workbook; made once."""
    if not (place.root / "without").exists():
        place.again("fresh", without_late=True)
        once("run", place.work)
        place.keep("without")


# Questions with a bench of their own: its answer as JSON, and which contender is the floor.
ELSEWHERE = {
    "check": (["-m", "bench.check", "--json", "--runs", "{runs}", "--files", "3"], "bare calamine"),
    "rules": (["-m", "bench.rules", "--json", "--runs", "{runs}"], "one DuckDB scan"),
    "many rules": (["-m", "bench.rules", "--json", "--runs", "{runs}", "--workbooks", "100000"], "one DuckDB scan"),
    "pages": (["-m", "bench.pages", "{home}", "--json", "--requests", "10"], ""),
}


def elsewhere(name: str, home: Path, runs: int) -> Answers:
    """Questions of another bench in the form of this record. Raises RuntimeError where it failed."""
    command, floor = ELSEWHERE[name]
    words = [word.format(runs=runs, home=home) for word in command]
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env={**os.environ, "KHOI_HOME": str(home)}
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} failed: {done.stderr[-500:]}")
    roles = {floor: FLOOR, "pandas + openpyxl": USUAL, "pandera": USUAL}
    found = json.loads(done.stdout)
    return {
        question: {label: {"role": roles.get(label, PRODUCT), **one} for label, one in answers.items()}
        for question, answers in found.items()
    }


def circumstances(place: Place, runs: int) -> dict[str, object]:
    """Code, machine and day of a record."""
    root = Path(__file__).parents[1]
    git = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=root, capture_output=True, text=True)
    return {
        "schema": SCHEMA,
        "commit": git.stdout.strip() or "unknown",
        "measured_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "runs": runs,
        "committee": place.committee,
        "workbooks": place.files,
    }


def _answers(place: Place, home: Path, runs: int, only: list[str] | None) -> Iterator[tuple[str, Answers]]:
    for name, contenders in QUESTIONS.items():
        if not only or name in only:
            yield name, {name: in_turns(contenders(place), runs)}
    for name in ELSEWHERE:
        if not only or name in only:
            yield name, elsewhere(name, home, runs)


def main() -> None:
    """Measure, and write the record after every question; nothing of an earlier run stays in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--committee", default="LDD", help="its inbox is measured; TH is the largest of the demo")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="these questions")
    parser.add_argument("--record", type=Path, default=RECORD)
    asked = parser.parse_args()
    home = Path(os.environ.get("KHOI_HOME", "data")).resolve()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), asked.committee)
        place.fill(home)
        record: dict[str, Any] = {**circumstances(place, asked.runs), "questions": {}}
        for name, answers in _answers(place, home, asked.runs, asked.only):
            record["questions"].update(answers)
            asked.record.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            print(f"{name}: measured", flush=True)
    print(f"{asked.record}; python -m bench.tables writes the tables of bench/README.md from it")


if __name__ == "__main__":
    main()
