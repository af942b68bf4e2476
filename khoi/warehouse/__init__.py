"""The warehouse: built by dbt, published by a swap, read by everyone, traced back to the cells.

Belongs here: running dbt over the lake, publishing what it built, and the questions asked of a published
warehouse. Does not belong here: how a figure is computed (that is `dbt_project/`) and printing (that is the
command line's). Functions return frames and dataclasses.
"""
