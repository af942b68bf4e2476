"""Figures that break no rule and still do not fit: tests made for small counts, told as ranges in words.

Belongs here: the predictive of a count from its own past and its peers, stock against flow, peers by type and
size, copied or invented returns. Does not belong here: rules (`quality/rules`), which cell is wrong
(`quality/localise`), writing findings.
"""
