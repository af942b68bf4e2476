"""Works on a deployment until it is made to die; started by the tests of faults as a process of its own.

python dying.py HOME count                 how many files are moved into place until all is done
python dying.py HOME rename NUMBER         killed just before that file is moved into place
python dying.py HOME moved NUMBER          killed just after
python dying.py HOME full BYTES            no file may grow larger, as on a full disk
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home


def work(home: Home) -> None:
    """From the inbox to the marked copies: every stage before the build."""
    with stages.locked(home):
        context = load_context(home)
        stages.receive(home, context=context, settle_seconds=0)
        stages.normalise(home, context=context)
        stages.check(home, context=context)
        stages.return_copies(home, context=context)


def main(home: Path, how: str, number: int) -> None:
    """Die as ``how`` says, or be done."""
    moved, replace = 0, os.replace

    def counted(source: str, target: str) -> None:
        nonlocal moved
        moved += 1
        if how == "rename" and moved == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)
        if how == "moved" and moved == number:
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = counted  # type: ignore[assignment]
    if how == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
    work(Home(home))
    print(moved)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
