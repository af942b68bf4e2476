"""Letters that wait to be sent: reminders to organizations, escalations to the committee above them.

Belongs here: who is to be written to, what, and the files of `outbox/`. Does not belong here: sending; `khoi` knows no
address and no network.
"""

from khoi.outbox.letters import REMINDER_DAYS, Letter, due_letters
from khoi.outbox.write import OutboxReport, write_outbox

__all__ = ["REMINDER_DAYS", "Letter", "OutboxReport", "due_letters", "write_outbox"]
