"""The warehouse: built by dbt over the lake, published by a swap, kept as vintages, opened for reading.

Belongs here: preparing what dbt reads, running dbt, publishing what it built, read-only SQL. Does not belong here: how
a figure is computed (that is `dbt_project/`) and the questions asked of a publication (`khoi.figures`).
"""
