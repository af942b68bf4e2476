"""The statutory tables that a committee sends on, filled from the warehouse.

Belongs here: which figure stands in which cell (`tables.yaml`), its value with coverage, the workbook. Does not belong
here: the forms of the organizations below (`ingest.forms`).
"""
