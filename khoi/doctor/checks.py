"""Every check in the order in which they are told; one that fails itself is a bad line, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from khoi.deployment.home import Home
from khoi.doctor import contents, machine, service
from khoi.doctor.line import Line, bad

Check = Callable[[Home], Line]
CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        machine.python,
        machine.libraries,
        machine.lock,
        machine.folders,
        machine.modes,
        machine.disk,
        machine.unfinished,
        contents.registers,
        contents.receipts,
        machine.clock,
        contents.lake,
        contents.work,
        contents.publication,
        contents.history,
        contents.tools,
        service.service_runs,
        contents.backup,
    )
}
"""Name -> check. A name stands in the answers, the runbook and people's scripts, and is never renamed."""


def examine(home: Home) -> list[Line]:
    """One line per check. Raises NoRegisters where nobody has made a deployment."""
    home.require_registers()
    return [look(name, home) for name in CHECKS]


def look(name: str, home: Home) -> Line:
    """The line of the check ``name``."""
    try:
        line = CHECKS[name](home)
    except Exception as error:  # whatever is broken, the other lines are needed all the more
        told = " ".join(str(error).split()) or type(error).__name__
        line = bad(told, told, "Làm như câu trên nói; xem docs/runbook.vi.md", "See docs/runbook.md")
    return replace(line, check=name)
