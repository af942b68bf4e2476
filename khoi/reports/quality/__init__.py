"""The quality report: static pages on what was received and what contradicts itself, cell by cell.

One index, one page per committee, one per organization; Vietnamese first. The pages open from a file share:
nothing is loaded from the network, and without a script everything is there but search, filter and sort.
"""

from khoi.reports.quality.handbook import handbook_sections
from khoi.reports.quality.pages import write_quality_report
from khoi.reports.quality.workbooks import workbooks_beside

__all__ = ["handbook_sections", "workbooks_beside", "write_quality_report"]
