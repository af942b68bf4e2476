"""The registers as one workbook, and back: what a person edits instead of sixteen files.

Belongs here: the workbook (`workbook`), reading it back (`read_back`), storing what came back (`store`), and the checks
of a deployment's registers that every command goes through (`khoi.deployment.registers`). Does not belong here: what a
register must be (`ingest.register_files`, `quality.registers`).
"""
