"""What must hold before a stage begins, asked early: a run that fails at its end has worked minutes for nothing."""

from __future__ import annotations

from ingest.told import Told
from khoi.deployment.context import Context
from khoi.deployment.fingerprint import Fingerprints, changed_kinds
from khoi.deployment.home import Home
from khoi.deployment.recorded import checked_inputs, read_inputs
from khoi.pending import present_inputs


class InputsSlipped(Told):
    """Something a stage rests on changed since the stage before it."""


def require_readable(home: Home) -> None:
    """Raise what reading them raises where suites of the gate, decisions or withdrawals cannot be read.

    They are needed at the end of a run only, and a run that fails there has done minutes of work for nothing.
    """
    from khoi.gate.suites import load_suites
    from quality.submissions.decisions import load_decisions
    from quality.submissions.withdrawals import load_withdrawals

    load_suites(home.config / "gate")
    load_decisions(home.decisions)
    load_withdrawals(home.withdrawals)


def require_checked(home: Home, context: Context) -> Fingerprints:
    """The inputs the lake was checked under. Raises InputsSlipped where they are not those that hold now."""
    checked, now = read_inputs(checked_inputs(home)), present_inputs(home, context)
    if checked == now:
        return now
    changed = ", ".join(changed_kinds(checked or {}, now)) or "–"
    raise InputsSlipped(
        f"{home.lake}: đã đổi sau khi kiểm tra ({changed}); hãy chạy lại `khoi run` / "
        "changed since it was checked; run again"
    )
