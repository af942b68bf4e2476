"""A deployment of the size of the country: what a half-year of N organizations costs, and one late workbook after it.

    python -m bench.nation FOLDER [--organizations 52000] [--seed 7] [--inbox FOLDER]

FOLDER becomes a new deployment: committees of the 86 organizations that the demo's committees LDC and LDD have in one
half-year, with the figures of the demo's plan under codes of their own. Every committee has the same ones in another
order, so this measures what a run costs, not what it finds. One workbook is held back; `khoi run` takes the rest from
the inbox to the publication, then the late one. Seconds are of the clock and of the processor, memory is that of the
process tree, each page counted once. Writing the workbooks takes longer than the runs: ``--inbox`` copies them from
the inbox that an earlier call with the same seed and as many organizations or more has written.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import datetime as dt
import io
import os
import random
import shutil
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bench.taken import adopt, children, left_behind
from demo.committees import plan_committees
from demo.contents import workbook_contents
from demo.deployment import demo_reference
from ingest.catalogue import Catalogue
from ingest.reference import Reference
from ingest.template import WorkbookContent, write_workbook
from khoi.deployment import Home, create_deployment

PERIOD = "2025H2"
_END = dt.date(2025, 12, 31)
_MODELS = ("LDC", "LDD")
_PROVINCES = 34
_DUE = "2099-12-31"
"""Nobody is late: a letter about lateness to every organization is no part of an ordinary half-year."""
_AUTHORITY = "Tổ chức giả định của phép đo"
_BATCH = 200

Committees = dict[str, list[tuple[str, WorkbookContent]]]
"""Code -> for each of its organizations the code of the demo's organization it is like, and its workbook."""


def planned(organizations: int, seed: int, catalogue: Catalogue, reference: Reference) -> Committees:
    """Committees with ``organizations`` organizations together; the last one is cut short."""
    names = reference["organizations"].set_index("organization_code")["name"].to_dict()
    forms = catalogue.form_set(_END, "H2", "organization")
    models = [
        content
        for plan in plan_committees(reference)
        if plan.committee_code in _MODELS
        for period in plan.periods
        if period.period_code == PERIOD
        for content in workbook_contents(plan, period, forms, names)
    ]
    order = random.Random(seed)
    committees: Committees = {}
    left = organizations
    while left > 0:
        code = f"C{len(committees) + 1:04d}"
        chosen = order.sample(models, min(left, len(models)))
        codes = {content.organization_code: f"{code}-{number:03d}" for number, content in enumerate(chosen, 1)}
        committees[code] = [(content.organization_code, _under(content, code, codes)) for content in chosen]
        left -= len(chosen)
    return committees


def _under(content: WorkbookContent, committee: str, codes: Mapping[str, str]) -> WorkbookContent:
    """The workbook under the codes of its committee; who came from whom within it names them as well."""
    own = codes[content.organization_code]
    records = {
        form: [{name: codes.get(str(value), value) for name, value in record.items()} for record in own_records]
        for form, own_records in content.records.items()
    }
    return dataclasses.replace(
        content,
        committee_code=committee,
        organization_code=own,
        organization_name=f"Tổ chức cơ sở số {own.rpartition('-')[2]} (giả định)",
        records=records,
    )


def registers(committees: Committees, reference: Reference) -> dict[str, bytes]:
    """The registers of the committees: those that `khoi init` leaves empty, by name, as files."""
    like = reference["organizations"].drop_duplicates("organization_code", keep="last").set_index("organization_code")
    numbered = {code: number % _PROVINCES + 1 for number, code in enumerate(committees)}
    rows: dict[str, list[dict[str, object]]] = {
        "committees": [
            {
                "committee_code": code,
                "name_vi": f"Đảng bộ số {code} (giả định)",
                "name_en": f"Party committee {code} (invented)",
                "province": f"Tỉnh số {province:02d} (giả định)",
                "valid_from": "2000-01-01",
                "authority": _AUTHORITY,
            }
            for code, province in numbered.items()
        ],
        "reporting_periods": [{"committee_code": code, "period_code": PERIOD, "due_on": _DUE} for code in committees],
        "organizations": [
            {
                "organization_code": content.organization_code,
                "committee_code": code,
                "name": content.organization_name,
                **like.loc[model, ["organization_type", "sector", "industrial_zone"]].to_dict(),
                "valid_from": "2000-01-01",
                "authority": _AUTHORITY,
            }
            for code, contents in committees.items()
            for model, content in contents
        ],
    }
    return {name: _as_csv(lines, list(reference[name].columns)) for name, lines in rows.items()}


def _as_csv(lines: list[dict[str, object]], columns: list[str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def workbook_name(content: WorkbookContent) -> Path:
    """Where the workbook lies below an inbox."""
    return (
        Path(content.committee_code) / content.period_code / f"{content.organization_code}_{content.period_code}.xlsx"
    )


def write_inbox(inbox: Path, contents: list[WorkbookContent], catalogue: Catalogue, reference: Reference) -> None:
    """One workbook an organization, below the folder of its committee."""
    for content in contents:
        path = inbox / workbook_name(content)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(path, content, catalogue, reference)


def deployed(home: Home, organizations: int, seed: int) -> list[WorkbookContent]:
    """Make ``home`` the deployment, its inbox empty; returns what its organizations send."""
    reference = demo_reference()
    committees = planned(organizations, seed, home.catalogue(), reference)
    create_deployment(home, registers(committees, reference))
    return [content for some in committees.values() for _, content in some]


def fill(home: Home, contents: list[WorkbookContent]) -> None:
    """Write the inbox, with as many processes as there are cores."""
    catalogue, own = home.catalogue(), home.reference()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        batches = [contents[first : first + _BATCH] for first in range(0, len(contents), _BATCH)]
        write = partial(write_inbox, home.inbox, catalogue=catalogue, reference=own)
        for done, _ in enumerate(pool.map(write, batches), 1):
            print(f"\r{min(done * _BATCH, len(contents))}/{len(contents)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def copy_inbox(home: Home, contents: list[WorkbookContent], inbox: Path) -> None:
    """Copy the workbooks of ``contents`` from ``inbox``, which an earlier call has written; FileNotFoundError where

    one is not there.
    """
    for content in contents:
        name = workbook_name(content)
        (home.inbox / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(inbox / name, home.inbox / name)


def tree_megabytes(process: int) -> float:
    """What the process and all that it started hold together, megabytes; pages held by several are shared out."""
    total, waiting = 0.0, [process]
    while waiting:
        one = waiting.pop()
        try:
            waiting += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        except (OSError, ValueError):
            continue  # it has ended meanwhile
    return total


def run(home: Home, *options: str) -> Mapping[str, float]:
    """`khoi run` in a process of its own: clock and processor seconds, most megabytes of its tree, exit code."""
    started, before = time.perf_counter(), children()
    said = os.open(home.root / "run.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    command = [sys.executable, "-X", "utf8", "-m", "khoi", "--home", str(home.root), "run", *options]
    shown = [(os.POSIX_SPAWN_DUP2, said, 1), (os.POSIX_SPAWN_DUP2, said, 2)]
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=shown)
    os.close(said)
    most = 0.0
    while True:
        ended, status, used = os.wait4(process, os.WNOHANG)
        if ended:
            break
        most = max(most, tree_megabytes(process))
        time.sleep(0.5)
    clock = time.perf_counter() - started
    return {
        "clock_s": clock,
        "processor_s": used.ru_utime + used.ru_stime + left_behind(before),
        "tree_mb": most,
        "exit": os.waitstatus_to_exitcode(status),
    }


def main() -> None:
    """Fill, run, and print a row a run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--organizations", type=int, default=52_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--inbox", type=Path, help="an inbox written before, copied instead of written again")
    arguments = parser.parse_args()
    home = Home(arguments.folder.resolve())
    adopt()
    started = time.perf_counter()
    contents = deployed(home, arguments.organizations, arguments.seed)
    if arguments.inbox:
        copy_inbox(home, contents, arguments.inbox)
    else:
        fill(home, contents)
    done = "copied" if arguments.inbox else "written"
    print(f"{arguments.organizations} workbooks {done} in {time.perf_counter() - started:.0f} s\n", flush=True)
    late = max(home.inbox.rglob("*.xlsx"))
    held = shutil.move(late, arguments.folder / late.name)
    print("| run | clock s | processor s | MB | exit |\n|---|---|---|---|---|")
    for name in ("all but one", "the late one", "nothing new"):
        if name == "the late one":
            shutil.move(held, late)
        taken = run(home)
        print(f"| {name} | {taken['clock_s']:.1f} | {taken['processor_s']:.1f} | {taken['tree_mb']:.0f} | "
              f"{taken['exit']:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
