"""What people read outside the command line: pages and documents made from the published warehouse.

Belongs here: reading marts and laying them out. Does not belong here: computing a figure (that is `dbt_project/`).
"""
