"""`khoi doctor`: in what state a deployment is, and what to do about it.

Belongs here: looking, without changing anything. Does not belong here: mending, which a run does by itself or a person
does as the line and the runbook (docs/runbook.md) say.
"""

from khoi.doctor.checks import CHECKS, examine, look
from khoi.doctor.line import Line, State

__all__ = ["CHECKS", "Line", "State", "examine", "look"]
