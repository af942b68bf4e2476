"""The processes of the service, started and stopped together; none outlives the one that started them.

Each process watches its standard input, a pipe whose other end is held here: it ends, with all it started, once that
end is closed - by us, or by the system because we were killed (`orchestration.process`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from ingest.told import Told
from khoi.deployment.home import Home
from khoi.deployment.product import PRODUCT
from khoi.service.settings import LOOPBACK, service_folder

PROCESS = "orchestration.process"
SERVICE_LOCK = ".service.lock"
"""Held by the one service of a deployment as long as it lives; it lies in the service's folder."""
DEFINITIONS = "orchestration.definitions"
"""Where Dagster finds everything; it stands in PRODUCT, which its processes are therefore started in."""
GRACE_SECONDS = 20.0
"""How long processes are given to end a run in good order before they are ended by force."""
SET_BACK_SECONDS = 60.0
"""A clock that is set back by more than this is noticed; less, and everything just waits that long."""
WORKSPACE = "workspace.yaml"
_POLL_SECONDS = 0.2
_START_SECONDS = 180.0


class CannotServe(Told):
    """The service cannot start, or one of its processes ended by itself."""


@contextmanager
def only_service(home: Home) -> Iterator[None]:
    """The one service of a deployment. Raises CannotServe where another is there."""
    lock = FileLock(service_folder(home) / SERVICE_LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise CannotServe(
            f"{home.root}: `khoi serve` đang chạy cho kho này / is running for this deployment already"
        ) from error
    try:
        yield
    finally:
        lock.release()


def require_free(port: int) -> None:
    """Raises CannotServe where another program listens on ``port``."""
    with socket.socket() as trial:
        if os.name != "nt":  # on Windows this option would let two programs have the same port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except OSError as error:
            raise CannotServe(
                f"Cổng {port} đang được chương trình khác dùng; hãy chọn cổng khác: `khoi serve --port {port + 1}` / "
                f"port {port} is in use by another program; choose another"
            ) from error


@dataclass
class Service:
    """The processes of one deployment's service on ``port``."""

    home: Home
    port: int
    secret: str
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Start everything and watch it until a signal asks to stop. Raises CannotServe where a process ends before."""
        with tempfile.TemporaryDirectory(prefix="khoi-") as private, _signals(self._stopped):
            try:
                self._once("settle")
                self._start_all(Path(private))
                self._watch(Path(private))
            finally:
                self._stop()

    def _start_all(self, private: Path) -> None:
        """The code server first: the others look for it when they start."""
        # A socket in a folder of ours is nobody else's to talk to; Windows has none.
        place = {"port": str(_free_port())} if os.name == "nt" else {"socket": str(private / "code")}
        workspace = private / WORKSPACE
        facts = "".join(f"      {key}: {value}\n" for key, value in {**place, "host": LOOPBACK}.items())
        workspace.write_text(f"load_from:\n  - grpc_server:\n{facts}      location_name: khoi\n", encoding="utf-8")
        where = [word for key, value in place.items() for word in (f"--{key}", value)]
        self._start("code", "--module-name", DEFINITIONS, "--working-directory", str(PRODUCT), *where)
        self._await(place)
        self._start("web", "--workspace", str(workspace), "--host", LOOPBACK, "--port", str(self.port))
        self._start("daemon", "--workspace", str(workspace))

    def _start(self, role: str, *arguments: str) -> None:
        self._children[role] = subprocess.Popen(
            _command(role, arguments),
            cwd=PRODUCT,
            env=self._environment(role),
            stdin=subprocess.PIPE,
            start_new_session=os.name != "nt",
        )

    def _once(self, role: str) -> None:
        """A step before the service; its failure is told by itself."""
        done = subprocess.run(_command(role), cwd=PRODUCT, env=self._environment(role), check=False)
        if done.returncode:
            raise CannotServe(f"`{role}`: dừng với mã {done.returncode}; xem dòng trên / ended, see above")

    def _environment(self, role: str) -> Mapping[str, str]:
        own = {**os.environ, "DAGSTER_HOME": str(service_folder(self.home)), "KHOI_HOME": str(self.home.root)}
        if role != "web":
            return own
        # The secret travels in the environment: a command line can be read by everybody on the machine.
        return {**own, "KHOI_SERVICE_TOKEN": self.secret, "KHOI_SERVICE_PORT": str(self.port)}

    def _await(self, place: Mapping[str, str]) -> None:
        """Wait until the code server answers."""
        end = time.monotonic() + _START_SECONDS
        while not self._stopped.is_set() and not _answers(place):
            self._require_alive()
            if time.monotonic() > end:
                raise CannotServe(f"Dagster không khởi động trong {_START_SECONDS:.0f} giây / did not start in time")
            self._stopped.wait(_POLL_SECONDS)

    def _watch(self, private: Path) -> None:
        """Until asked to stop; under a clock that is set back the daemon would wait for what it wrote down before."""
        offset = _clock_offset()
        while not self._stopped.wait(_POLL_SECONDS):
            self._require_alive()
            before, offset = offset, _clock_offset()
            if offset < before - SET_BACK_SECONDS:
                self._end(self._children.pop("daemon"))
                self._once("forget-future")
                self._start("daemon", "--workspace", str(private / WORKSPACE))

    def _require_alive(self) -> None:
        for role, child in self._children.items():
            if child.poll() is not None and not self._stopped.is_set():
                raise CannotServe(
                    f"Tiến trình `{role}` tự dừng với mã {child.returncode}; xem dòng trên rồi chạy lại `khoi serve` / "
                    "ended by itself; see above, then start again"
                )

    def _stop(self) -> None:
        """Close the pipes, wait, and end by force what is still there."""
        self._end(*self._children.values())

    def _end(self, *children: subprocess.Popen[bytes]) -> None:
        for child in children:
            if child.stdin is not None:
                with suppress(OSError):
                    child.stdin.close()
        end = time.monotonic() + GRACE_SECONDS
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, end - time.monotonic()))
            _end_by_force(child)


def _clock_offset() -> float:
    """The clock of the wall against the one that never jumps; it falls where the clock is set back."""
    return time.time() - time.monotonic()


def _command(role: str, arguments: Sequence[str] = ()) -> list[str]:
    return [sys.executable, "-m", PROCESS, role, *arguments]


def _end_by_force(child: subprocess.Popen[bytes]) -> None:
    """End a process, and on other systems than Windows whatever is left of what it started."""
    if os.name != "nt":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.wait()


def _answers(place: Mapping[str, str]) -> bool:
    unix = "socket" in place
    with socket.socket(socket.AF_UNIX if unix else socket.AF_INET) as trial:
        try:
            trial.connect(place["socket"] if unix else (LOOPBACK, int(place["port"])))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((LOOPBACK, 0))
        return int(trial.getsockname()[1])


@contextmanager
def _signals(stopped: threading.Event) -> Iterator[None]:
    """SIGTERM and Ctrl+C ask to stop; pressed again they change nothing, for stopping is under way."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
