"""The quality report: static pages on what was received and what contradicts itself, cell by cell.

One index, one page per committee, one per organization; Vietnamese first. The pages open from a file share:
nothing is loaded from the network and no script runs.
"""

from khoi.reports.quality.handbook import handbook_sections
from khoi.reports.quality.pages import write_quality_report

__all__ = ["handbook_sections", "write_quality_report"]
