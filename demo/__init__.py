"""Example committees whose synthetic organizations add up to what was published.

Belongs here: the plan (arrays per committee and period), the registers that follow from it, writing the inbox and
its planted faults. Every organization is invented; only committee totals are real (docs/demo.md).
"""

from demo.generate import DemoReport, generate_demo

__all__ = ["DemoReport", "generate_demo"]
