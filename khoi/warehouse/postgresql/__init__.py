"""A copy of the published marts in PostgreSQL, for tools that reach them over a network.

Belongs here: reaching the server, its tables, filling them, holding them against the publication. Does not belong
here: anything but marts, roles and their passwords (the server's keeper makes them), Dagster's own storage.
"""
