"""How long a page of the place to look takes: every kind of page over HTTP on loopback, alone or beside a build.

    python -m bench.pages HOME [--requests 30] [--beside]

HOME is a published deployment; ``--beside`` runs `khoi run --full` on a copy of it meanwhile. The first request of an
address is told apart: what a publication answers is asked, and its charts are drawn, once. Processor time is that of
the server's process. The aim is a p95 of 200 ms a kind of page. The pages are those of a finding, or, where a
publication has none, of a figure; what a publication does not have (nothing to compare in one period) is named.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import duckdb

from bench.taken import Taken
from khoi.deployment.home import Home
from khoi.warehouse.read import open_published

AIM_MS = 200
_SERVER = """
import sys, uvicorn
from pathlib import Path
from khoi.deployment.home import Home
from khoi.pages.app import pages_app
server = uvicorn.Config(pages_app(Home(Path(sys.argv[1]))), host="127.0.0.1", port=0, log_level="error")
server = uvicorn.Server(server)
import asyncio
async def main():
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await task
asyncio.run(main())
"""
_CHOSEN = """
    select committee_code, period_code, organization_code, file_hash, sheet, cell
    from marts.fct_findings where outcome = 'fail' and sheet is not null and cell is not null and file_hash is not null
        and organization_code is not null
    order by committee_code, period_code desc, organization_code limit 1
"""
_ANY_FIGURE = """
    select committee_code, period_code, organization_code, file_hash, sheet, cell
    from marts.fct_observations where sheet is not null and cell is not null and file_hash is not null
    order by committee_code, period_code desc, organization_code, sheet, cell limit 1
"""
_NOT_THERE = 404


def addresses(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Kind of page -> an address of it, at a finding of the publication, or else at a figure.

    Raises LookupError where it has neither.
    """
    found = connection.execute(_CHOSEN).fetchone() or connection.execute(_ANY_FIGURE).fetchone()
    if found is None:
        raise LookupError("the publication has neither a finding nor a figure at a cell")
    committee, period, organization, file_hash, sheet, cell = map(str, found)
    figure = f"measure=members_total&committee={committee}&period={period}"
    return {
        "overview": "",
        "committee": f"dang-bo/{committee}?period={period}",
        "organization": f"to-chuc/{organization}",
        "figure": f"so-lieu?{figure}",
        "sheet": f"trang-tinh/{file_hash}?sheet={quote(sheet)}&cell={quote(cell)}",
        "comparison": "so-sanh",
        "pivot": f"bang-xoay?measure=members_total&committee={committee}",
        "follow-up": "hoi-truoc",
        "targets": "chi-tieu",
        "publications": "cong-bo",
        "rules": "quy-tac",
        "rule": "quy-tac/R001A",
    }


@contextmanager
def served(home: Path) -> Iterator[tuple[int, int]]:
    """The pages of ``home`` in a process of their own; gives the port and the process."""
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(home)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def building(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`khoi run --full` on a copy of ``home``."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "khoi"
        shutil.copytree(home, copy)
        process = subprocess.Popen(
            [sys.executable, "-m", "khoi", "run", "--full"],
            env={**os.environ, "KHOI_HOME": str(copy)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def seconds_of(port: int, address: str) -> float:
    """How long one page takes, from the request to its last byte.

    Raises LookupError where there is no such page, RuntimeError where it answers with anything else but 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", f"/kho/{address}")
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - began
    connection.close()
    if answer.status == _NOT_THERE:
        raise LookupError(f"/kho/{address}: {answer.status}")
    if answer.status != 200:
        raise RuntimeError(f"/kho/{address}: {answer.status}")
    return took


def processor_seconds(process: int) -> float:
    """The processor time a process has taken so far; 0 where the system does not tell (`/proc` is Linux's)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Times:
    """Milliseconds of one kind of page: the first request, each further one, and processor time of the further ones."""

    first: float
    further: list[float] = field(default_factory=list)
    processor: float = 0.0


def measured(port: int, process: int, kinds: dict[str, str], requests: int) -> dict[str, Times]:
    """Kind of page -> its times; the kinds in turn, so that what runs beside meets all alike.

    A kind that the publication does not have is left out.
    """
    found: dict[str, Times] = {}
    for kind, address in kinds.items():
        with suppress(LookupError):
            found[kind] = Times(1000 * seconds_of(port, address))
    for _ in range(requests):
        for kind, times in found.items():
            before = processor_seconds(process)
            times.further.append(1000 * seconds_of(port, kinds[kind]))
            times.processor += 1000 * (processor_seconds(process) - before)
    return found


def p95(times: Times) -> float:
    """So many milliseconds 95 of 100 requests took at most."""
    return statistics.quantiles(times.further, n=20, method="inclusive")[18]


def as_taken(times: Times) -> Taken:
    """The further requests of a kind of page in seconds; processor time is that of the server, the mean of them."""
    return Taken([times.processor / len(times.further) / 1000], [one / 1000 for one in times.further])


def table(found: dict[str, Times]) -> str:
    """One row per kind of page, slowest first: first request, p50, p95, largest, processor time, in milliseconds."""
    rows = [
        f"| {kind} | {times.first:.0f} | {statistics.median(times.further):.0f} | {p95(times):.0f} | "
        f"{max(times.further):.0f} | {times.processor / len(times.further):.0f} |"
        for kind, times in sorted(found.items(), key=lambda one: -p95(one[1]))
    ]
    return "\n".join(
        ["| page | first ms | p50 ms | p95 ms | largest ms | processor ms |", "|---|---|---|---|---|---|", *rows]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--json", action="store_true", help="median and processor time as JSON, for the suite's record")
    asked = parser.parse_args()
    with open_published(Home(asked.home)) as connection:
        kinds = addresses(connection)
    with building(asked.home) if asked.beside else nullcontext() as build, served(asked.home) as (port, process):
        found = measured(port, process, kinds, asked.requests)
        still = build is not None and build.poll() is None
    if asked.json:
        print(json.dumps({"pages": {f"page: {kind}": as_taken(times).medians() for kind, times in found.items()}}))
        return
    print(table(found))
    if asked.beside:
        print("the build ran to the last request" if still else "the build ended before the last request")
    over = [kind for kind, times in found.items() if p95(times) > AIM_MS]
    print(f"over {AIM_MS} ms: {', '.join(over) or 'none'}")
    if absent := [kind for kind in kinds if kind not in found]:
        print(f"not in this publication: {', '.join(absent)}")


if __name__ == "__main__":
    main()
