"""How long each class of file of a deployment is kept: declared as data, removed by `khoi prune`.

Belongs here: the classes (`classes.yaml`), what is due, removing it. Does not belong here: what nothing else could make
again (`khoi.backup.owned`): that is never removed here.
"""

from khoi.retention.prune import Pruned, due_files, prune
from khoi.retention.terms import RetentionError, Terms, load_terms

__all__ = ["Pruned", "RetentionError", "Terms", "due_files", "load_terms", "prune"]
