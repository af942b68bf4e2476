"""The blank workbook and the filled one: sheets, drop-downs, protection and print set-up from the form catalogue.

Belongs here: writing (`workbook`, `sheets`, `styles`) and where each cell stands (`layout`).
Does not belong here: reading a workbook back (`ingest.normalise`), live checks of rules (`quality`).
"""

from ingest.template.content import WorkbookContent
from ingest.template.layout import cell_addresses, template_id
from ingest.template.workbook import CODES_SHEET, IDENTITY_SHEET, write_workbook

__all__ = [
    "CODES_SHEET",
    "IDENTITY_SHEET",
    "WorkbookContent",
    "cell_addresses",
    "template_id",
    "write_workbook",
]
