"""Pandera schemas: what one column or one row of one table must be.

Derived, never typed twice: those of the canonical tables from the form catalogue and `ingest.lake`, those of
the seeds from `seeds.yaml`. Balances across cells belong to the rule catalogue. pandera takes a second and
a half to import, so its modules are imported where they are called.
"""
