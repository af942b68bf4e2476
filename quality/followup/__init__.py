"""Which question to ask first: open findings and absent workbooks by what they can do to the headline figures.

Belongs here: how far a query can move a committee's headline figure, the bounds of every headline over all open
queries, the order in which to ask. Does not belong here: finding what is wrong (`quality.engine`, `quality.outliers`)
and the published figures themselves (the warehouse sums them; a test of the build holds both against each other).
"""

from quality.followup.follow_up import FollowUp, follow_up

__all__ = ["FollowUp", "follow_up"]
