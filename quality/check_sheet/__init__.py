"""Rules as Excel formulas: the sheet of a blank workbook that checks it while it is filled in.

Belongs here: a rule as a formula and as a message beside it. Does not belong here: writing the workbook
(`ingest.template`).
"""
