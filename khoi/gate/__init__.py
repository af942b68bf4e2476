"""The publish gate: a finished build is held against the last publication before it may replace it.

Belongs here: volumes, coverage, key facts and distributions of the built marts, as Great Expectations suites
declared in `suites/*.yaml`, and their Data Docs. Does not belong here: what one table, one workbook or one model
must satisfy (pandera, the rule catalogue and dbt tests have that). Great Expectations takes seconds to import and is
imported only where a gate is held.
"""

from khoi.gate.hold import hold_gate, recorded_gate
from khoi.gate.outcome import GateClosed, GateReport, Outcome

__all__ = ["GateClosed", "GateReport", "Outcome", "hold_gate", "recorded_gate"]
