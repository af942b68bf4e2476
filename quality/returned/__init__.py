"""The returned workbook: the sender's own file with the cells that matter marked and a list to answer.

Belongs here: what is written where (`contents`), the parts of the package that are touched (`package`, `styles`,
`marks`, `comments`, `answer_sheet`), the words (`words.yaml`). Does not belong here: what is wrong
(`quality.engine`, `quality.localise`), what was answered (`quality.submissions.answers`).
"""

from quality.returned.annotate import annotate
from quality.returned.contents import to_be_answered

__all__ = ["annotate", "to_be_answered"]
