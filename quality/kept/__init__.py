"""What the last check said of committees of which nothing has changed since, so that it need not be asked again.

A check of the lake asks by *units*: committees that share an organization are one, every other is one by itself. What
is said of a unit follows from its own files, its lines of the registers and what its organizations and others say of
each other; each of these is kept as a mark. Belongs here: units, marks, the record of them and putting the tables
together. Does not belong here: what is asked (`quality.check`) and in which order (`quality.check_lake`).
"""
