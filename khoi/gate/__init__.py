"""The publish gate: Great Expectations over the finished build, before it is swapped in.

Only what neither a rule, a schema nor a dbt test can see: the new warehouse against the last publication, and whole
distributions. A critical expectation that fails keeps the last publication; a warning is told and does not.
"""

from khoi.gate.run import GateRefused, GateReport, Verdict, run_gate

__all__ = ["GateRefused", "GateReport", "Verdict", "run_gate"]
