"""Files in: settled, hashed, landed unchanged, opened in workers that may die, identified.

Belongs here: bytes and cells as the file holds them. Does not belong here: what a cell means (`ingest.normalise`).
"""

from ingest.receive.files import read_files
from ingest.receive.inbox import ReceiveReport, landed_path, receive_inbox, unreceived
from ingest.receive.limits import Limits

__all__ = ["Limits", "ReceiveReport", "landed_path", "read_files", "receive_inbox", "unreceived"]
