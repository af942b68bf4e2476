"""Composing the product: the stages, the warehouse and its readers, the reports, the command line.

Belongs here: what needs ingest and quality together, and everything outside the four fixed folders.
Does not belong here: parsing (`ingest`), rules (`quality`), Dagster (`orchestration`), SQL models (`dbt_project/`).
"""

from khoi.packages import claim_own_packages

claim_own_packages()
