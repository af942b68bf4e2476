"""Bytes to cells, in a process that may die: preflight, fast reading, personal data taken out, the cover found.

Belongs here: what can be told from one file alone. Does not belong here: registers, the lake's batches
(`ingest.receive`), what a cell means (`ingest.normalise`). Imports stay few: every reading process pays for them.
"""
