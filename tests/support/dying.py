"""Works on a deployment until it is made to die; started by the tests of faults as a process of its own.

python dying.py HOME count                 how many files are moved into place until all is done
python dying.py HOME rename NUMBER         killed just before that file is moved into place
python dying.py HOME moved NUMBER          killed just after
python dying.py HOME full BYTES            no file may grow larger, as on a full disk
python dying.py HOME build-alone TENTHS    a whole run; killed so long after dbt opened its file, dbt lives on
python dying.py HOME build-group TENTHS    the same, and dbt dies with it
python dying.py HOME publish NUMBER        a whole run; killed just before the file of that number after the build
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.warehouse.build import warehouse_file


def work(home: Home) -> None:
    """From the inbox to the marked copies: every stage before the build."""
    with stages.locked(home):
        context = load_context(home)
        stages.receive(home, context=context, settle_seconds=0)
        stages.normalise(home, context=context)
        stages.check(home, context=context)
        stages.return_copies(home, context=context)


def kill_while_building(home: Home, group: bool, tenths: int) -> None:
    """In a thread beside the run: wait for dbt's file, then a little, then die."""

    def watch() -> None:
        warehouse_file(home).unlink(missing_ok=True)
        while not warehouse_file(home).exists():
            time.sleep(0.02)
        time.sleep(tenths / 10)
        if group:
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def main(home: Home, how: str, number: int) -> None:
    """Die as ``how`` says, or be done."""
    moved, replace, is_built = 0, os.replace, how != "publish"
    build = stages.build

    def counted(source: str, target: str) -> None:
        nonlocal moved
        moved += is_built
        if how in ("rename", "publish") and moved == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)
        if how == "moved" and moved == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def built(*arguments: object, **named: object) -> object:
        nonlocal is_built
        made = build(*arguments, **named)  # type: ignore[arg-type]
        is_built = True
        return made

    os.replace = counted  # type: ignore[assignment]
    stages.build = built  # type: ignore[assignment]
    if how == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
    if how.startswith("build"):
        kill_while_building(home, how == "build-group", number)
    if how in ("publish", "build-alone", "build-group"):
        stages.run(home, settle_seconds=0)
    else:
        work(home)
    print(moved)


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
