"""Reports in prose with planted contradictions, in wordings kept apart from those the audit was developed on.

`python -m bench.prose` writes reports (`wordings.yaml`), audits them, and counts what was recognised, found and flagged
without cause. The wordings were written without a look at `quality/prose/words.yaml`; none is taken over into it.
"""
