"""What is asked of a published warehouse: compare, trace, reconcile, revise, follow up.

Belongs here: comparison of periods on one basis with the parts of the change, the cells behind a figure, published
figures against the warehouse, why two publications differ, which question to ask first. Does not belong here: how a
figure is computed (that is `dbt_project/`) and printing (that is the command line's). Functions return frames and
dataclasses.
"""
