"""Rules over whole registers: what must hold between the lines of one register and between registers.

Belongs here: stretches of validity (`stretches`), the calendar (`calendar`, `working_calendar`), organization events
(`events`), code lists (`code_lists`), and the one function that tells everything (`checked`). Does not belong here:
what one cell or row must be (`quality.schemas.seeds`), how a file is read (`ingest.register_files`).
"""
