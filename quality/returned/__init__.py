"""The returned workbook: the sender's own file with the cells that matter marked and a list to answer.

Belongs here: what is written where (`contents`), the parts of the package that are touched (`package`, `styles`,
`marks`, `comments`, `answer_sheet`), how a copy is written without harm to others (`workers`), the words
(`words.yaml`). Does not belong here: what is wrong (`quality.engine`, `quality.localise`), what was answered
(`quality.submissions.answers`).
"""

from quality.returned.annotate import Annotated, annotate
from quality.returned.contents import to_be_answered
from quality.returned.workers import CopyTask, annotated_copies

__all__ = ["Annotated", "CopyTask", "annotate", "annotated_copies", "to_be_answered"]
