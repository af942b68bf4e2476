"""The blank workbook and the filled one: sheets, drop-downs, protection and print set-up from the form catalogue.

Belongs here: writing (`workbook`, `sheets`, `styles`) and where each cell stands (`layout`).
Live checks are written here (`checks`, `figures`); what they check comes as formulas from `quality.check_sheet`.
Does not belong here: reading a workbook back (`ingest.normalise`), rules (`quality`).
"""

from ingest.template.checks import ExcelCheck, WorkbookChecks
from ingest.template.content import WorkbookContent
from ingest.template.figures import FigurePlace, PrintedFigures, figure_cell
from ingest.template.layout import cell_addresses, template_id
from ingest.template.workbook import CODES_SHEET, IDENTITY_SHEET, write_workbook

__all__ = [
    "CODES_SHEET",
    "IDENTITY_SHEET",
    "ExcelCheck",
    "FigurePlace",
    "PrintedFigures",
    "WorkbookChecks",
    "WorkbookContent",
    "cell_addresses",
    "figure_cell",
    "template_id",
    "write_workbook",
]
