"""Invented sheets of the official forms as offices print them, and the judge of what is read of them.

Belongs here: the habits of offices, their words (`wordings*.yaml`), consistent figures, the judge.
Does not belong here: anything that the reader of the product knows.
"""
