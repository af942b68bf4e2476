"""The processes of the service: code server, UI behind its guard, daemon; before them what died or lies ahead of the
clock is settled.

Started by `khoi.service.supervisor`. Dagster's own console scripts are called by name, as anybody would from a shell.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import uvicorn
from starlette.staticfiles import StaticFiles

from khoi.deployment.home import Home
from khoi.pages.app import beside, pages_app
from khoi.service.guard import Application, Guard, Receive, Scope, Send
from khoi.service.settings import PAGES
from khoi.service.supervisor import GRACE_SECONDS, CannotServe

_SCRIPTS = {
    "code": ("dagster", "code-server", "start"),
    "web": ("dagster-webserver",),
    "daemon": ("dagster-daemon", "run"),
}
_FORCE_SECONDS = GRACE_SECONDS / 2
_DAEMON_SECONDS = 5.0
"""How long the daemon may take to end. A tick of it that asks the code server, which ends too, would wait for an answer
as long as anybody lets it; it holds no run, and the next start takes the tick up again."""
_POLL_SECONDS = 0.1
_CLOSE_SECONDS = 2


def main(role: str, *arguments: str) -> None:
    """Be the process ``role`` until standard input is closed."""
    if role in ("settle", "forget-future"):
        try:
            _before(role)
        except CannotServe as error:
            sys.exit(str(error))
        return
    ending, ended = threading.Event(), threading.Event()
    most = _DAEMON_SECONDS if role == "daemon" else None
    watcher = threading.Thread(target=_watch, args=[ending, ended, most], daemon=True)
    watcher.start()
    if role == "web":
        uvicorn.run = guarded(uvicorn.run)
    try:
        _call(*_SCRIPTS[role], *arguments)
    finally:
        ended.set()
        if ending.is_set():
            watcher.join()


def _before(role: str) -> None:
    """What is done to the records before the processes start that use them."""
    from orchestration.dead_runs import settle
    from orchestration.future_ticks import forget

    if role == "settle":
        settle()
    forget()


def guarded(run: Callable[..., Any]) -> Callable[..., Any]:
    """`uvicorn.run`, the one place through which the UI is served, with the guard before whatever it serves."""
    secret, port = os.environ.pop("KHOI_SERVICE_TOKEN"), int(os.environ["KHOI_SERVICE_PORT"])

    def served(application: Any, **settings: Any) -> Any:
        home = Home.from_environment()
        together = beside(pages_app(home), beside_pages(application, home))
        # An open page keeps its socket open for ever, and stopping must not wait for it.
        settings["timeout_graceful_shutdown"] = _CLOSE_SECONDS
        return run(Guard(together, secret, port), **settings)

    return served


def beside_pages(application: Application, home: Home) -> Application:
    """``application`` with the quality pages of ``home`` beside it, so that the UI can link to them."""
    pages = StaticFiles(directory=home.reports / "quality", html=True, check_dir=False)
    below = f"/{PAGES}"

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(f"{below}/"):
            await pages({**scope, "root_path": scope.get("root_path", "") + below}, receive, send)
        else:
            await application(scope, receive, send)

    return answer


def _call(script: str, *arguments: str) -> None:
    """Be the console script ``script``."""
    (entry,) = metadata.entry_points(group="console_scripts", name=script)
    sys.argv = [script, *arguments]
    entry.load()()


def _watch(ending: threading.Event, ended: threading.Event, most: float | None) -> None:
    """End this process and all it started once the end of the pipe tells that nobody needs it any more.

    With ``most`` it is over after so many seconds, whether it came to its own end (``ended``) or not.
    """
    while os.read(0, 1):
        pass
    ending.set()
    asked = time.monotonic()
    _ask_to_end()
    end = asked + _FORCE_SECONDS
    while time.monotonic() < end and _others():
        time.sleep(_POLL_SECONDS)
    if _others() and os.name != "nt":
        os.killpg(0, signal.SIGKILL)
    if most is not None and not ended.wait(max(0.0, asked + most - time.monotonic())):
        os._exit(0)


def _ask_to_end() -> None:
    if os.name == "nt":
        signal.raise_signal(signal.SIGINT)
    else:
        os.killpg(0, signal.SIGTERM)


def _others() -> bool:
    """Whether processes of our group are left beside this one; where the system cannot be asked: perhaps."""
    processes = Path("/proc")
    if not processes.is_dir():
        return True
    group = os.getpgrp()
    for status in processes.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name of the program stands in brackets and may hold blanks; the group is the third field after it.
            fields = status.read_text(errors="replace").rpartition(")")[2].split()
            ended = fields[0] == "Z" or _ends_with_us(status.parent)
            if int(fields[2]) == group and not ended and status.parent.name != str(os.getpid()):
                return True
    return False


def _ends_with_us(process: Path) -> bool:
    """Whether it is Python's tracker of shared resources: it takes no request to end, and ends with its parent's pipe.

    There is one where a workbook was dropped on a page, for the processes that read it.
    """
    return b"multiprocessing.resource_tracker" in (process / "cmdline").read_bytes()


if __name__ == "__main__":
    main(*sys.argv[1:])
